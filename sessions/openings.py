"""What opens a session: apps above say which open steps there are, and this app shows them with the agenda."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from groups.models import Membership
from sessions.models import Attendance, CoachingSession

_collectors: list[Callable] = []


@dataclass(frozen=True)
class OpeningStep:
    """One open step as it is shown in a session: whose it is, and who asks about it."""

    coachee: Membership
    text: str
    url: str
    due_on: date
    is_overdue: bool
    asker_words: str


def register(collect: Callable[..., list[OpeningStep]]) -> None:
    """Have ``collect(memberships, person=…, today=…)`` say the open steps of these memberships, by coachee."""
    _collectors.append(collect)


def opening_steps(
    coaching_session: CoachingSession, people: Sequence[Membership], *, person, now: datetime
) -> list[OpeningStep]:
    """The open steps of whoever is there or may still come, as the person may read them; none when it is over.

    ``people`` are as ``people_of_session`` gives them. One query, and one for the group's key where there are steps.
    """
    if coaching_session.cancelled_at or coaching_session.is_over(now):
        return []
    here, today = [one for one in people if may_be_there(one)], timezone.localdate(now)
    return [step for collect in _collectors for step in collect(here, person=person, today=today)]


def may_be_there(one: Membership) -> bool:
    """Not gone, not marked as absent, and has not said that they cannot come unless they were there."""
    if one.left_at is not None:
        return False
    if one.presence:
        return one.presence != Attendance.Presence.ABSENT
    return one.answer != Attendance.Answer.NO
