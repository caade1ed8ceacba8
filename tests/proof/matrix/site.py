from tests.proof.matrix import Address, anybody, office_page, own_page, statuses

ADDRESSES = {
    "home": Address(methods={"GET": own_page(302)}),
    "today": Address(methods={"GET": own_page()}),
    "healthz": Address(methods={"GET": anybody()}, why="A load balancer asks; it says nothing."),
    # 503 because no worker runs in the tests; readiness has tests of its own
    "readyz": Address(methods={"GET": anybody(503)}, why="A load balancer asks; it names parts, not people."),
    "people": Address(
        methods={
            "GET": office_page(hr=403, coach=403, facilitator=403),
            "POST": office_page(302, hr=403, coach=403, facilitator=403),
        },
        kwargs=lambda w: {"slug": w.organization.slug},
        data=lambda w: {"email": "new@example.com", "role": "hr"},
    ),
    "person_withdraw": Address(
        methods={"POST": office_page(404, hr=403, coach=403, facilitator=403)},
        kwargs=lambda w: {"slug": w.organization.slug, "invitation_id": w.group.pk},
    ),
    "person_remove": Address(
        methods={
            "GET": office_page(hr=403, coach=403, facilitator=403),
            "POST": office_page(302, hr=403, coach=403, facilitator=403),
        },
        kwargs=lambda w: {"slug": w.organization.slug, "role_id": w.roles["hr"].pk},
    ),
    **{
        name: Address(
            methods={"GET": office_page(hr=403, coach=403, facilitator=403)},
            kwargs=lambda w: {"slug": w.organization.slug},
        )
        for name in ("audit", "audit_csv")
    },
    "trust": Address(methods={"GET": anybody()}, why="Read before joining; it names nobody."),
    "styleguide": Address(
        methods={"GET": statuses(404)}, why="Shown with COLLOQUY_DEBUG or embedded only; examples only."
    ),
}
