"""What the two write below a note: one answer, one question about it, one reply. No thread follows."""

from django.db import models
from django.db.models import F, Q

from accounts.models import FencedModel
from common.fences import MEMBER, SELF, WORKER, Grant, Policy, RowSecurity, SameGroup, SameOrganization, in_my, may_read
from common.sealed import SealedTextField
from feedback.models.notes import EVER_WRITTEN, MINE_TO_READ, FeedbackNote
from groups.models import FENCE, MY_GROUP, CoachingGroup, Membership, resealed

_BELOW_A_NOTE_OF_THE_TWO = (
    "EXISTS (SELECT 1 FROM feedback_feedbacknote n WHERE n.id = note_id AND n.opened_at IS NOT NULL AND ("
    "(part <> 'reply' AND n.recipient_id = feedback_noteanswer.author_id"
    " AND n.author_id = feedback_noteanswer.recipient_id)"
    " OR (part = 'reply' AND n.author_id = feedback_noteanswer.author_id"
    " AND n.recipient_id = feedback_noteanswer.recipient_id)))"
)
# whoever reads the shared note: the policies of notes hold inside
_TO_A_SHARED_NOTE = (
    "part = 'answer' AND EXISTS (SELECT 1 FROM feedback_feedbacknote n WHERE n.id = note_id AND n.shared_with <> '')"
)
_KEEPER_POLICIES, _KEEPER_GRANTS = resealed("text", "will_do", author="author_id")
FACTS = ("id", "organization_id", "group_id", "note_id", "author_id", "recipient_id", "part", "written_at")


class NoteAnswerQuerySet(models.QuerySet):
    def visible_to(self, person):
        """What the person wrote or got below a note in groups that they read now, and answers to notes shared there."""
        reading = {"person": person, "left_at": None, "admitted_at__isnull": False}
        return self.filter(
            Q(**{f"author__{key}": value for key, value in reading.items()})
            | Q(**{f"recipient__{key}": value for key, value in reading.items()})
            | Q(part="answer", note__in=FeedbackNote.objects.visible_to(person).exclude(shared_with=""))
        )


class NoteAnswer(FencedModel):
    """The receiver's answer to a note, their one question about it, or the note's author's one reply: for the two."""

    class Part(models.TextChoices):
        ANSWER = "answer"
        QUESTION = "question"
        REPLY = "reply"

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    # Forgotten when the note's author erases it: what was answered is the answerer's own.
    note = models.ForeignKey(FeedbackNote, models.DO_NOTHING, null=True, related_name="answers", db_constraint=False)
    author = models.ForeignKey(Membership, models.PROTECT, related_name="answers_written", db_constraint=False)
    recipient = models.ForeignKey(Membership, models.PROTECT, related_name="answers_received", db_constraint=False)
    part = models.CharField(max_length=8, choices=Part)
    text = SealedTextField(scope="group", author="author", limit=2000)
    will_do = SealedTextField(scope="group", author="author", limit=2000)  # in answers; empty in the other parts
    written_at = models.DateTimeField()

    objects = NoteAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["note", "part"], name="feedback_answer_once"),
            models.CheckConstraint(condition=~Q(author=F("recipient")), name="feedback_answer_to_a_peer"),
            SameGroup(name="feedback_answer_author_group", field="author", to="groups_membership"),
            SameGroup(name="feedback_answer_reader_group", field="recipient", to="groups_membership"),
            SameGroup(name="feedback_answer_note_group", field="note", to="feedback_feedbacknote", forget=True),
            SameOrganization(name="feedback_answer_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="feedback_answer_org_author", field="author", to="groups_membership"),
            SameOrganization(name="feedback_answer_org_reader", field="recipient", to="groups_membership"),
            SameOrganization(name="feedback_answer_org_note", field="note", to="feedback_feedbacknote", forget=True),
            RowSecurity(
                name="feedback_answer_walls",
                fence={MEMBER: FENCE[MEMBER]},
                policies=[
                    may_read(MEMBER, f"{MY_GROUP} AND ({MINE_TO_READ} OR ({_TO_A_SHARED_NOTE}))"),
                    Policy(
                        MEMBER,
                        "INSERT",
                        f"{MY_GROUP} AND {in_my('my_memberships', 'author_id')} AND {_BELOW_A_NOTE_OF_THE_TWO}",
                    ),
                    may_read(WORKER),
                    may_read(SELF, f"{EVER_WRITTEN} OR {in_my('my_memberships_ever', 'recipient_id')}"),
                    Policy(SELF, "DELETE", EVER_WRITTEN),
                    *_KEEPER_POLICIES,
                ],
                grants=[
                    Grant(SELF, ("SELECT", "DELETE")),
                    *_KEEPER_GRANTS,
                    Grant(MEMBER, ("SELECT", "INSERT")),
                    Grant(WORKER, columns={"SELECT": FACTS}),
                ],
            ),
        ]

    def __str__(self):
        return f"answer {self.pk}"
