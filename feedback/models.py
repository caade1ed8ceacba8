"""What members tell one another, one to one."""

from django.db import models
from django.db.models import Q

from accounts.models import FencedModel
from common.fences import MEMBER, SELF, WORKER, Grant, Policy, RowSecurity, SameGroup, SameOrganization, in_my, may_read
from common.sealed import SealedTextField
from groups.models import FENCE, MY_GROUP, CoachingGroup, Membership, resealed

MINE_TO_READ = f"{in_my('my_memberships', 'author_id')} OR {in_my('my_memberships', 'recipient_id')}"
EVER_WRITTEN = in_my("my_memberships_ever", "author_id")
_KEEPER_POLICIES, _KEEPER_GRANTS = resealed("kind", "situation", "behavior", "impact", "question", author="author_id")


class FeedbackNoteQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Notes the person wrote or received, in groups where they have a reading membership now; nobody else's."""
        reading = {"left_at": None, "admitted_at__isnull": False}
        return self.filter(
            Q(**{"author__person": person, **{f"author__{key}": value for key, value in reading.items()}})
            | Q(**{"recipient__person": person, **{f"recipient__{key}": value for key, value in reading.items()}})
        )


class FeedbackNote(FencedModel):
    """Situation, behavior, impact, and a question or suggestion: from one member to another, for the two alone."""

    class Kind(models.TextChoices):
        KEEP = "keep"
        TRY = "try"

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    author = models.ForeignKey(Membership, models.PROTECT, related_name="notes_written", db_constraint=False)
    recipient = models.ForeignKey(Membership, models.PROTECT, related_name="notes_received", db_constraint=False)
    kind = SealedTextField(scope="group", author="author", limit=4)
    situation = SealedTextField(scope="group", author="author", limit=1000)
    behavior = SealedTextField(scope="group", author="author", limit=2000)
    impact = SealedTextField(scope="group", author="author", limit=2000)
    question = SealedTextField(scope="group", author="author", limit=1000)
    sent_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)

    objects = FeedbackNoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(author=models.F("recipient")), name="feedback_note_to_a_peer"),
            SameGroup(name="feedback_note_author_group", field="author", to="groups_membership"),
            SameGroup(name="feedback_note_reader_group", field="recipient", to="groups_membership"),
            SameOrganization(name="feedback_note_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="feedback_note_org_author", field="author", to="groups_membership"),
            SameOrganization(name="feedback_note_org_reader", field="recipient", to="groups_membership"),
            RowSecurity(
                name="feedback_note_walls",
                fence={MEMBER: FENCE[MEMBER]},
                policies=[
                    may_read(MEMBER, f"{MY_GROUP} AND ({MINE_TO_READ})"),
                    Policy(
                        MEMBER,
                        "INSERT",
                        f"{MY_GROUP} AND {in_my('my_memberships', 'author_id')} AND opened_at IS NULL",
                    ),
                    Policy(MEMBER, "UPDATE", f"{MY_GROUP} AND {in_my('my_memberships', 'recipient_id')}"),
                    # to take it back, until it is opened
                    Policy(
                        MEMBER,
                        "DELETE",
                        f"{MY_GROUP} AND {in_my('my_memberships', 'author_id')} AND opened_at IS NULL",
                    ),
                    may_read(WORKER),
                    may_read(SELF, f"{EVER_WRITTEN} OR {in_my('my_memberships_ever', 'recipient_id')}"),
                    Policy(SELF, "DELETE", EVER_WRITTEN),
                    *_KEEPER_POLICIES,
                ],
                grants=[
                    Grant(SELF, ("SELECT", "DELETE")),
                    *_KEEPER_GRANTS,
                    # opening is the only change a note knows, and only its recipient's
                    Grant(MEMBER, ("SELECT", "INSERT", "DELETE"), {"UPDATE": ("opened_at",)}),
                    Grant(
                        WORKER,
                        columns={
                            "SELECT": (
                                "id",
                                "organization_id",
                                "group_id",
                                "author_id",
                                "recipient_id",
                                "sent_at",
                                "opened_at",
                            )
                        },
                    ),
                ],
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "-sent_at"], name="feedback_note_inbox"),
            models.Index(fields=["author", "-sent_at"], name="feedback_note_sent"),
        ]

    def __str__(self):
        return f"note {self.pk}"
