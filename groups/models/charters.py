"""What a group agreed, and who signed it."""

from django.db import models

from accounts.models import FencedModel
from common.fences import (
    HR,
    MEMBER,
    USHER,
    WORKER,
    Grant,
    Policy,
    RowSecurity,
    SameGroup,
    SameOrganization,
)
from groups.models.people import CoachingGroup, Membership
from groups.models.walls import FENCE, MY_DOOR, MY_GROUP, MY_MEMBERSHIP, organization_key


class Charter(FencedModel):
    """A version of the group's agreement. ``text_key`` names the product's own clauses; groups edit them later."""

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="charters", db_constraint=False)
    version = models.PositiveSmallIntegerField(default=1)
    text_key = models.CharField(max_length=40, default="six_commitments")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            organization_key("groups_charter_org_key"),
            models.UniqueConstraint(fields=["group", "version"], name="groups_charter_version"),
            SameOrganization(name="groups_charter_org_group", field="group", to="groups_coachinggroup"),
            RowSecurity(
                name="groups_charter_walls",
                fence=FENCE,
                policies=[
                    Policy(MEMBER, "SELECT", MY_DOOR),
                    Policy(HR, "SELECT"),
                    Policy(HR, "INSERT"),
                    Policy(USHER, "SELECT"),
                ],
                grants=[
                    Grant(MEMBER, ("SELECT",)),
                    Grant(HR, ("SELECT", "INSERT")),
                    Grant(USHER, ("SELECT",)),
                ],
            ),
        ]

    def __str__(self):
        return f"v{self.version}"


class CharterSignature(FencedModel):
    """That one member agreed to one version of the charter; made through ``sign_charter`` only."""

    charter = models.ForeignKey(Charter, models.PROTECT, related_name="signatures", db_constraint=False)
    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="signatures", db_constraint=False)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["charter", "membership"], name="groups_signature_once"),
            SameOrganization(name="groups_signature_org_charter", field="charter", to="groups_charter"),
            SameOrganization(name="groups_signature_org_group", field="group", to="groups_coachinggroup"),
            SameGroup(name="groups_signature_same_group", field="membership", to="groups_membership"),
            SameOrganization(name="groups_signature_org_member", field="membership", to="groups_membership"),
            RowSecurity(
                name="groups_signature_walls",
                fence=FENCE,
                policies=[
                    Policy(MEMBER, "SELECT", f"{MY_MEMBERSHIP} OR {MY_GROUP}"),
                    Policy(HR, "SELECT"),
                    Policy(WORKER, "SELECT"),
                    Policy(USHER, "ALL"),
                ],
                grants=[
                    Grant(MEMBER, ("SELECT",)),
                    Grant(HR, ("SELECT",)),
                    Grant(WORKER, ("SELECT",)),
                    Grant(USHER, ("SELECT", "INSERT")),
                ],
            ),
        ]

    def __str__(self):
        return f"signature {self.pk}"
