"""The days on which somebody kept a practice."""

from django.db import models
from django.db.models import F, Q

from accounts.models import FencedModel
from common.fences import MEMBER, Grant, Policy, RowSecurity, SameGroup, SameOrganization, may_read
from goals.models.steps import ActionStep
from goals.models.walls import GROUP_FENCE, OWN_FOR_GOOD, OWN_IN_GROUP, TAKE_OR_ERASE, own
from groups.models import MY_GROUP, MY_MEMBERSHIP, CoachingGroup, Membership, reading_group, since_i_came

_MY_OPEN_PRACTICE = (
    "EXISTS (SELECT 1 FROM goals_actionstep s WHERE s.id = step_id AND s.membership_id = goals_stepkept.membership_id"
    " AND s.closed_at IS NULL AND s.rhythm <> '')"
)


class StepKeptQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Days in the groups in which the person has a reading membership now: one's own, and those since one came."""
        readable, since = reading_group(person, since=F("kept_at"))
        return self.filter(readable, own(person) | Q(since))


class StepKept(FencedModel):
    """A day on which the coachee kept their practice. No row: not kept, or not said."""

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    step = models.ForeignKey(ActionStep, models.DO_NOTHING, related_name="kept_days", db_constraint=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_constraint=False)
    on = models.DateField()
    kept_at = models.DateTimeField()

    objects = StepKeptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["step", "on"], name="goals_kept_once_a_day"),
            SameGroup(name="goals_kept_same_group", field="membership", to="groups_membership"),
            SameGroup(name="goals_kept_step_group", field="step", to="goals_actionstep", cascade=True),
            SameOrganization(name="goals_kept_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="goals_kept_org_step", field="step", to="goals_actionstep", cascade=True),
            SameOrganization(name="goals_kept_org_member", field="membership", to="groups_membership"),
            RowSecurity(
                name="goals_kept_walls",
                fence=GROUP_FENCE,
                policies=[
                    may_read(MEMBER, f"{MY_GROUP} AND ({MY_MEMBERSHIP} OR {since_i_came('kept_at')})"),
                    Policy(MEMBER, "INSERT", f"{OWN_IN_GROUP} AND {_MY_OPEN_PRACTICE}"),
                    Policy(MEMBER, "DELETE", OWN_IN_GROUP),
                    *OWN_FOR_GOOD,
                ],
                grants=[Grant(MEMBER, ("SELECT", "INSERT", "DELETE")), TAKE_OR_ERASE],
            ),
        ]

    def __str__(self):
        return f"kept on {self.on}"
