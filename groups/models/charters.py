"""What a group agreed, and who signed it."""

from django.db import models

from accounts.models import FencedModel
from common.fences import (
    HR,
    MEMBER,
    REPORT,
    SELF,
    USHER,
    WORKER,
    Grant,
    Policy,
    RowSecurity,
    SameGroup,
    SameOrganization,
    in_my,
    may_read,
)
from common.sealed import SealedTextField
from groups.models.people import CoachingGroup, Membership
from groups.models.walls import EVER_MINE, FENCE, MY_DOOR, MY_GROUP, organization_key, resealed

_KEEPER_POLICIES, _KEEPER_GRANTS = resealed("clauses", author="written_by_id")
_FACTS = (
    "id",
    "organization_id",
    "group_id",
    "version",
    "text_key",
    "words_in_id",
    "written_by_id",
    "made_for_id",
    "created_at",
    "withdrawn_at",
)


class CharterQuerySet(models.QuerySet):
    def facts(self):
        """Without the clauses: all that HR and the workers may read."""
        return self.defer("clauses")

    def standing(self):
        """Versions that nobody said no to, newest first."""
        return self.filter(withdrawn_at=None).order_by("-version")


class Charter(FencedModel):
    """A version of the group's agreement.

    Its words are its own ``clauses``, those of the version ``words_in`` points at, or, where there are neither, the
    product's own, named by ``text_key``. They are sealed under the group's *door* key: whoever is asked to sign may
    read them before they may read anything else.
    """

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="charters", db_constraint=False)
    version = models.PositiveSmallIntegerField(default=1)
    text_key = models.CharField(max_length=40, default="six_commitments")
    clauses = SealedTextField(scope="door", author="written_by", limit=12_000, null=True)  # JSON: [[title, text], …]
    words_in = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", db_constraint=False)
    written_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", db_constraint=False
    )
    # The newcomer for whom the group signs again; none when it is the words that change.
    made_for = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="charters_for", db_constraint=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # somebody said no

    objects = CharterQuerySet.as_manager()

    class Meta:
        constraints = [
            organization_key("groups_charter_org_key"),
            models.UniqueConstraint(fields=["group", "id"], name="groups_charter_group_key"),
            models.UniqueConstraint(fields=["group", "version"], name="groups_charter_version"),
            SameOrganization(name="groups_charter_org_group", field="group", to="groups_coachinggroup"),
            SameGroup(name="groups_charter_words_group", field="words_in", to="groups_charter"),
            SameGroup(name="groups_charter_writer_group", field="written_by", to="groups_membership"),
            SameGroup(name="groups_charter_newcomer_group", field="made_for", to="groups_membership"),
            RowSecurity(
                name="groups_charter_walls",
                fence=FENCE,
                policies=[
                    may_read(MEMBER, MY_DOOR),
                    # a proposal of other words; versions for newcomers come into being at the door
                    Policy(
                        MEMBER,
                        "INSERT",
                        f"{MY_GROUP} AND {in_my('my_memberships', 'written_by_id')}"
                        " AND made_for_id IS NULL AND withdrawn_at IS NULL",
                    ),
                    may_read(HR),
                    Policy(HR, "INSERT", "is_new_group(group_id) AND version = 1"),
                    may_read(WORKER),
                    may_read(SELF, in_my("my_memberships_ever", "written_by_id")),
                    Policy(USHER, "ALL"),
                    *_KEEPER_POLICIES,
                ],
                grants=[
                    Grant(MEMBER, ("SELECT", "INSERT")),
                    Grant(HR, ("INSERT",), {"SELECT": _FACTS}),
                    Grant(WORKER, columns={"SELECT": _FACTS}),
                    Grant(SELF, ("SELECT",)),
                    Grant(USHER, ("INSERT",), {"SELECT": _FACTS, "UPDATE": ("withdrawn_at",)}),
                    *_KEEPER_GRANTS,
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
                    may_read(MEMBER, f"{in_my('my_open_memberships', 'membership_id')} OR {MY_GROUP}"),
                    may_read(HR),
                    may_read(REPORT),
                    may_read(WORKER),
                    may_read(SELF, EVER_MINE),
                    Policy(USHER, "ALL"),
                ],
                grants=[
                    Grant(MEMBER, ("SELECT",)),
                    Grant(HR, ("SELECT",)),
                    Grant(REPORT, ("SELECT",)),
                    Grant(WORKER, ("SELECT",)),
                    Grant(SELF, ("SELECT",)),
                    Grant(USHER, ("SELECT", "INSERT")),
                ],
            ),
        ]

    def __str__(self):
        return f"signature {self.pk}"


class PastConsent(FencedModel):
    """That one member agrees to open to a newcomer what was written before they came; made at the door only.

    When everybody who reads the group has agreed, the newcomer's ``reads_from`` is cleared.
    """

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    newcomer = models.ForeignKey(Membership, models.PROTECT, related_name="consents_to_past", db_constraint=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_constraint=False)
    agreed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["newcomer", "membership"], name="groups_pastconsent_once"),
            SameOrganization(name="groups_pastconsent_org_group", field="group", to="groups_coachinggroup"),
            SameGroup(name="groups_pastconsent_new_group", field="newcomer", to="groups_membership"),
            SameGroup(name="groups_pastconsent_same_group", field="membership", to="groups_membership"),
            RowSecurity(
                name="groups_pastconsent_walls",
                fence={MEMBER: FENCE[MEMBER]},
                policies=[may_read(MEMBER, MY_GROUP), Policy(USHER, "ALL")],
                grants=[Grant(MEMBER, ("SELECT",)), Grant(USHER, ("SELECT", "INSERT", "DELETE"))],
            ),
        ]

    def __str__(self):
        return f"consent {self.pk}"
