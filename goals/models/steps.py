"""Action steps: what members keep themselves and one another to."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import FencedModel
from common.fences import MEMBER, WORKER, Grant, Policy, RowSecurity, SameGroup, SameOrganization, may_read
from common.sealed import SealedTextField
from goals.models.goals import Goal
from goals.models.walls import (
    GROUP_FENCE,
    OPEN_OR_SINCE_I_CAME,
    OWN_FOR_GOOD,
    OWN_IN_GROUP,
    TAKE_OR_ERASE,
    open_or_since,
    own,
)
from groups.models import (
    MY_GROUP,
    MY_MEMBERSHIP,
    CoachingGroup,
    Membership,
    organization_key,
    resealed,
)

_STEP_KEEPING = resealed("text", "why_let_go")


class ActionStepQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Steps of the groups in which the person has a reading membership now.

        Of those that were closed before one came, only one's own.
        """
        readable, since = open_or_since(person)
        return self.filter(readable, own(person) | since)

    def facts(self):
        """Without sealed columns: all that the workers may read."""
        return self.defer("text", "why_let_go")

    def open(self):
        return self.filter(closed_at=None)


class ActionStep(FencedModel):
    """What a coachee commits to do, by a day they chose, and the peer who will ask about it.

    With a rhythm it is a practice: something to do again and again until that day.
    """

    class Rhythm(models.TextChoices):
        DAILY = "daily", _("Every day")
        WORKDAYS = "workdays", _("Every workday")
        WEEKLY = "weekly", _("Every week")

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
    rhythm = models.CharField(max_length=8, choices=Rhythm, blank=True, default="", db_default="")
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    is_let_go = models.BooleanField(default=False, db_default=False)  # closed without being done
    # None as long as the step is not let go; a step let go without a word holds an empty one.
    why_let_go = SealedTextField(scope="group", author="membership", limit=500, null=True)

    objects = ActionStepQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(asker=None) | ~Q(asker=F("membership")), name="goals_step_asker_is_a_peer"
            ),
            models.CheckConstraint(
                condition=Q(is_let_go=False) | Q(closed_at__isnull=False), name="goals_step_let_go_is_closed"
            ),
            organization_key("goals_step_org_key"),
            models.UniqueConstraint(fields=["group", "id"], name="goals_step_group_key"),
            models.UniqueConstraint(fields=["membership", "id"], name="goals_step_coachee_key"),
            SameGroup(name="goals_step_same_group", field="membership", to="groups_membership"),
            SameGroup(name="goals_step_asker_group", field="asker", to="groups_membership"),
            SameGroup(name="goals_step_goal_group", field="goal", to="goals_goal"),
            SameOrganization(name="goals_step_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="goals_step_org_member", field="membership", to="groups_membership"),
            SameOrganization(name="goals_step_org_asker", field="asker", to="groups_membership"),
            SameOrganization(name="goals_step_org_goal", field="goal", to="goals_goal"),
            RowSecurity(
                name="goals_step_walls",
                fence=GROUP_FENCE,
                policies=[
                    may_read(MEMBER, f"{MY_GROUP} AND ({MY_MEMBERSHIP} OR {OPEN_OR_SINCE_I_CAME})"),
                    Policy(MEMBER, "INSERT", OWN_IN_GROUP),
                    Policy(MEMBER, "UPDATE", OWN_IN_GROUP),
                    may_read(WORKER),
                    *OWN_FOR_GOOD,
                    *_STEP_KEEPING[0],
                ],
                grants=[
                    Grant(MEMBER, ("SELECT", "INSERT", "UPDATE")),
                    TAKE_OR_ERASE,
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
                                "rhythm",
                                "created_at",
                                "closed_at",
                                "is_let_go",
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
