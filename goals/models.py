"""What members work on, and how they keep themselves and one another to it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import FencedModel
from common.fences import MEMBER, SELF, WORKER, Grant, Policy, RowSecurity, SameGroup, SameOrganization, may_read
from common.sealed import SealedTextField
from groups.models import (
    EVER_MINE,
    FENCE,
    MY_GROUP,
    MY_MEMBERSHIP,
    CoachingGroup,
    Membership,
    organization_key,
    reading_group,
    resealed,
    since_i_came,
)

OWN_IN_GROUP = f"{MY_GROUP} AND {MY_MEMBERSHIP}"
# A draft has no check-ins, so that what was written under "only you" is never shared later.
_GOAL_IS_OWN_AND_SHARED = (
    "EXISTS (SELECT 1 FROM goals_goal g WHERE g.id = goal_id AND g.membership_id = goals_checkin.membership_id"
    " AND g.shared_at IS NOT NULL AND g.closed_at IS NULL)"
)
_FENCE = {MEMBER: FENCE[MEMBER]}
_GOAL_KEEPING = resealed("title", "behavior", "why")
_CHECK_IN_KEEPING = resealed("how_it_went", "confidence", "what_next", "help_wanted")
_STEP_KEEPING = resealed("text")


# Whoever came later sees what is open now, and what was closed after they came.
_OPEN_OR_SINCE_I_CAME = f"(closed_at IS NULL OR {since_i_came('closed_at')})"
# Deleted when their author erases them; what a goal holds goes before it.
_OWN_FOR_GOOD = [may_read(SELF, EVER_MINE), Policy(SELF, "DELETE", EVER_MINE)]
_TAKE_OR_ERASE = Grant(SELF, ("SELECT", "DELETE"))


def own(person):
    """The condition for rows of the person's own open memberships."""
    return Q(membership__person=person, membership__left_at=None)


def open_or_since(person):
    """Conditions for one ``filter()``: rows open now, or closed after the person came to the group."""
    readable, since = reading_group(person, since=F("closed_at"))
    return [readable, Q(closed_at=None) | since]


class GoalQuerySet(models.QuerySet):
    def visible_to(self, person):
        """One's own goals, and the shared ones of the groups in which one has a reading membership now.

        Of those that were closed before one came, only one's own.
        """
        readable, shared = open_or_since(person)
        return self.filter(readable, own(person) | Q(shared, shared_at__isnull=False))

    def open(self):
        return self.filter(closed_at=None)


