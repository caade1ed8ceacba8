"""Who may see the report: HR and owners of the organization, nobody else."""

from tests.proof.matrix import Address, office_page

ADDRESSES = {
    name: Address(
        methods={"GET": office_page(coach=403, facilitator=403)},
        kwargs=lambda world: {"slug": world.organization.slug},
        guard="organization",
    )
    for name in ("reports:participation", "reports:participation_csv")
}
