"""Scheduling, moving and cancelling sessions; answers, attendance, and the messages owed about them."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.db import connection, transaction
from django.db.models import F

from groups.models import CoachingGroup, Membership
from nudges.models import Nudge
from nudges.services import owe
from sessions import agendas
from sessions.calendar import one_line
from sessions.models import AgendaBlock, Attendance, CoachingSession
from sessions.selectors import joined_members, readers_to_catch_up, readers_to_remind
from sessions.wall_time import moment_of

FARTHEST = timedelta(days=731)
# A reminder goes out a day ahead, at the hour of the session, and not in its last hour: then it is too late to matter.
REMIND_FROM, REMIND_UNTIL = timedelta(hours=24), timedelta(hours=1)


class Refused(Exception):
    """A rule of sessions stands against it; each rule has its own subclass."""


class GroupHasEnded(Refused):
    """A group that has ended meets no more."""


class AgendaDoesNotFit(Refused):
    """The agenda does not exist, or is not for so many people; the text says which."""


class TimeHasPassed(Refused):
    """The session would begin in the past."""


class TooFarAhead(Refused):
    """More than two years from now: a slip of the finger."""


class NowhereToMeet(Refused):
    """Neither a place nor a video link."""


class NotAWebAddress(Refused):
    """The video link is not of http or https."""


class MeetsAlready(Refused):
    """The group has ``other``, a standing session, at that time."""

    def __init__(self, other):
        super().__init__()
        self.other = other


class AlreadyScheduled(MeetsAlready):
    """``other`` is this very session: an earlier request has scheduled it."""


class NothingChanged(Refused):
    """The session is like that already."""


class ChangedMeanwhile(Refused):
    """Another request has changed the session since it was looked at."""


class SessionIsCancelled(Refused):
    """It has been cancelled."""


class SessionHasBegun(Refused):
    """It can no longer be moved."""


class SessionNotBegun(Refused):
    """Nobody can have been there yet."""


class SessionIsOver(Refused):
    """It has ended."""


def default_title(group):
    """ "Session 3" for the third that is not cancelled."""
    number = CoachingSession.objects.standing().filter(group=group).count() + 1
    return f"Session {number}"


def default_people(group, agenda_key=agendas.DEFAULT_AGENDA):
    """For how many to plan: who has joined, or the size the program aims at while the group is not yet complete."""
    agenda = agendas.AGENDAS[agenda_key]
    joined, program = joined_members(group), group.program
    people = program.size_target if program and joined < program.size_min else joined
    return min(max(people, agenda.people_min), agenda.people_max)


@transaction.atomic
def schedule_session(*, group, by, agenda_key, wall_time, zone, now, title="", place="", video_url="", people=None):
    """Put a session into the group's calendar, with its agenda, and owe everybody in the group the invitation.

    ``wall_time`` is naive, in ``zone``; the agenda and ``people`` make the length. Raises GroupHasEnded,
    AgendaDoesNotFit, NoSuchZone, NoSuchTime, TimeHasPassed, TooFarAhead, NowhereToMeet, NotAWebAddress, MeetsAlready,
    and AlreadyScheduled when the same request comes twice.
    """
    if group.state != CoachingGroup.State.ACTIVE:
        raise GroupHasEnded
    try:
        blocks = agendas.blocks_for(agenda_key, people or default_people(group, agenda_key))
    except (agendas.AgendaError, KeyError) as problem:
        raise AgendaDoesNotFit(str(problem)) from problem
    _one_at_a_time(group.pk)
    when = _when(wall_time, zone, timedelta(minutes=agendas.total_minutes(blocks)), now)
    where = _where(place, video_url)
    other = _overlapping(group.pk, when["starts_at"], when["ends_at"])
    if other:
        same = (other.starts_at, other.ends_at, other.agenda_key, other.place, other.video_url)
        asked = (when["starts_at"], when["ends_at"], agenda_key, where["place"], where["video_url"])
        raise AlreadyScheduled(other) if same == asked else MeetsAlready(other)

    coaching_session = CoachingSession.objects.create(
        organization_id=group.organization_id, group=group, scheduled_by=by, agenda_key=agenda_key,
        title=one_line(title) or default_title(group), **when, **where,
    )  # fmt: skip
    AgendaBlock.objects.bulk_create(
        AgendaBlock(
            organization_id=group.organization_id, coaching_session=coaching_session, group=group, position=position,
            kind=block.kind, title=block.title, minutes=block.minutes, is_per_person=block.per_person,
            instruction=block.instruction,
        )
        for position, block in enumerate(blocks, start=1)
    )  # fmt: skip
    _owe_all("session_invitation", coaching_session, now)
    return coaching_session


@transaction.atomic
def move_session(*, coaching_session, title, wall_time, zone, place, video_url, now):
    """Change when, where or under which title the group meets; owe everybody the change.

    The length stays. Another time clears the answers, for they were about the old one. Raises what ``schedule_session``
    raises about time and place, and SessionIsCancelled, SessionHasBegun, NothingChanged, ChangedMeanwhile.
    """
    _one_at_a_time(coaching_session.group_id)
    check_movable(coaching_session, now=now)
    length = coaching_session.ends_at - coaching_session.starts_at
    wanted = {"title": one_line(title) or coaching_session.title, **_where(place, video_url)}
    wanted |= _when(wall_time, zone, length, now)
    changed = {name: value for name, value in wanted.items() if value != getattr(coaching_session, name)}
    if not changed:
        raise NothingChanged
    other = _overlapping(coaching_session.group_id, wanted["starts_at"], wanted["ends_at"], but=coaching_session.pk)
    if other:
        raise MeetsAlready(other)

    as_seen = CoachingSession.objects.standing().filter(pk=coaching_session.pk, sequence=coaching_session.sequence)
    if not as_seen.update(**changed, sequence=F("sequence") + 1):
        raise ChangedMeanwhile
    coaching_session.refresh_from_db()
    if "starts_at" in changed:
        coaching_session.attendances.update(answer="", answered_at=None)
    _owe_all("session_moved", coaching_session, now, asks_again="starts_at" in changed)
    return coaching_session


@transaction.atomic
def cancel_session(*, coaching_session, now):
    """Call a session off and owe everybody the news. Raises SessionIsOver, and SessionIsCancelled the second time."""
    check_not_over(coaching_session, now=now)
    standing = CoachingSession.objects.standing().filter(pk=coaching_session.pk)
    if not standing.update(cancelled_at=now, sequence=F("sequence") + 1):
        raise SessionIsCancelled
    coaching_session.refresh_from_db()
    _owe_all("session_cancelled", coaching_session, now)
    return coaching_session


@transaction.atomic
def answer_session(*, coaching_session, membership, answer, now, seen_sequence=None):
    """Keep a member's answer, the last one of several, until the session ends.

    ``seen_sequence`` is that of the session as the member saw it: an answer to another time than the one that now
    holds is not kept. Raises ChangedMeanwhile, SessionIsCancelled, SessionIsOver.
    """
    _one_at_a_time(coaching_session.group_id)  # a move that is on its way clears the answers before this one comes
    coaching_session.refresh_from_db(fields=["sequence", "cancelled_at", "starts_at", "ends_at"])
    check_not_over(coaching_session, now=now)
    if seen_sequence is not None and seen_sequence != coaching_session.sequence:
        raise ChangedMeanwhile
    _keep(coaching_session, [membership], ["answer", "answered_at"], lambda _: {"answer": answer, "answered_at": now})


@transaction.atomic
def put_air_on_agenda(*, coaching_session, now):
    """Give a session time for clearing the air, once, after its check-in; the minutes come from its longest parts.

    Raises SessionIsCancelled and SessionIsOver.
    """
    blocks = _blocks_to_change(coaching_session, now)
    if any(block.kind == agendas.CLEAR_AIR.kind for block in blocks):
        return
    before = [block.position for block in blocks if block.kind in (agendas.ARRIVE.kind, agendas.CHECK_IN.kind)]
    place = max(before, default=0) + 1
    minutes = agendas.make_room(blocks, agendas.CLEAR_AIR.minutes)
    for block, left in reversed(list(zip(blocks, minutes, strict=True))):  # from the end: places are taken once
        block.position += block.position >= place
        block.minutes = left
        block.save(update_fields=["position", "minutes"])
    AgendaBlock.objects.create(
        organization_id=coaching_session.organization_id, coaching_session=coaching_session,
        group_id=coaching_session.group_id, position=place, kind=agendas.CLEAR_AIR.kind,
        title=agendas.CLEAR_AIR.title, minutes=agendas.CLEAR_AIR.minutes, instruction=agendas.CLEAR_AIR.instruction,
    )  # fmt: skip


@transaction.atomic
def take_air_off_agenda(*, coaching_session, now):
    """Give the minutes back to the parts they came from. Raises SessionIsCancelled and SessionIsOver."""
    blocks = _blocks_to_change(coaching_session, now)
    if not AgendaBlock.objects.filter(coaching_session=coaching_session, kind=agendas.CLEAR_AIR.kind).delete()[0]:
        return
    agenda = agendas.AGENDAS.get(coaching_session.agenda_key)
    planned = {block.title: block.minutes for block in agenda.blocks if not block.per_person} if agenda else {}
    for block in blocks:
        if block.minutes < planned.get(block.title, 0):
            block.minutes = planned[block.title]
            block.save(update_fields=["minutes"])


def _blocks_to_change(coaching_session, now):
    """The agenda in order; of two who change it at once the second waits."""
    _one_at_a_time(coaching_session.group_id)
    coaching_session.refresh_from_db(fields=["cancelled_at", "ends_at"])
    check_not_over(coaching_session, now=now)
    return list(coaching_session.agenda_blocks.order_by("position"))


@transaction.atomic
def record_attendance(*, coaching_session, presences, now):
    """Keep who was there: ``presences`` maps memberships to present, late or absent; others stay as they are.

    Raises SessionNotBegun and SessionIsCancelled.
    """
    check_recordable(coaching_session, now=now)
    if any(membership.group_id != coaching_session.group_id for membership in presences):
        raise ValueError("Attendance is recorded for the session's own group.")
    fields = ["presence", "recorded_at"]
    _keep(coaching_session, presences, fields, lambda one: {"presence": presences[one], "recorded_at": now})


def check_movable(coaching_session, *, now):
    """Raises SessionIsCancelled or SessionHasBegun."""
    if coaching_session.cancelled_at:
        raise SessionIsCancelled
    if coaching_session.has_begun(now):
        raise SessionHasBegun


def check_not_over(coaching_session, *, now):
    """Raises SessionIsCancelled or SessionIsOver."""
    if coaching_session.cancelled_at:
        raise SessionIsCancelled
    if coaching_session.is_over(now):
        raise SessionIsOver


def check_recordable(coaching_session, *, now):
    """Raises SessionIsCancelled or SessionNotBegun."""
    if coaching_session.cancelled_at:
        raise SessionIsCancelled
    if not coaching_session.has_begun(now):
        raise SessionNotBegun


def plan_messages(*, now):
    """Owe what the clock brings: reminders, and invitations of those who joined later. Safe to run again."""
    plan_late_invitations(now=now)
    plan_reminders(now=now)


def plan_late_invitations(*, now):
    """Owe the invitations to coming sessions to whoever was admitted after they were scheduled."""
    owe(
        _nudge("session_invitation", each, each.reader, each.reader_person, now)
        for each in readers_to_catch_up(now).iterator(chunk_size=500)
    )


def plan_reminders(*, now):
    """Owe a reminder for each session that starts within 24 hours, but more than one hour from now.

    So it comes at the hour of the session on the day before: "tomorrow" for everybody, and at night for nobody who
    does not meet at night. A session moved to another day is reminded of again.
    """
    pairs = readers_to_remind(now, earliest=REMIND_UNTIL, latest=REMIND_FROM)
    owe(
        _nudge("session_tomorrow", each, each.reader, each.reader_person, now)
        for each in pairs.iterator(chunk_size=500)
    )


def _owe_all(kind, coaching_session, now, **flags):
    readers = Membership.objects.reading().filter(group=coaching_session.group_id)
    pairs = readers.values_list("pk", "person_id")
    owe(_nudge(kind, coaching_session, membership, person, now, **flags) for membership, person in pairs)


def _nudge(kind, coaching_session, membership_id, person_id, now, **flags):
    """One message about a session. Its key says why it exists: one invitation each, one message for each change."""
    why = {
        "session_invitation": "",
        "session_tomorrow": f":{coaching_session.wall_time[:10]}",
    }.get(kind, f":{coaching_session.sequence}")
    return Nudge(
        organization_id=coaching_session.organization_id,
        recipient_id=person_id,
        kind=kind,
        dedupe_key=f"{kind}:{coaching_session.pk}:{membership_id}{why}",
        send_after=now,
        context={
            "session": str(coaching_session.pk),
            "membership": str(membership_id),
            "sequence": coaching_session.sequence,
            **flags,
        },
    )


def _one_at_a_time(group_id):
    """Until this transaction ends nobody else schedules, moves or answers in the group.

    Members cannot lock the group's row (they may not update it), so it is a lock of the database on the id.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"sessions:{group_id}"])


