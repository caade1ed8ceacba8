"""Moves of action steps: another day, and why."""

from django.db import models
from django.db.models import F, Q

from accounts.models import FencedModel
from common.fences import MEMBER, WORKER, Grant, Policy, RowSecurity, SameGroup, SameOrganization, may_read
from common.sealed import SealedTextField
from goals.models.steps import ActionStep
from goals.models.walls import GROUP_FENCE, OWN_FOR_GOOD, OWN_IN_GROUP, TAKE_OR_ERASE, own
from groups.models import (
    MY_GROUP,
    MY_MEMBERSHIP,
    CoachingGroup,
    Membership,
    reading_group,
    resealed,
    since_i_came,
)

_MY_OPEN_STEP = (
    "EXISTS (SELECT 1 FROM goals_actionstep s WHERE s.id = step_id AND s.membership_id = goals_stepmove.membership_id"
    " AND s.closed_at IS NULL)"
)
_MOVE_KEEPING = resealed("why")


class StepMoveQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Moves in the groups in which the person has a reading membership now: one's own, and those since one came."""
        readable, since = reading_group(person, since=F("moved_at"))
        return self.filter(readable, own(person) | Q(since))


class StepMove(FencedModel):
    """One move of a step from a day to another. Written once and never changed."""

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    step = models.ForeignKey(ActionStep, models.DO_NOTHING, related_name="moves", db_constraint=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_constraint=False)
    from_on = models.DateField()
    to_on = models.DateField()
    why = SealedTextField(scope="group", author="membership", limit=500)
    moved_at = models.DateTimeField()

    objects = StepMoveQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(from_on=F("to_on")), name="goals_move_to_another_day"),
            SameGroup(name="goals_move_same_group", field="membership", to="groups_membership"),
            SameGroup(name="goals_move_step_group", field="step", to="goals_actionstep", cascade=True),
            SameOrganization(name="goals_move_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="goals_move_org_step", field="step", to="goals_actionstep", cascade=True),
            SameOrganization(name="goals_move_org_member", field="membership", to="groups_membership"),
            RowSecurity(
                name="goals_move_walls",
                fence=GROUP_FENCE,
                policies=[
                    may_read(MEMBER, f"{MY_GROUP} AND ({MY_MEMBERSHIP} OR {since_i_came('moved_at')})"),
                    Policy(MEMBER, "INSERT", f"{OWN_IN_GROUP} AND {_MY_OPEN_STEP}"),
                    may_read(WORKER),
                    *OWN_FOR_GOOD,
                    *_MOVE_KEEPING[0],
                ],
                grants=[
                    Grant(MEMBER, ("SELECT", "INSERT")),
                    TAKE_OR_ERASE,
                    *_MOVE_KEEPING[1],
                    Grant(
                        WORKER,
                        columns={
                            "SELECT": ("id", "organization_id", "group_id", "step_id", "membership_id", "moved_at")
                        },
                    ),
                ],
            ),
        ]
        # a step's page shows its moves, newest first, and reminders look for the newest
        indexes = [models.Index(fields=["step", "moved_at"], name="goals_move_step_time")]

    def __str__(self):
        return f"move {self.pk}"
