"""Asking chosen peers how one came across."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import FencedModel
from common.fences import MEMBER, SELF, WORKER, Grant, Policy, RowSecurity, SameGroup, SameOrganization, in_my, may_read
from common.sealed import SealedTextField
from groups.models import EVER_MINE, FENCE, MY_GROUP, MY_MEMBERSHIP, CoachingGroup, Membership, reads_through, resealed

_ASKED_ME = in_my("my_memberships", "peer_id")
_KEEPER_POLICIES, _KEEPER_GRANTS = resealed("about")
FACTS = (
    "id", "organization_id", "group_id", "membership_id", "peer_id", "asked_at", "until_on", "closed_at", "ended_as",
)  # fmt: skip


class FeedbackRequestQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Requests that the person made, and those made to them, in groups which they read now; nobody else's."""
        return self.filter(reads_through(person, "membership", "peer"))

    def made_to(self, person):
        """Of ``visible_to`` those that were made to the person."""
        return self.filter(reads_through(person, "peer"))


class FeedbackRequest(FencedModel):
    """How did I come across when …? From one member to one peer, until a day; others whom they ask know nothing of it.

    A note that answers it is a note like any other, and does not point here.
    """

    class End(models.TextChoices):
        GIVEN = "given", _("Wrote to you")
        DECLINED = "declined", _("Not this time")
        WITHDRAWN = "withdrawn", _("No longer asked")

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="feedback_asked", db_constraint=False)
    peer = models.ForeignKey(Membership, models.PROTECT, related_name="feedback_wanted", db_constraint=False)
    about = SealedTextField(scope="group", author="membership", limit=500)
    asked_at = models.DateTimeField()
    until_on = models.DateField()
    closed_at = models.DateTimeField(null=True, blank=True)
    ended_as = models.CharField(max_length=9, choices=End, blank=True)

    objects = FeedbackRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(peer=F("membership")), name="feedback_request_to_a_peer"),
            models.CheckConstraint(
                condition=Q(closed_at=None, ended_as="") | Q(closed_at__isnull=False) & ~Q(ended_as=""),
                name="feedback_request_end",
            ),
            SameGroup(name="feedback_request_same_group", field="membership", to="groups_membership"),
            SameGroup(name="feedback_request_peer_group", field="peer", to="groups_membership"),
            SameOrganization(name="feedback_request_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="feedback_request_org_member", field="membership", to="groups_membership"),
            SameOrganization(name="feedback_request_org_peer", field="peer", to="groups_membership"),
            RowSecurity(
                name="feedback_request_walls",
                fence={MEMBER: FENCE[MEMBER]},
                policies=[
                    may_read(MEMBER, f"{MY_GROUP} AND ({MY_MEMBERSHIP} OR {_ASKED_ME})"),
                    Policy(MEMBER, "INSERT", f"{MY_GROUP} AND {MY_MEMBERSHIP} AND closed_at IS NULL"),
                    # whoever was asked answers or declines, once; whoever asked takes it back
                    Policy(
                        MEMBER,
                        "UPDATE",
                        f"{MY_GROUP} AND ({MY_MEMBERSHIP} OR {_ASKED_ME}) AND closed_at IS NULL",
                        f"{MY_GROUP} AND (({_ASKED_ME} AND (ended_as = 'given' OR ended_as = 'declined'))"
                        f" OR ({MY_MEMBERSHIP} AND ended_as = 'withdrawn'))",
                    ),
                    may_read(WORKER),
                    may_read(SELF, f"{EVER_MINE} OR {in_my('my_memberships_ever', 'peer_id')}"),
                    Policy(SELF, "DELETE", EVER_MINE),
                    *_KEEPER_POLICIES,
                ],
                grants=[
                    Grant(SELF, ("SELECT", "DELETE")),
                    *_KEEPER_GRANTS,
                    Grant(MEMBER, ("SELECT", "INSERT"), {"UPDATE": ("closed_at", "ended_as")}),
                    Grant(WORKER, columns={"SELECT": FACTS}),
                ],
            ),
        ]
        indexes = [
            # feedback_of_today()
            models.Index(fields=["peer"], condition=Q(closed_at=None), name="feedback_request_waiting"),
            models.Index(fields=["membership", "-asked_at"], name="feedback_request_own"),
        ]

    def __str__(self):
        return f"request {self.pk}"
