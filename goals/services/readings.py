"""Asking peers for a reading of a goal, and giving one."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from common.once import insert_once
from goals import selectors
from goals.models import Goal, ProgressReading, ReadingRequest
from goals.permissions import is_open_to_check_ins
from goals.selectors import READING_ASKED, READING_CAME
from goals.services.goals import open_and_locked
from goals.services.refusals import (
    DayHasPassed,
    GoalChanged,
    GoalNotShared,
    NobodyLeftToAsk,
    NotAPeer,
    RequestEnded,
)
from groups.models import Membership
from nudges.models import Nudge
from nudges.services import owe, word_about

# Peers asked at the same time often answer at the same time: one mail says so for all that come meanwhile.
TOGETHER_FOR = timedelta(hours=4)


@transaction.atomic
def ask_for_readings(
    *, goal: Goal, peers: Sequence[Membership], until_on: date, today: date, now: datetime
) -> list[ReadingRequest]:
    """Ask these peers what they notice, until a day, and owe each a nudge.

    While a round goes on, peers join it who were not asked in it yet; otherwise a new round begins. Raises GoalClosed,
    GoalNotShared, DayHasPassed, NotAPeer, NobodyLeftToAsk.
    """
    locked = open_and_locked(goal)
    if not is_open_to_check_ins(locked):
        raise GoalNotShared
    if until_on < today:
        raise DayHasPassed
    if not all(_is_peer(peer, goal) for peer in peers):
        raise NotAPeer
    number, until_on, asked = _round(locked, until_on, today)
    fresh = [peer for peer in peers if peer.pk not in asked]
    if not fresh:
        raise NobodyLeftToAsk
    requests = [_request(locked, peer, number, until_on, now) for peer in fresh]
    ReadingRequest.objects.bulk_create(requests)
    owe([_word_that_one_is_asked(request, now) for request in requests])
    return requests


def _round(goal, until_on, today):
    """The number of the round that goes on with its last day and who was asked in it, or of one that begins."""
    rows = list(goal.reading_requests.order_by("-round"))
    latest = [row for row in rows if row.round == rows[0].round]
    is_on = any(row.closed_at is None and row.until_on >= today for row in latest)
    if is_on:
        return latest[0].round, latest[0].until_on, {row.peer_id for row in latest}
    return (rows[0].round if rows else 0) + 1, until_on, set()


def _is_peer(peer, goal):
    is_reading = peer.admitted_at is not None and peer.left_at is None
    is_other = peer.group_id == goal.group_id and peer.pk != goal.membership_id
    return is_reading and is_other and peer.role == Membership.Role.MEMBER


def _request(goal, peer, number, until_on, now):
    return ReadingRequest(
        organization_id=goal.organization_id,
        group_id=goal.group_id,
        goal=goal,
        membership_id=goal.membership_id,
        peer=peer,
        round=number,
        version_number=goal.version_number,
        asked_at=now,
        until_on=until_on,
    )


def _word_that_one_is_asked(request, now):
    return word_about(request, READING_ASKED, to=request.peer.person_id, name="request", at=now)


@transaction.atomic
def give_reading(
    *, request: ReadingRequest, key: UUID, value: str, suggestion: str, today: date, now: datetime, version: str = ""
) -> ProgressReading:
    """Answer a request once, and owe whose goal it is word that a reading came.

    ``value`` is "-3" to "3"; ``version`` stands for the words that were read. Raises RequestEnded, GoalChanged,
    AlreadyWritten.
    """
    _end(request, ReadingRequest.End.GIVEN, today, now)
    # the goal's words hold still from here on: their writer waits for the request that is being answered
    if version and version != selectors.version_of(Goal.objects.get(pk=request.goal_id)):
        raise GoalChanged
    reading = ProgressReading(
        pk=key,
        organization_id=request.organization_id,
        group_id=request.group_id,
        request=request,
        author_id=request.peer_id,
        recipient_id=request.membership_id,
        given_at=now,
    )
    reading.value, reading.suggestion = value, suggestion
    insert_once(reading)
    owe([_word_that_one_came(request, now)])
    return reading


def _word_that_one_came(request, now):
    """At most once a day for each round of a goal."""
    day = now.astimezone(UTC).date()
    return Nudge(
        organization_id=request.organization_id,
        recipient_id=request.membership.person_id,
        kind=READING_CAME,
        dedupe_key=f"{READING_CAME}:{request.goal_id}:{request.round}:{day}",
        context={"request": str(request.pk)},
        send_after=now + TOGETHER_FOR,
    )


def decline_reading(*, request: ReadingRequest, today: date, now: datetime) -> None:
    """Say "not this time", without a reason. Raises RequestEnded."""
    _end(request, ReadingRequest.End.DECLINED, today, now)


def _end(request, how, today, now):
    """Once: of two answers at the same moment the second waits, and learns that it came late."""
    waiting = ReadingRequest.objects.filter(pk=request.pk, closed_at=None, goal__isnull=False, until_on__gte=today)
    if request.membership.left_at or not waiting.update(closed_at=now, ended_as=how):
        raise RequestEnded
