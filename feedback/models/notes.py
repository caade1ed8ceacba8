"""Notes from one member to another."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import FencedModel
from common.fences import MEMBER, SELF, WORKER, Grant, Policy, RowSecurity, SameGroup, SameOrganization, in_my, may_read
from common.sealed import SealedTextField
from groups.models import (
    FENCE,
    MY_GROUP,
    CoachingGroup,
    Membership,
    organization_key,
    reads_through,
    resealed,
    since_i_came,
)
from sessions.models import CoachingSession

MINE_TO_READ = f"{in_my('my_memberships', 'author_id')} OR {in_my('my_memberships', 'recipient_id')}"
EVER_WRITTEN = in_my("my_memberships_ever", "author_id")
_KEEPER_POLICIES, _KEEPER_GRANTS = resealed("kind", "situation", "behavior", "impact", "question", author="author_id")
# With whoever leaves goes their sharing, which they can no longer take back.
RECIPIENT_IS_HERE = "EXISTS (SELECT 1 FROM groups_membership m WHERE m.id = recipient_id AND m.left_at IS NULL)"
_SHARED_WITH_ME = (
    f"shared_with <> '' AND {since_i_came('shared_at')}"
    f" AND (shared_with = 'group' OR {in_my('my_facilitated', 'group_id')}) AND {RECIPIENT_IS_HERE}"
)
# The policies of requests hold inside: whoever is asked reads the request.
_HELP_IS_ASKED = "EXISTS (SELECT 1 FROM feedback_helprequest h WHERE h.note_id = feedback_feedbacknote.id)"
_ASKED_FOR_HELP = f"{in_my('my_facilitated', 'group_id')} AND {_HELP_IS_ASKED}"
# Who reads the session writes a note on it once it has begun; from then on the words stay that were to be watched.
_OF_NO_OR_OPEN_SESSION = (
    "(coaching_session_id IS NULL OR EXISTS (SELECT 1 FROM coaching_sessions_coachingsession s"  # noqa: S608
    " WHERE s.id = coaching_session_id AND s.starts_at <= sent_at))"
)


class FeedbackNoteQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Notes the person wrote or received in groups that they read now, and those shared there since they came.

        A note is shared by its recipient, as long as they are in the group: with the group, or with who facilitates it.
        Who facilitates reads also those with which they are asked to help.
        """
        of_the_two = reads_through(person, "author", "recipient")
        return self.filter(of_the_two | _shared_with(person) | _to_help_with(person))

    def received_by(self, person):
        """Of ``visible_to`` those that were written to the person."""
        return self.filter(reads_through(person, "recipient"))


def _reading(person, since):
    """For ``Exists``: the person's membership that reads the row's group, and read it at ``since``."""
    then = Q(reads_from=None) | Q(reads_from__lt=since)
    return Membership.objects.reading().filter(then, person=person, group=OuterRef("group"))


def facilitating(person, since):
    """The same, where they facilitate the group."""
    return _reading(person, since).filter(role=Membership.Role.FACILITATOR)


def _shared_with(person):
    mine = _reading(person, OuterRef("shared_at"))
    facilitated = facilitating(person, OuterRef("shared_at"))
    return Q(recipient__left_at=None) & (
        Q(Exists(mine), shared_with=FeedbackNote.Circle.GROUP)
        | Q(Exists(facilitated), shared_with=FeedbackNote.Circle.FACILITATOR)
    )


def _to_help_with(person):
    asked = Exists(facilitating(person, OuterRef("help_request__asked_at")))
    return Q(asked, help_request__isnull=False, recipient__left_at=None) & ~Q(author__person=person)


class FeedbackNote(FencedModel):
    """Situation, behavior, impact, and a question or suggestion: from one member to another.

    It is for the two alone, until its recipient shares it.
    """

    class Kind(models.TextChoices):
        KEEP = "keep"
        TRY = "try"

    class Circle(models.TextChoices):
        GROUP = "group"
        FACILITATOR = "facilitator"

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    author = models.ForeignKey(Membership, models.PROTECT, related_name="notes_written", db_constraint=False)
    recipient = models.ForeignKey(Membership, models.PROTECT, related_name="notes_received", db_constraint=False)
    # Of the session at whose close it was written.
    coaching_session = models.ForeignKey(
        CoachingSession, models.PROTECT, null=True, blank=True, related_name="+", db_constraint=False
    )
    kind = SealedTextField(scope="group", author="author", limit=4)
    situation = SealedTextField(scope="group", author="author", limit=1000)
    behavior = SealedTextField(scope="group", author="author", limit=2000)
    impact = SealedTextField(scope="group", author="author", limit=2000)
    question = SealedTextField(scope="group", author="author", limit=1000)
    sent_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    shared_with = models.CharField(max_length=11, choices=Circle, blank=True, default="", db_default="")
    shared_at = models.DateTimeField(null=True, blank=True)

    objects = FeedbackNoteQuerySet.as_manager()

    class Meta:
        constraints = [
            organization_key("feedback_note_org_key"),
            models.UniqueConstraint(fields=["group", "id"], name="feedback_note_group_key"),
            models.UniqueConstraint(fields=["author", "id"], name="feedback_note_author_key"),
            models.UniqueConstraint(fields=["recipient", "id"], name="feedback_note_reader_key"),
            models.CheckConstraint(condition=~Q(author=models.F("recipient")), name="feedback_note_to_a_peer"),
            models.CheckConstraint(
                condition=Q(shared_with="", shared_at=None)
                | ~Q(shared_with="") & Q(shared_at__isnull=False, opened_at__isnull=False),
                name="feedback_note_shared_opened",
            ),
            SameGroup(name="feedback_note_author_group", field="author", to="groups_membership"),
            SameGroup(name="feedback_note_reader_group", field="recipient", to="groups_membership"),
            SameGroup(
                name="feedback_note_session_group", field="coaching_session", to="coaching_sessions_coachingsession"
            ),
            SameOrganization(
                name="feedback_note_org_session", field="coaching_session", to="coaching_sessions_coachingsession"
            ),
            SameOrganization(name="feedback_note_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="feedback_note_org_author", field="author", to="groups_membership"),
            SameOrganization(name="feedback_note_org_reader", field="recipient", to="groups_membership"),
            RowSecurity(
                name="feedback_note_walls",
                fence={MEMBER: FENCE[MEMBER]},
                policies=[
                    may_read(MEMBER, f"{MY_GROUP} AND ({MINE_TO_READ} OR ({_SHARED_WITH_ME}) OR ({_ASKED_FOR_HELP}))"),
                    Policy(
                        MEMBER,
                        "INSERT",
                        f"{MY_GROUP} AND {in_my('my_memberships', 'author_id')} AND opened_at IS NULL"
                        f" AND {_OF_NO_OR_OPEN_SESSION}",
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
                    # opening and sharing are the only changes a note knows, and only its recipient's
                    Grant(
                        MEMBER, ("SELECT", "INSERT", "DELETE"), {"UPDATE": ("opened_at", "shared_with", "shared_at")}
                    ),
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
