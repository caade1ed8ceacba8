"""What participants say of themselves before groups are formed, and whom they would rather not sit with."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import OFFICE, FencedModel
from common.fences import ACTOR, HR, SELF, USHER, WORKER, Grant, Policy, RowSecurity, SameOrganization, may_read
from groups.models.programs import OVER, Participant, Program

_MINE = f"EXISTS (SELECT 1 FROM groups_participant p WHERE p.id = participant_id AND p.person_id = {ACTOR})"  # noqa: S608
_OVER = (
    "EXISTS (SELECT 1 FROM groups_participant q JOIN groups_program p ON p.id = q.program_id"
    " WHERE q.id = participant_id AND p.ends_on < current_date)"
)
ANSWERS = ("free", "timezone", "languages", "topics", "style", "completed_at")


class Topic(models.TextChoices):
    """What somebody wants to work on: one of a list, so that it is no word of theirs."""

    DELEGATING = "delegating", _("Delegating")
    DIFFICULT_TALKS = "difficult_talks", _("Difficult conversations")
    FEEDBACK = "feedback", _("Giving and taking feedback")
    INFLUENCE = "influence", _("Influence without authority")
    LISTENING = "listening", _("Listening")
    DECISIONS = "decisions", _("Deciding")
    PRESENCE = "presence", _("Presence in front of others")
    PRIORITIES = "priorities", _("Priorities and time")
    CONFLICT = "conflict", _("Conflict in the team")
    CHANGE = "change", _("Leading change")
    NEW_ROLE = "new_role", _("A new role")
    BALANCE = "balance", _("Work and the rest of life")


class Style(models.TextChoices):
    """How somebody takes part, in their own view."""

    ALOUD = "aloud", _("I think while I speak")
    QUIET = "quiet", _("I think first, then speak")
    ASKING = "asking", _("I ask more than I say")
    STRAIGHT = "straight", _("I come to the point at once")


class ParticipantProfile(FencedModel):
    """What a participant was asked for, and said, by the link of a mail; its token's hash is here, not the token.

    The office asks and reads the answers; it cannot write one.
    """

    participant = models.OneToOneField(Participant, models.DO_NOTHING, related_name="profile", db_constraint=False)
    token_hash = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    free = models.JSONField(default=list)  # hours of the week in their zone, from 0 (Monday at midnight); none: usual
    timezone = models.CharField(max_length=64, blank=True)
    languages = models.JSONField(default=list)
    topics = models.JSONField(default=list)
    style = models.CharField(max_length=8, choices=Style, blank=True)

    class Meta:
        constraints = [
            SameOrganization(
                name="groups_profile_org_participant", field="participant", to="groups_participant", cascade=True
            ),
            RowSecurity(
                name="groups_profile_walls",
                fence={HR: OFFICE},
                policies=[
                    may_read(HR),
                    Policy(
                        HR,
                        "INSERT",
                        "completed_at IS NULL AND free = '[]' AND languages = '[]' AND topics = '[]' AND style = ''"
                        " AND timezone = ''",
                    ),
                    Policy(HR, "UPDATE"),
                    may_read(WORKER),
                    Policy(WORKER, "DELETE", _OVER),
                    may_read(SELF, _MINE),
                    Policy(SELF, "DELETE", _MINE),
                    may_read(USHER),
                    Policy(USHER, "UPDATE"),
                ],
                grants=[
                    Grant(HR, ("SELECT", "INSERT"), {"UPDATE": ("reminded_at",)}),
                    Grant(WORKER, ("SELECT", "DELETE")),
                    Grant(SELF, ("SELECT", "DELETE")),
                    Grant(USHER, ("SELECT",), {"UPDATE": ANSWERS}),
                ],
            ),
        ]

    def __str__(self):
        return f"profile {self.pk}"


class DeclaredConflict(FencedModel):
    """Two people who are not to be in one group. Who of them said so is not written down.

    ``mark`` lets whoever holds the token of the link find again what they declared, and nobody else. Only the worker
    that forms groups reads the two addresses; no role of people's pages reads this table.
    """

    program = models.ForeignKey(Program, models.PROTECT, related_name="+", db_constraint=False)
    low = models.CharField(max_length=254)
    high = models.CharField(max_length=254)
    mark = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(low__lt=models.F("high")), name="groups_conflict_two_people"),
            SameOrganization(name="groups_conflict_org_program", field="program", to="groups_program"),
            RowSecurity(
                name="groups_conflict_walls",
                policies=[
                    may_read(WORKER),
                    Policy(WORKER, "DELETE", OVER),
                    Policy(USHER, "ALL"),
                ],
                grants=[
                    Grant(WORKER, ("DELETE",), {"SELECT": ("id", "organization_id", "program_id", "low", "high")}),
                    Grant(USHER, ("SELECT", "INSERT", "DELETE")),
                ],
            ),
        ]
        indexes = [models.Index(fields=["program"], name="groups_conflict_program")]  # forming groups of a program

    def __str__(self):
        return f"conflict {self.pk}"
