"""Earlier words of goals."""

from django.db import models
from django.db.models import F, Q

from accounts.models import FencedModel
from common.fences import MEMBER, Grant, Policy, RowSecurity, SameGroup, SameOrganization, may_read
from common.sealed import SealedTextField
from goals.models.goals import Goal
from goals.models.walls import GROUP_FENCE, OWN_FOR_GOOD, OWN_IN_GROUP, TAKE_OR_ERASE, own
from groups.models import MY_GROUP, MY_MEMBERSHIP, CoachingGroup, Membership, reading_group, resealed

# A subquery sees what its reader sees: whoever reads the goal reads its history.
_GOAL_IS_READ = "EXISTS (SELECT 1 FROM goals_goal g WHERE g.id = goal_id)"
_GOAL_IS_OWN = (
    "EXISTS (SELECT 1 FROM goals_goal g WHERE g.id = goal_id AND g.membership_id = goals_goalversion.membership_id"
    " AND g.shared_at IS NOT NULL AND g.closed_at IS NULL)"
)
_KEEPING = resealed("title", "behavior", "why", "first_steps")


class GoalVersionQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Earlier words of the goals that the person may see."""
        readable, since = reading_group(person, since=F("goal__closed_at"))
        shared = Q(Q(goal__closed_at=None) | since, goal__shared_at__isnull=False)
        return self.filter(readable, own(person) | shared)


class GoalVersion(FencedModel):
    """The words that a goal had until its coachee wrote new ones; peers gave readings on them, so they stay."""

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="versions", db_constraint=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_constraint=False)
    number = models.PositiveSmallIntegerField()
    title = SealedTextField(scope="group", author="membership", limit=200)
    behavior = SealedTextField(scope="group", author="membership", limit=1000)
    why = SealedTextField(scope="group", author="membership", limit=1000)
    first_steps = SealedTextField(scope="group", author="membership", limit=1000)
    target_on = models.DateField()
    replaced_at = models.DateTimeField()

    objects = GoalVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["goal", "number"], name="goals_version_once"),
            SameGroup(name="goals_version_same_group", field="membership", to="groups_membership"),
            SameGroup(name="goals_version_goal_group", field="goal", to="goals_goal"),
            SameOrganization(name="goals_version_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="goals_version_org_goal", field="goal", to="goals_goal"),
            SameOrganization(name="goals_version_org_member", field="membership", to="groups_membership"),
            RowSecurity(
                name="goals_version_walls",
                fence=GROUP_FENCE,
                policies=[
                    may_read(MEMBER, f"{MY_GROUP} AND ({MY_MEMBERSHIP} OR {_GOAL_IS_READ})"),
                    Policy(MEMBER, "INSERT", f"{OWN_IN_GROUP} AND {_GOAL_IS_OWN}"),
                    *OWN_FOR_GOOD,
                    *_KEEPING[0],
                ],
                grants=[Grant(MEMBER, ("SELECT", "INSERT")), TAKE_OR_ERASE, *_KEEPING[1]],
            ),
        ]

    def __str__(self):
        return f"version {self.number} of goal {self.goal_id}"
