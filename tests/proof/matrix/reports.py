"""Who may see the report: HR, owners and members of the organization; as a file, HR and owners."""

from tests.proof.matrix import Address, office_page, own_page


def slug(world):
    return {"slug": world.organization.slug}


MEMBERS = dict.fromkeys(
    ("member", "peer", "both", "elsewhere", "unsigned", "newcomer", "facilitator", "other_facilitator"), 200
)
ADDRESSES = {
    "reports:what_hr_sees": Address(methods={"GET": own_page(302)}),
    "reports:participation": Address(
        methods={"GET": office_page(coach=403, **MEMBERS)}, kwargs=slug, guard="organization"
    ),
    "reports:participation_csv": Address(
        methods={"GET": office_page(coach=403, facilitator=403)}, kwargs=slug, guard="organization"
    ),
}
