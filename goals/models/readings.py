"""Progress readings: what peers notice of the behavior that a coachee named."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import FencedModel
from common.fences import MEMBER, SELF, WORKER, Grant, Policy, RowSecurity, SameGroup, SameOrganization, in_my, may_read
from common.sealed import SealedTextField
from goals.models.goals import Goal
from goals.models.walls import GROUP_FENCE, OWN_IN_GROUP
from groups.models import (
    EVER_MINE,
    MY_GROUP,
    MY_MEMBERSHIP,
    CoachingGroup,
    Membership,
    organization_key,
    reads_through,
    resealed,
)

_ASKED_ME = in_my("my_memberships", "peer_id")
_MY_WORDS = in_my("my_memberships", "author_id")
_EVER_WRITTEN = in_my("my_memberships_ever", "author_id")
_GOAL_IS_OWN_AND_SHARED = (
    "EXISTS (SELECT 1 FROM goals_goal g WHERE g.id = goal_id AND g.membership_id = goals_readingrequest.membership_id"
    " AND g.version_number = goals_readingrequest.version_number"
    " AND g.shared_at IS NOT NULL AND g.closed_at IS NULL)"
)
_I_WAS_ASKED = (
    "EXISTS (SELECT 1 FROM goals_readingrequest r WHERE r.id = request_id AND r.peer_id = author_id"
    " AND r.membership_id = recipient_id AND r.ended_as = 'given')"
)
_KEEPER_POLICIES, _KEEPER_GRANTS = resealed("value", "suggestion", author="author_id")


class ReadingRequestQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Requests that the person made, and those made to them, in groups which they read now; nobody else's."""
        return self.filter(reads_through(person, "membership", "peer"))

    def made_to(self, person):
        """Of ``visible_to`` those that were made to the person."""
        return self.filter(reads_through(person, "peer"))

    def unanswered(self):
        """Neither given nor declined nor taken back, and the goal is still there to be read."""
        return self.filter(closed_at=None, goal__closed_at=None, goal__isnull=False)


class ReadingRequest(FencedModel):
    """That a coachee asked one peer, in one round, for a reading of a goal's words: facts only."""

    class End(models.TextChoices):
        GIVEN = "given", _("Given")
        DECLINED = "declined", _("Not this time")
        WITHDRAWN = "withdrawn", _("No longer asked")

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    # Forgotten when the coachee takes their goal away: what others wrote about it is theirs and stays.
    goal = models.ForeignKey(Goal, models.DO_NOTHING, null=True, related_name="reading_requests", db_constraint=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="readings_asked", db_constraint=False)
    peer = models.ForeignKey(Membership, models.PROTECT, related_name="readings_wanted", db_constraint=False)
    round = models.PositiveSmallIntegerField()
    version_number = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    until_on = models.DateField()
    closed_at = models.DateTimeField(null=True, blank=True)
    ended_as = models.CharField(max_length=9, choices=End, blank=True)

    objects = ReadingRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            organization_key("goals_request_org_key"),
            models.UniqueConstraint(fields=["group", "id"], name="goals_request_group_key"),
            models.UniqueConstraint(fields=["goal", "round", "peer"], name="goals_request_once"),
            models.CheckConstraint(condition=~Q(peer=F("membership")), name="goals_request_to_a_peer"),
            models.CheckConstraint(
                condition=Q(closed_at=None, ended_as="") | Q(closed_at__isnull=False) & ~Q(ended_as=""),
                name="goals_request_end",
            ),
            SameGroup(name="goals_request_same_group", field="membership", to="groups_membership"),
            SameGroup(name="goals_request_peer_group", field="peer", to="groups_membership"),
            SameGroup(name="goals_request_goal_group", field="goal", to="goals_goal", forget=True),
            SameOrganization(name="goals_request_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="goals_request_org_member", field="membership", to="groups_membership"),
            SameOrganization(name="goals_request_org_peer", field="peer", to="groups_membership"),
            SameOrganization(name="goals_request_org_goal", field="goal", to="goals_goal", forget=True),
            RowSecurity(
                name="goals_request_walls",
                fence=GROUP_FENCE,
                policies=[
                    may_read(MEMBER, f"{MY_GROUP} AND ({MY_MEMBERSHIP} OR {_ASKED_ME})"),
                    Policy(MEMBER, "INSERT", f"{OWN_IN_GROUP} AND closed_at IS NULL AND {_GOAL_IS_OWN_AND_SHARED}"),
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
                ],
                grants=[
                    Grant(MEMBER, ("SELECT", "INSERT"), {"UPDATE": ("closed_at", "ended_as")}),
                    Grant(WORKER, ("SELECT",)),
                    Grant(SELF, ("SELECT",)),
                ],
            ),
        ]
        indexes = [models.Index(fields=["peer"], condition=Q(closed_at=None), name="goals_request_waiting")]

    def __str__(self):
        return f"request {self.pk}"


class ProgressReadingQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Readings that the person gave, and those given to them, in groups which they read now; nobody else's."""
        return self.filter(reads_through(person, "author", "recipient"))


class ProgressReading(FencedModel):
    """One peer's reading of a named behavior, from -3 to 3, and a suggestion: for its author and the coachee alone."""

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    request = models.OneToOneField(ReadingRequest, models.PROTECT, related_name="reading", db_constraint=False)
    author = models.ForeignKey(Membership, models.PROTECT, related_name="readings_given", db_constraint=False)
    recipient = models.ForeignKey(Membership, models.PROTECT, related_name="readings_received", db_constraint=False)
    value = SealedTextField(scope="group", author="author", limit=2)  # -3 to 3; 0 is no change
    suggestion = SealedTextField(scope="group", author="author", limit=1000)
    given_at = models.DateTimeField()

    objects = ProgressReadingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(author=F("recipient")), name="goals_reading_by_a_peer"),
            SameGroup(name="goals_reading_author_group", field="author", to="groups_membership"),
            SameGroup(name="goals_reading_to_group", field="recipient", to="groups_membership"),
            SameGroup(name="goals_reading_request_group", field="request", to="goals_readingrequest"),
            SameOrganization(name="goals_reading_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="goals_reading_org_author", field="author", to="groups_membership"),
            SameOrganization(name="goals_reading_org_to", field="recipient", to="groups_membership"),
            SameOrganization(name="goals_reading_org_request", field="request", to="goals_readingrequest"),
            RowSecurity(
                name="goals_reading_walls",
                fence=GROUP_FENCE,
                policies=[
                    may_read(MEMBER, f"{MY_GROUP} AND ({_MY_WORDS} OR {in_my('my_memberships', 'recipient_id')})"),
                    Policy(MEMBER, "INSERT", f"{MY_GROUP} AND {_MY_WORDS} AND {_I_WAS_ASKED}"),
                    may_read(SELF, f"{_EVER_WRITTEN} OR {in_my('my_memberships_ever', 'recipient_id')}"),
                    Policy(SELF, "DELETE", _EVER_WRITTEN),
                    *_KEEPER_POLICIES,
                ],
                grants=[Grant(MEMBER, ("SELECT", "INSERT")), Grant(SELF, ("SELECT", "DELETE")), *_KEEPER_GRANTS],
            ),
        ]

    def __str__(self):
        return f"reading {self.pk}"
