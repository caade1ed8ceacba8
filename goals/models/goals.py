"""Goals: what members work on."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import FencedModel
from common.fences import MEMBER, WORKER, Grant, Policy, RowSecurity, SameGroup, SameOrganization, may_read
from common.sealed import SealedTextField
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

_OWN_DRAFT = f"{OWN_IN_GROUP} AND shared_at IS NULL AND closed_at IS NULL"
_GOAL_KEEPING = resealed("title", "behavior", "why", "first_steps", "lesson")


def text_of(sealed):
    """The opened text; empty where a row is older than its column."""
    return "" if sealed is None else sealed.open()


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
    # Null in rows from before these columns, which nobody without a key can seal: see ``text_of``.
    first_steps = SealedTextField(scope="group", author="membership", limit=1000, null=True)
    lesson = SealedTextField(scope="group", author="membership", limit=1000, null=True)
    target_on = models.DateField()
    version_number = models.PositiveSmallIntegerField(default=1, db_default=1)
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
                fence=GROUP_FENCE,
                policies=[
                    may_read(
                        MEMBER,
                        f"{MY_GROUP} AND ({MY_MEMBERSHIP} OR (shared_at IS NOT NULL AND {OPEN_OR_SINCE_I_CAME}))",
                    ),
                    Policy(MEMBER, "INSERT", OWN_IN_GROUP),
                    # closing is the last change that a goal knows
                    Policy(MEMBER, "UPDATE", f"{OWN_IN_GROUP} AND closed_at IS NULL", OWN_IN_GROUP),
                    Policy(MEMBER, "DELETE", _OWN_DRAFT),
                    may_read(WORKER),
                    *OWN_FOR_GOOD,
                    *_GOAL_KEEPING[0],
                ],
                grants=[
                    Grant(MEMBER, ("SELECT", "INSERT", "UPDATE", "DELETE")),
                    TAKE_OR_ERASE,
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
