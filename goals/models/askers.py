"""Whether a peer agrees to ask about a step."""

from django.db import models
from django.db.models import F, Q

from accounts.models import FencedModel
from common.fences import MEMBER, WORKER, Grant, Policy, RowSecurity, SameGroup, SameOrganization, may_read
from goals.models.steps import ActionStep
from goals.models.walls import GROUP_FENCE, OWN_FOR_GOOD, OWN_IN_GROUP, TAKE_OR_ERASE
from groups.models import MY_GROUP, CoachingGroup, Membership, reading_group

# Row security of steps holds inside too: whoever may not read the step finds none.
_READS_THE_STEP = "EXISTS (SELECT 1 FROM goals_actionstep s WHERE s.id = step_id)"
_I_AM_ASKED = (
    "EXISTS (SELECT 1 FROM goals_actionstep s WHERE s.id = step_id AND s.asker_id = goals_askeranswer.membership_id"
    " AND s.closed_at IS NULL)"
)


class AskerAnswerQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Answers about the steps that the person may see."""
        readable, since = reading_group(person, since=F("step__closed_at"))
        mine = Q(step__membership__person=person, step__membership__left_at=None)
        return self.filter(readable, mine | Q(step__closed_at=None) | Q(since))


class AskerAnswer(FencedModel):
    """What the peer who was named says: they will ask, or not them. Given once; an agreement can be taken back."""

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    step = models.ForeignKey(ActionStep, models.DO_NOTHING, related_name="answers", db_constraint=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_constraint=False)  # the peer's
    has_agreed = models.BooleanField()
    answered_at = models.DateTimeField()

    objects = AskerAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["step", "membership"], name="goals_answer_once"),
            SameGroup(name="goals_answer_same_group", field="membership", to="groups_membership"),
            SameGroup(name="goals_answer_step_group", field="step", to="goals_actionstep", cascade=True),
            SameOrganization(name="goals_answer_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="goals_answer_org_step", field="step", to="goals_actionstep", cascade=True),
            SameOrganization(name="goals_answer_org_member", field="membership", to="groups_membership"),
            RowSecurity(
                name="goals_answer_walls",
                fence=GROUP_FENCE,
                policies=[
                    may_read(MEMBER, f"{MY_GROUP} AND {_READS_THE_STEP}"),
                    Policy(MEMBER, "INSERT", f"{OWN_IN_GROUP} AND {_I_AM_ASKED}"),
                    Policy(MEMBER, "UPDATE", f"{OWN_IN_GROUP} AND has_agreed", f"{OWN_IN_GROUP} AND NOT has_agreed"),
                    may_read(WORKER),
                    *OWN_FOR_GOOD,
                ],
                grants=[
                    Grant(MEMBER, ("SELECT", "INSERT"), columns={"UPDATE": ("has_agreed", "answered_at")}),
                    TAKE_OR_ERASE,
                    Grant(WORKER, ("SELECT",)),
                ],
            ),
        ]

    def __str__(self):
        return f"answer {self.pk}"