class Goal(FencedModel):
    """What a person is working towards over weeks: a draft of their own until they share it with the group."""

    class Outcome(models.TextChoices):
        REACHED = "reached", _("Reached")
        LET_GO = "let_go", _("Let go")

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="goals", db_constraint=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="goals", db_constraint=False)
    title = SealedTextField(scope="group", author="membership", limit=200)
    behavior = SealedTextField(scope="group", author="membership", limit=1000)
    why = SealedTextField(scope="group", author="membership", limit=1000)
    target_on = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)
    shared_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=7, choices=Outcome, blank=True)

    objects = GoalQuerySet.as_manager()

    class Meta:
        constraints = [
            organization_key("goals_goal_org_key"),
            models.UniqueConstraint(fields=["group", "id"], name="goals_goal_group_key"),
            SameGroup(name="goals_goal_same_group", field="membership", to="groups_membership"),
            SameOrganization(name="goals_goal_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="goals_goal_org_member", field="membership", to="groups_membership"),
            RowSecurity(
                name="goals_goal_walls",
                fence=_FENCE,
                policies=[
                    may_read(
                        MEMBER,
                        f"{MY_GROUP} AND ({MY_MEMBERSHIP} OR (shared_at IS NOT NULL AND {_OPEN_OR_SINCE_I_CAME}))",
                    ),
                    Policy(MEMBER, "INSERT", OWN_IN_GROUP),
                    Policy(MEMBER, "UPDATE", OWN_IN_GROUP),
                    may_read(WORKER),
                    *_OWN_FOR_GOOD,
                    *_GOAL_KEEPING[0],
                ],
                grants=[
                    Grant(MEMBER, ("SELECT", "INSERT", "UPDATE")),
                    _TAKE_OR_ERASE,
                    *_GOAL_KEEPING[1],
                    Grant(
                        WORKER,
                        columns={
                            "SELECT": (
                                "id",
                                "organization_id",
                                "group_id",
                                "membership_id",
                                "shared_at",
                                "closed_at",
                                "created_at",
                            )
                        },
                    ),
                ],
            ),
        ]
        indexes = [models.Index(fields=["group", "membership"], name="goals_goal_group_member")]

    def __str__(self):
        return f"goal {self.pk}"


class CheckInQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Check-ins on goals that the person may see: one's own, and those on shared goals since one came."""
        readable, since = reading_group(person, since=F("created_at"))
        closed = reading_group(person, since=F("goal__closed_at"))[1]
        shared = Q(since, Q(goal__closed_at=None) | closed, goal__shared_at__isnull=False)
        return self.filter(readable, own(person) | shared)


class CheckIn(FencedModel):
    """A short report on a goal: how it went, how confident, what next, what help is wanted."""

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="check_ins", db_constraint=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="check_ins", db_constraint=False)
    how_it_went = SealedTextField(scope="group", author="membership", limit=1000)
    confidence = SealedTextField(scope="group", author="membership", limit=2)  # 0-10 on one's own scale
    what_next = SealedTextField(scope="group", author="membership", limit=1000)
    help_wanted = SealedTextField(scope="group", author="membership", limit=1000)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CheckInQuerySet.as_manager()

    class Meta:
        constraints = [
            SameGroup(name="goals_checkin_same_group", field="membership", to="groups_membership"),
            SameGroup(name="goals_checkin_goal_group", field="goal", to="goals_goal"),
            SameOrganization(name="goals_checkin_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="goals_checkin_org_goal", field="goal", to="goals_goal"),
            SameOrganization(name="goals_checkin_org_member", field="membership", to="groups_membership"),
            RowSecurity(
                name="goals_checkin_walls",
                fence=_FENCE,
                policies=[
                    may_read(
                        MEMBER,
                        f"{MY_GROUP} AND ({MY_MEMBERSHIP} OR {since_i_came('created_at')})",
                    ),
                    Policy(MEMBER, "INSERT", f"{OWN_IN_GROUP} AND {_GOAL_IS_OWN_AND_SHARED}"),
                    may_read(WORKER),
                    *_OWN_FOR_GOOD,
                    *_CHECK_IN_KEEPING[0],
                ],
                grants=[
                    Grant(MEMBER, ("SELECT", "INSERT")),
                    _TAKE_OR_ERASE,
                    *_CHECK_IN_KEEPING[1],
                    Grant(
                        WORKER,
                        columns={
                            "SELECT": ("id", "organization_id", "group_id", "goal_id", "membership_id", "created_at")
                        },
                    ),
                ],
            ),
        ]
        indexes = [models.Index(fields=["goal", "created_at"], name="goals_checkin_goal_time")]

    def __str__(self):
        return f"check-in {self.pk}"


class ActionStepQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Steps of the groups in which the person has a reading membership now.

        Of those that were closed before one came, only one's own.
        """
        readable, since = open_or_since(person)
        return self.filter(readable, own(person) | since)

    def facts(self):
        """Without sealed columns: all that the workers may read."""
        return self.defer("text")

    def open(self):
        return self.filter(closed_at=None)


class ActionStep(FencedModel):
    """What a coachee commits to do, by a day they chose, and the peer who will ask about it."""

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="action_steps", db_constraint=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="action_steps", db_constraint=False)
    goal = models.ForeignKey(
        Goal, models.PROTECT, null=True, blank=True, related_name="action_steps", db_constraint=False
    )
    asker = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="steps_to_ask_about", db_constraint=False
    )
    text = SealedTextField(scope="group", author="membership", limit=500)
    due_on = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ActionStepQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(asker=None) | ~Q(asker=F("membership")), name="goals_step_asker_is_a_peer"
            ),
            SameGroup(name="goals_step_same_group", field="membership", to="groups_membership"),
            SameGroup(name="goals_step_asker_group", field="asker", to="groups_membership"),
            SameGroup(name="goals_step_goal_group", field="goal", to="goals_goal"),
            SameOrganization(name="goals_step_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="goals_step_org_member", field="membership", to="groups_membership"),
            SameOrganization(name="goals_step_org_asker", field="asker", to="groups_membership"),
            SameOrganization(name="goals_step_org_goal", field="goal", to="goals_goal"),
            RowSecurity(
                name="goals_step_walls",
                fence=_FENCE,
                policies=[
                    may_read(MEMBER, f"{MY_GROUP} AND ({MY_MEMBERSHIP} OR {_OPEN_OR_SINCE_I_CAME})"),
                    Policy(MEMBER, "INSERT", OWN_IN_GROUP),
                    Policy(MEMBER, "UPDATE", OWN_IN_GROUP),
                    may_read(WORKER),
                    *_OWN_FOR_GOOD,
                    *_STEP_KEEPING[0],
                ],
                grants=[
                    Grant(MEMBER, ("SELECT", "INSERT", "UPDATE")),
                    _TAKE_OR_ERASE,
                    *_STEP_KEEPING[1],
                    Grant(
                        WORKER,
                        columns={
                            "SELECT": (
                                "id",
                                "organization_id",
                                "group_id",
                                "membership_id",
                                "asker_id",
                                "goal_id",
                                "due_on",
                                "created_at",
                                "closed_at",
                            )
                        },
                    ),
                ],
            ),
        ]
        # plan_reminders() walks open steps by day
        indexes = [models.Index(fields=["due_on"], condition=Q(closed_at=None), name="goals_step_open_due")]

    def __str__(self):
        return f"step {self.pk}"
