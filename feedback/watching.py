"""What the page of a session shows of behaviors to watch for, and of notes at its close."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from feedback import permissions
from feedback.selectors.watching import NotesOn, behaviors_in, notes_on, round_of
from groups.models import Membership
from groups.permissions import is_facilitator
from sessions import watching
from sessions.models import CoachingSession
from sessions.watching import NoteTo, WatchedLine, Watching


def watching_in(
    coaching_session: CoachingSession, people: Sequence[Membership], *, membership: Membership, now: datetime
) -> Watching:
    """For one reader. One query, one more from when the session begins until a week after, and the group's key."""
    named = behaviors_in(coaching_session, person=membership.person_id)
    may_write = permissions.can_write_note(membership)
    is_closing = may_write and permissions.is_close_open(coaching_session, now)
    notes = notes_on(coaching_session, membership) if is_closing else NotesOn(frozenset(), is_noted=False)
    order = _round(coaching_session, people, membership, named, notes) if is_closing else []
    is_open = permissions.can_name_behavior(membership) and permissions.is_naming_open(coaching_session, now)
    here = [one for one in people if is_facilitator(one) and one.admitted_at is not None and one.left_at is None]
    return Watching(
        lines=_lines(coaching_session, people, membership, named, is_noted=notes.is_noted, now=now),
        circle=permissions.who_reads_behavior(membership.group, [one.person.name for one in here]),
        name_url=_url("watch", coaching_session) if is_open and membership.pk not in named else "",
        close_url=_url("close", coaching_session) if any(not one.is_written for one in order) else "",
        notes=order,
    )


def _lines(coaching_session, people, membership, named, *, is_noted, now):
    """By name; one's own with the ways to change it and to take it back, as long as there are any."""
    is_mine_to_change = permissions.can_name_behavior(membership) and not is_noted
    may_take_back = is_mine_to_change and not coaching_session.is_over(now)
    may_change = is_mine_to_change and permissions.is_naming_open(coaching_session, now)
    ways = {
        "change_url": _url("watch", coaching_session) if may_change else "",
        "take_back_url": _url("watch_take_back", coaching_session) if may_take_back else "",
    }
    return [
        WatchedLine(one, named[one.pk].text.open(), **(ways if one.pk == membership.pk else {}))
        for one in people
        if one.pk in named
    ]


def _round(coaching_session, people, membership, named, notes):
    members = [one for one in people if not is_facilitator(one)]
    around = round_of(members, membership, named=named, written_to=notes.written_to)
    return [
        NoteTo(one, _url("close_note", coaching_session, one.pk), one.pk in notes.written_to) for one in around.order
    ]


def _url(name, coaching_session, *more):
    return reverse(f"feedback:{name}", args=[coaching_session.group_id, coaching_session.pk, *more])


def register():
    watching.register(watching_in)
