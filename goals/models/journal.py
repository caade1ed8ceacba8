"""The journal: what somebody writes for themselves."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import FencedModel
from common.fences import ACTOR, MEMBER, SELF, Grant, Policy, RowSecurity, may_read
from common.sealed import SealedTextField
from groups.models import own_place, resealed

_MINE = f"person_id = {ACTOR}"
_JOURNAL_KEEPING = resealed("text", "goal_ref", author="person_id", scope="person_id")


class JournalEntryQuerySet(models.QuerySet):
    def visible_to(self, person):
        """One's own, wherever one is now; nobody else's ever."""
        return self.filter(person=person)


class JournalEntry(FencedModel):
    """What one person wrote for themselves alone, under their own key; it outlasts every membership.

    The organization only says where that key is. The goal it is about is sealed too, so there is no key to the goal's
    row: when that row goes, the entry stays, about a goal that is no more.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = SealedTextField(scope="person", author="person", limit=20_000)
    goal_ref = SealedTextField(scope="person", author="person", limit=36)  # the id of one of one's own goals, or empty
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(null=True, blank=True)

    objects = JournalEntryQuerySet.as_manager()

    class Meta:
        constraints = [
            RowSecurity(
                name="goals_journal_walls",
                fence={MEMBER: _MINE},
                policies=[
                    may_read(MEMBER, _MINE),
                    Policy(MEMBER, "INSERT", f"{_MINE} AND {own_place('goals_journalentry')}"),
                    Policy(MEMBER, "UPDATE", _MINE),
                    Policy(MEMBER, "DELETE", _MINE),
                    may_read(SELF, _MINE),
                    Policy(SELF, "DELETE", _MINE),
                    *_JOURNAL_KEEPING[0],
                ],
                grants=[
                    Grant(MEMBER, ("SELECT", "INSERT", "DELETE"), {"UPDATE": ("text", "goal_ref", "changed_at")}),
                    Grant(SELF, ("SELECT", "DELETE")),
                    *_JOURNAL_KEEPING[1],
                ],
            ),
        ]
        # the journal is read by month, newest first
        indexes = [models.Index(fields=["person", "-created_at"], name="goals_journal_person_time")]

    def __str__(self):
        return f"journal entry {self.pk}"
