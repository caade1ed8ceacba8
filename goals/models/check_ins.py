"""Check-ins: how it goes."""

from django.db import models
from django.db.models import F, Q

from accounts.models import FencedModel
from common.fences import MEMBER, WORKER, Grant, Policy, RowSecurity, SameGroup, SameOrganization, may_read
from common.sealed import SealedTextField
from goals.models.goals import Goal
from goals.models.walls import GROUP_FENCE, OWN_FOR_GOOD, OWN_IN_GROUP, TAKE_OR_ERASE, own
from groups.models import (
    MY_GROUP,
    MY_MEMBERSHIP,
    CoachingGroup,
    Membership,
    organization_key,
    reading_group,
    resealed,
    since_i_came,
)

# A draft has no check-ins, so that what was written under "only you" is never shared later.
_GOAL_IS_OWN_AND_SHARED = (
    "EXISTS (SELECT 1 FROM goals_goal g WHERE g.id = goal_id AND g.membership_id = goals_checkin.membership_id"
    " AND g.shared_at IS NOT NULL AND g.closed_at IS NULL)"
)


_CHECK_IN_KEEPING = resealed("how_it_went", "confidence", "what_next", "help_wanted")


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
            organization_key("goals_checkin_org_key"),
            models.UniqueConstraint(fields=["group", "id"], name="goals_checkin_group_key"),
            SameGroup(name="goals_checkin_same_group", field="membership", to="groups_membership"),
            SameGroup(name="goals_checkin_goal_group", field="goal", to="goals_goal"),
            SameOrganization(name="goals_checkin_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="goals_checkin_org_goal", field="goal", to="goals_goal"),
            SameOrganization(name="goals_checkin_org_member", field="membership", to="groups_membership"),
            RowSecurity(
                name="goals_checkin_walls",
                fence=GROUP_FENCE,
                policies=[
                    may_read(
                        MEMBER,
                        f"{MY_GROUP} AND ({MY_MEMBERSHIP} OR {since_i_came('created_at')})",
                    ),
                    Policy(MEMBER, "INSERT", f"{OWN_IN_GROUP} AND {_GOAL_IS_OWN_AND_SHARED}"),
                    may_read(WORKER),
                    *OWN_FOR_GOOD,
                    *_CHECK_IN_KEEPING[0],
                ],
                grants=[
                    Grant(MEMBER, ("SELECT", "INSERT")),
                    TAKE_OR_ERASE,
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
