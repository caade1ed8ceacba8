"""A pair's conversations: whose issue it is, what is waited for, and what the two wrote."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import FencedModel
from common.fences import (
    MEMBER,
    SELF,
    WORKER,
    Grant,
    Policy,
    RowSecurity,
    SameGroup,
    SameOrganization,
    SamePerson,
    in_my,
    may_read,
)
from common.sealed import SealedTextField
from goals.models.steps import ActionStep
from goals.models.walls import GROUP_FENCE
from groups.models import MY_GROUP, CoachingGroup, Membership, organization_key, reads_through, resealed

_I_TALK = f"{MY_GROUP} AND ({in_my('my_memberships', 'coachee_id')} OR {in_my('my_memberships', 'coach_id')})"
_I_TALKED = f"{in_my('my_memberships_ever', 'coachee_id')} OR {in_my('my_memberships_ever', 'coach_id')}"
_IN_A_PAIR = in_my("my_pairs", "group_id")


def _said(part):
    """SQL: something of this part is written in the conversation. The policies of turns for reading hold inside."""
    return (
        "EXISTS (SELECT 1 FROM goals_conversationturn t"  # noqa: S608  # never from outside
        f" WHERE t.conversation_id = goals_pairconversation.id AND t.part = '{part}')"
    )


def _one_of(column, *values):
    """SQL, in words that a dump and a restore leave as they are."""
    return f"{column}::text = ANY ('{{{','.join(values)}}}'::text[])"


# No stage is waited for before what comes ahead of it is written: above all, no view without a question and its answer.
# Letting it go asks for nothing.
_IN_ORDER = (
    f"(stage = 'let_go' AND step_id IS NULL OR (stage = 'issue' OR {_said('issue')})"
    f" AND ({_one_of('stage', 'issue', 'question')} OR {_said('question')})"
    f" AND ({_one_of('stage', 'issue', 'question', 'answer')} OR {_said('answer')})"
    f" AND ({_one_of('stage', 'issue', 'question', 'answer', 'view')} OR {_said('view')})"
    f" AND (NOT {_one_of('stage', 'check', 'step', 'closed')} OR {_said('reaction')})"
    f" AND (NOT {_one_of('stage', 'step', 'closed')} OR {_said('check')})"
    " AND (stage <> 'closed' OR step_id IS NOT NULL))"
)
# The coachee may also write down what the coach said aloud; the coach writes for nobody else.
_IT_IS_WAITED_FOR = (
    "EXISTS (SELECT 1 FROM goals_pairconversation c WHERE c.id = conversation_id"  # noqa: S608
    " AND (c.stage = part OR (c.stage = 'view' AND part = 'question'))"
    " AND ((author_id = c.coachee_id AND reader_id = c.coach_id)"
    f" OR (author_id = c.coach_id AND reader_id = c.coachee_id AND {_one_of('part', 'question', 'view', 'check')})))"
)
_MY_ISSUE = (
    "part = 'question' AND EXISTS (SELECT 1 FROM goals_pairconversation c"  # noqa: S608
    " WHERE c.id = conversation_id"
    f" AND {in_my('my_memberships', 'c.coachee_id')})"
)
OVER = ("closed", "let_go")  # stages in which nothing is waited for
_KEEPER_POLICIES, _KEEPER_GRANTS = resealed("text", "more", author="author_id")


class PairConversationQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Conversations in which the person is one of the two, in pairs that they read now."""
        return self.filter(reads_through(person, "coachee", "coach"))

    def open(self):
        return self.filter(closed_at=None)

    def waiting_for(self, person):
        """Open, and it is the person's turn."""
        of_coach = Q(stage__in=FOR_THE_COACH)
        return self.open().filter(of_coach & Q(coach__person=person) | ~of_coach & Q(coachee__person=person))