def _when(wall_time, zone, length, now):
    wall_time = wall_time.replace(second=0, microsecond=0)
    if wall_time.year < now.year - 1:  # the ends of the calendar have no moment in some zones
        raise TimeHasPassed
    if wall_time.year > now.year + 3:
        raise TooFarAhead
    starts_at = moment_of(wall_time, zone)
    if starts_at <= now:
        raise TimeHasPassed
    if starts_at > now + FARTHEST:
        raise TooFarAhead
    wall = wall_time.strftime("%Y-%m-%dT%H:%M")
    return {"starts_at": starts_at, "ends_at": starts_at + length, "wall_time": wall, "timezone": zone}


def _where(place, video_url):
    place, video_url = one_line(place), video_url.strip()
    if not (place or video_url):
        raise NowhereToMeet
    if video_url and urlsplit(video_url).scheme not in {"http", "https"}:
        raise NotAWebAddress
    return {"place": place, "video_url": video_url}


def _overlapping(group_id, starts_at, ends_at, but=None):
    standing = CoachingSession.objects.standing().filter(group=group_id, starts_at__lt=ends_at, ends_at__gt=starts_at)
    return standing.exclude(pk=but).order_by("starts_at").first()


def _keep(coaching_session, memberships, fields, values):
    """Write ``fields`` of these people's attendance; one statement, so two at once leave one row and the last value."""
    rows = [
        Attendance(
            organization_id=coaching_session.organization_id,
            coaching_session=coaching_session,
            group_id=coaching_session.group_id,
            membership=membership,
            **values(membership),
        )
        for membership in memberships
    ]
    Attendance.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["coaching_session", "membership"], update_fields=fields
    )
