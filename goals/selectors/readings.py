"""Reads of progress readings, for whoever asked and whoever gave."""

from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.db.models import QuerySet
from django.utils import timezone

from goals.models import Goal, ProgressReading, ReadingRequest
from goals.readings_picture import signed
from groups.models import Membership
from groups.selectors import peers_of


@dataclass(frozen=True)
class ReadingLine:
    """One reading, opened."""

    author: Membership
    value: int
    suggestion: str
    on: date

    @property
    def written(self) -> str:
        return signed(self.value)


@dataclass(frozen=True)
class Round:
    """Who was asked at one time, and what they gave; ``waiting`` and ``declined`` are memberships."""

    number: int
    on: date
    until_on: date
    version_number: int
    is_on: bool
    readings: list[ReadingLine] = field(default_factory=list)
    waiting: list[Membership] = field(default_factory=list)
    declined: list[Membership] = field(default_factory=list)

    @property
    def values(self) -> list[int]:
        return sorted(line.value for line in self.readings)


def requests_to_show(person) -> QuerySet[ReadingRequest]:
    """Requests that the person made or got, with both people, the goal and the group loaded."""
    return ReadingRequest.objects.visible_to(person).select_related(
        "membership__person", "peer__person", "goal__membership__person", "group"
    )


def peers_who_may_read(membership: Membership) -> list[Membership]:
    """Peers who can give a reading: members who read the group, and not its facilitator."""
    return [peer for peer in peers_of(membership) if peer.role == Membership.Role.MEMBER]


def requests_on(goal: Goal, *, person) -> list[ReadingRequest]:
    """Requests about a goal that the person may see: all of their own goal, or those made to them; newest first."""
    return list(requests_to_show(person).filter(goal=goal).order_by("-round", "peer__person__name", "pk"))


@dataclass(frozen=True)
class Asking:
    """How things stand between a goal and one person: the coachee, or a peer who was asked."""

    is_frozen: bool  # a reading was given on the words that the goal has now
    waiting: ReadingRequest | None  # that the person may still answer
    given: list[ReadingRequest]  # that the person has answered


def asking_of(goal: Goal, *, person, today: date) -> Asking:
    """Requests about the goal that concern the person; one query."""
    rows, end = requests_on(goal, person=person), ReadingRequest.End.GIVEN
    own = [row for row in rows if row.peer.person_id == person.pk]
    waiting = [row for row in own if row.closed_at is None and row.until_on >= today and not row.membership.left_at]
    return Asking(
        is_frozen=any(row.ended_as == end and row.version_number == goal.version_number for row in rows),
        waiting=waiting[0] if waiting and goal.closed_at is None else None,
        given=[row for row in own if row.ended_as == end],
    )


def rounds_of(goal: Goal, *, person, today: date) -> list[Round]:
    """The rounds of one's own goal, newest first, each with its readings; two queries."""
    given = ProgressReading.objects.visible_to(person).filter(request__goal=goal)
    lines = {row.request_id: reading_line(row) for row in given.select_related("author__person")}
    requests = requests_on(goal, person=person)
    return [_round(list(rows), lines, today) for _number, rows in groupby(requests, key=lambda request: request.round)]


def _round(rows, lines, today):
    first = rows[0]
    waiting = [row.peer for row in rows if row.closed_at is None and row.peer.left_at is None]
    is_on = first.until_on >= today and bool(waiting)
    return Round(
        number=first.round,
        on=timezone.localdate(min(row.asked_at for row in rows)),
        until_on=first.until_on,
        version_number=first.version_number,
        is_on=is_on,
        readings=[lines[row.pk] for row in rows if row.pk in lines],
        waiting=waiting if is_on else [],
        declined=[row.peer for row in rows if row.ended_as == ReadingRequest.End.DECLINED],
    )


def reading_line(row: ProgressReading) -> ReadingLine:
    return ReadingLine(row.author, int(row.value.open()), row.suggestion.open(), timezone.localdate(row.given_at))


def own_reading(request: ReadingRequest, *, person) -> ReadingLine | None:
    """What was given on a request, as one of its two people may see it; one query."""
    row = ProgressReading.objects.visible_to(person).filter(request=request).select_related("author__person").first()
    return row and reading_line(row)


def own_readings_of(goal: Goal, membership: Membership) -> list[tuple[date, int]]:
    """(day, value) of each reading on one's own goal, oldest first; one query. Nothing, without one, for others."""
    if goal.membership_id != membership.pk:
        return []
    rows = ProgressReading.objects.visible_to(membership.person_id).filter(request__goal=goal, recipient=membership)
    return [(timezone.localdate(row.given_at), int(row.value.open())) for row in rows.order_by("given_at", "pk")]