class PairConversation(FencedModel):
    """One conversation of a pair about one issue. It holds facts; the words are its turns.

    It is closed with a step of the coachee's, and with nothing else; or either of the two lets it go while it is open.
    """

    class Stage(models.TextChoices):
        """What is waited for."""

        ISSUE = "issue", _("the issue")
        QUESTION = "question", _("a question")
        ANSWER = "answer", _("an answer")
        VIEW = "view", _("another question, or a view")
        REACTION = "reaction", _("what came of it")
        CHECK = "check", _("a last look")
        STEP = "step", _("a step")
        CLOSED = "closed", _("closed")
        LET_GO = "let_go", _("let go")

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    coachee = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_constraint=False)
    coach = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_constraint=False)
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.ISSUE)
    turns_taken = models.PositiveSmallIntegerField(default=0)
    begun_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    # Forgotten when the coachee erases their steps.
    step = models.ForeignKey(ActionStep, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)

    objects = PairConversationQuerySet.as_manager()

    class Meta:
        constraints = [
            organization_key("goals_talk_org_key"),
            models.UniqueConstraint(fields=["group", "id"], name="goals_talk_group_key"),
            models.UniqueConstraint(fields=["group"], condition=Q(closed_at=None), name="goals_talk_one_open"),
            models.CheckConstraint(condition=~Q(coachee=F("coach")), name="goals_talk_two_people"),
            models.CheckConstraint(
                condition=Q(stage__in=OVER, closed_at__isnull=False) | ~Q(stage__in=OVER) & Q(closed_at=None),
                name="goals_talk_closed_once",
            ),
            SameGroup(name="goals_talk_coachee_group", field="coachee", to="groups_membership"),
            SameGroup(name="goals_talk_coach_group", field="coach", to="groups_membership"),
            SameGroup(name="goals_talk_step_group", field="step", to="goals_actionstep", forget=True),
            SameOrganization(name="goals_talk_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="goals_talk_org_coachee", field="coachee", to="groups_membership"),
            SameOrganization(name="goals_talk_org_coach", field="coach", to="groups_membership"),
            SameOrganization(name="goals_talk_org_step", field="step", to="goals_actionstep", forget=True),
            SamePerson(
                name="goals_talk_own_step", ours="coachee", theirs="membership", field="step", to="goals_actionstep",
                forget=True,
            ),
            RowSecurity(
                name="goals_talk_walls",
                fence=GROUP_FENCE,
                policies=[
                    may_read(MEMBER, _I_TALK),
                    Policy(MEMBER, "INSERT", f"{_I_TALK} AND {_IN_A_PAIR} AND stage = 'issue' AND step_id IS NULL"),
                    Policy(
                        MEMBER,
                        "UPDATE",
                        f"{_I_TALK} AND {_IN_A_PAIR} AND closed_at IS NULL",
                        f"{_I_TALK} AND {_IN_A_PAIR} AND {_IN_ORDER}",
                    ),
                    may_read(WORKER),
                    may_read(SELF, _I_TALKED),
                ],
                grants=[
                    Grant(
                        MEMBER,
                        ("SELECT", "INSERT"),
                        {"UPDATE": ("stage", "turns_taken", "moved_at", "closed_at", "step_id")},
                    ),
                    Grant(WORKER, ("SELECT",)),
                    Grant(SELF, ("SELECT",)),
                ],
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"conversation {self.pk}"

    @property
    def waits_for_coach(self):
        return self.stage in FOR_THE_COACH


FOR_THE_COACH = (PairConversation.Stage.QUESTION, PairConversation.Stage.VIEW, PairConversation.Stage.CHECK)


class ConversationTurnQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Turns that the person wrote or that were written to them, in pairs that they read now."""
        return self.filter(reads_through(person, "author", "reader"))


class ConversationTurn(FencedModel):
    """What one of the two wrote in their turn, for the other one alone.

    The coach's words may be written down by the coachee, who heard them: then they are the coachee's to keep and erase.
    """

    class Part(models.TextChoices):
        ISSUE = "issue", _("The issue")
        QUESTION = "question", _("A question")
        ANSWER = "answer", _("An answer")
        VIEW = "view", _("The coach’s view")
        REACTION = "reaction", _("What came of it")
        CHECK = "check", _("A last look")

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    conversation = models.ForeignKey(PairConversation, models.PROTECT, related_name="turns", db_constraint=False)
    author = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_constraint=False)
    reader = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_constraint=False)
    part = models.CharField(max_length=8, choices=Part)
    number = models.PositiveSmallIntegerField()
    text = SealedTextField(scope="group", author="author", limit=4000)
    # With an issue the coachee's own analysis, with a reaction what they might do; otherwise empty.
    more = SealedTextField(scope="group", author="author", limit=4000)
    written_at = models.DateTimeField()
    liked_at = models.DateTimeField(null=True, blank=True)  # the coachee found this question good

    objects = ConversationTurnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "number"], name="goals_turn_one_by_one"),
            models.CheckConstraint(condition=~Q(author=F("reader")), name="goals_turn_two_people"),
            models.CheckConstraint(condition=Q(liked_at=None) | Q(part="question"), name="goals_turn_liked_question"),
            SameGroup(name="goals_turn_author_group", field="author", to="groups_membership"),
            SameGroup(name="goals_turn_reader_group", field="reader", to="groups_membership"),
            SameGroup(name="goals_turn_talk_group", field="conversation", to="goals_pairconversation"),
            SameOrganization(name="goals_turn_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="goals_turn_org_author", field="author", to="groups_membership"),
            SameOrganization(name="goals_turn_org_reader", field="reader", to="groups_membership"),
            SameOrganization(name="goals_turn_org_talk", field="conversation", to="goals_pairconversation"),
            RowSecurity(
                name="goals_turn_walls",
                fence=GROUP_FENCE,
                policies=[
                    # they ask nothing of conversations, whose policies ask this table
                    may_read(
                        MEMBER,
                        f"{MY_GROUP} AND ({in_my('my_memberships', 'author_id')}"
                        f" OR {in_my('my_memberships', 'reader_id')})",
                    ),
                    Policy(
                        MEMBER,
                        "INSERT",
                        f"{MY_GROUP} AND {_IN_A_PAIR} AND {in_my('my_memberships', 'author_id')} AND liked_at IS NULL"
                        f" AND {_IT_IS_WAITED_FOR}",
                    ),
                    Policy(MEMBER, "UPDATE", f"{MY_GROUP} AND {_MY_ISSUE}"),
                    may_read(SELF, in_my("my_memberships_ever", "author_id")),
                    Policy(SELF, "DELETE", in_my("my_memberships_ever", "author_id")),
                    *_KEEPER_POLICIES,
                ],
                grants=[
                    Grant(MEMBER, ("SELECT", "INSERT"), {"UPDATE": ("liked_at",)}),
                    Grant(SELF, ("SELECT", "DELETE")),
                    *_KEEPER_GRANTS,
                ],
            ),
        ]

    def __str__(self):
        return f"turn {self.pk}"
