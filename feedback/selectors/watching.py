"""Reads of what is watched for in a session, and of who gets a note at its close."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from feedback.models import FeedbackNote, WatchedBehavior
from groups.models import CoachingGroup, Membership
from sessions.models import CoachingSession
from sessions.openings import may_be_there

NEAR = timedelta(hours=48)  # at most, from the beginning of the day before, in any zone


def behaviors_in(coaching_session: CoachingSession, *, person) -> dict[UUID, WatchedBehavior]:
    """What was named for the session, by membership; one query, and no key before a text is opened."""
    rows = WatchedBehavior.objects.visible_to(person).filter(coaching_session=coaching_session)
    return {row.membership_id: row for row in rows}


def own_behavior(coaching_session: CoachingSession, membership: Membership) -> WatchedBehavior | None:
    """What the member named, with ``is_noted``: whether a note on the session is written to them."""
    notes = FeedbackNote.objects.filter(recipient=membership, coaching_session=OuterRef("coaching_session"))
    rows = WatchedBehavior.objects.visible_to(membership.person_id).annotate(is_noted=Exists(notes))
    return rows.filter(coaching_session=coaching_session, membership=membership).first()


def unnamed_before(person, now: datetime) -> QuerySet[CoachingSession]:
    """Sessions of the next two days in which the person takes part as a member and has named nothing yet."""
    named = WatchedBehavior.objects.filter(
        coaching_session=OuterRef("pk"), membership__person=person, membership__left_at=None
    )
    ahead = CoachingSession.objects.visible_to_member(person).standing().filter(group__state=CoachingGroup.State.ACTIVE)
    return ahead.filter(~Exists(named), starts_at__gt=now, starts_at__lt=now + NEAR)


class NotesOn(NamedTuple):
    """To whom a member has written on a session, and whether anybody has to them."""

    written_to: frozenset[UUID]
    is_noted: bool


def notes_on(coaching_session: CoachingSession, membership: Membership) -> NotesOn:
    """One query, and no key: nothing is opened."""
    notes = FeedbackNote.objects.filter(Q(author=membership) | Q(recipient=membership))
    pairs = list(notes.filter(coaching_session=coaching_session).values_list("author_id", "recipient_id"))
    written_to = frozenset(recipient for author, recipient in pairs if author == membership.pk)
    return NotesOn(written_to, any(recipient == membership.pk for _author, recipient in pairs))


@dataclass(frozen=True)
class Round:
    """The members to whom one may leave a note, in their order: those first who named a behavior."""

    order: list[Membership]
    written_to: frozenset[UUID]

    def left_from(self, membership: Membership | None = None) -> list[Membership]:
        """Who has no note yet, from this one on, or of all."""
        places = [one.pk for one in self.order]
        start = places.index(membership.pk) if membership and membership.pk in places else 0
        return [one for one in self.order[start:] if one.pk not in self.written_to]

    def after(self, membership: Membership) -> Membership | None:
        """Who comes next."""
        return next((one for one in self.left_from(membership) if one.pk != membership.pk), None)


def round_of(
    members: Sequence[Membership], membership: Membership, *, named: dict, written_to: frozenset[UUID]
) -> Round:
    """Of the session's ``members`` those who may have been there and read the group now, without oneself."""
    here = [one for one in members if one.pk != membership.pk and one.admitted_at is not None and may_be_there(one)]
    return Round(sorted(here, key=lambda one: one.pk not in named), written_to)
