"""What peers noticed in a check-in."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import FencedModel
from common.fences import MEMBER, SELF, WORKER, Grant, Policy, RowSecurity, SameGroup, SameOrganization, may_read
from common.sealed import SealedTextField
from goals.models.check_ins import CheckIn
from goals.models.walls import GROUP_FENCE, OWN_IN_GROUP, TAKE_OR_ERASE
from groups.models import EVER_MINE, MY_GROUP, CoachingGroup, Membership, reading_group, resealed

# Read by whoever reads the check-in: its own policies decide.
_I_READ_THE_CHECK_IN = "EXISTS (SELECT 1 FROM goals_checkin c WHERE c.id = check_in_id)"
_ON_THE_CHECK_IN_OF_ANOTHER = (
    "EXISTS (SELECT 1 FROM goals_checkin c WHERE c.id = check_in_id"
    " AND c.membership_id <> goals_checkinnote.membership_id)"
)
_ON_MY_CHECK_IN = (
    "EXISTS (SELECT 1 FROM goals_checkin c WHERE c.id = check_in_id"
    " AND c.membership_id = ANY ((SELECT my_memberships())::uuid[]))"
)
_KEEPING = resealed("text")


class CheckInNoteQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Notes on check-ins that the person reads: what was written since one came, and all on one's own."""
        readable, since = reading_group(person, since=F("check_in__created_at"))
        closed = reading_group(person, since=F("check_in__goal__closed_at"))[1]
        own = Q(check_in__membership__person=person, check_in__membership__left_at=None)
        return self.filter(readable, own | Q(since, Q(check_in__goal__closed_at=None) | closed))

    def facts(self):
        """Without sealed columns: all that the workers may read."""
        return self.defer("text")


class CheckInNote(FencedModel):
    """A short "I noticed" on the check-in of a peer, or an offer of the help that was wanted; no thread follows."""

    class Kind(models.TextChoices):
        NOTICED = "noticed", _("I noticed …")
        HELP = "help", _("I can help")

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    # A check-in that its author erases takes along what was written on it.
    check_in = models.ForeignKey(CheckIn, models.DO_NOTHING, related_name="notes", db_constraint=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="check_in_notes", db_constraint=False)
    kind = models.CharField(max_length=7, choices=Kind, default=Kind.NOTICED)
    text = SealedTextField(scope="group", author="membership", limit=300)
    created_at = models.DateTimeField(auto_now_add=True)
    thanked_at = models.DateTimeField(null=True, blank=True)

    objects = CheckInNoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["check_in", "membership"], name="goals_note_one_per_peer"),
            SameGroup(name="goals_note_same_group", field="membership", to="groups_membership"),
            SameGroup(name="goals_note_check_in_group", field="check_in", to="goals_checkin", cascade=True),
            SameOrganization(name="goals_note_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="goals_note_org_member", field="membership", to="groups_membership"),
            SameOrganization(name="goals_note_org_check_in", field="check_in", to="goals_checkin", cascade=True),
            RowSecurity(
                name="goals_note_walls",
                fence=GROUP_FENCE,
                policies=[
                    may_read(MEMBER, f"{MY_GROUP} AND {_I_READ_THE_CHECK_IN}"),
                    Policy(MEMBER, "INSERT", f"{OWN_IN_GROUP} AND {_ON_THE_CHECK_IN_OF_ANOTHER}"),
                    # to thank for it, once
                    Policy(
                        MEMBER,
                        "UPDATE",
                        f"{MY_GROUP} AND thanked_at IS NULL AND {_ON_MY_CHECK_IN}",
                        f"{MY_GROUP} AND thanked_at IS NOT NULL AND {_ON_MY_CHECK_IN}",
                    ),
                    # to take it back, until then
                    Policy(MEMBER, "DELETE", f"{OWN_IN_GROUP} AND thanked_at IS NULL"),
                    may_read(WORKER),
                    # one's own, and what was written to one, for the copy of one's words
                    may_read(SELF, f"{EVER_MINE} OR {_I_READ_THE_CHECK_IN}"),
                    Policy(SELF, "DELETE", EVER_MINE),
                    *_KEEPING[0],
                ],
                grants=[
                    Grant(MEMBER, ("SELECT", "INSERT", "DELETE"), {"UPDATE": ("thanked_at",)}),
                    TAKE_OR_ERASE,
                    *_KEEPING[1],
                    Grant(
                        WORKER,
                        columns={
                            "SELECT": (
                                "id",
                                "organization_id",
                                "group_id",
                                "check_in_id",
                                "membership_id",
                                "kind",
                                "created_at",
                                "thanked_at",
                            )  # fmt: skip
                        },
                    ),
                ],
            ),
        ]

    def __str__(self):
        return f"note {self.pk}"
