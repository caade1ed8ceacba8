"""Reads that pages, mails and the other apps share."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from groups.models import CoachingGroup, Membership
from sessions.models import AgendaBlock, Attendance, CoachingSession


def sessions_of_group(group):
    """All sessions of a group, cancelled ones included, soonest first.

    For a page of one person start from ``.visible_to(person)`` as well.
    """
    return CoachingSession.objects.filter(group=group).order_by("starts_at", "pk")


def next_session_for(person, now):
    """The soonest session, in any group the person reads, that stands and is not over; None when there is none.

    It has its ``group`` loaded, and ``my_answer`` ("" when not answered) and ``my_role`` of the person in that group:
    what ``sessions/_next_session.html`` needs. One query.
    """
    own = Membership.objects.current(person).filter(group=OuterRef("group"))
    return (
        CoachingSession.objects.visible_to(person)
        .upcoming(now)
        .with_answer_of(person)
        .annotate(my_role=Subquery(own.values("role")[:1]))
        .select_related("group")
        .first()
    )


def next_session_of(group, person, now):
    """The soonest session of one group that stands and is not over, if the person reads it. One query."""
    return CoachingSession.objects.visible_to(person).upcoming(now).filter(group=group).first()


def comes_first(coaching_session, now):
    """Whether it stands, is not over, and no other of the group is before it; one query, none when it is over."""
    if coaching_session.cancelled_at or coaching_session.is_over(now):
        return False
    earlier = sessions_of_group(coaching_session.group_id).standing()
    return not earlier.filter(starts_at__lt=coaching_session.starts_at).exists()


@dataclass(frozen=True)
class TimedBlock:
    """A block of the agenda with the moments at which it begins and ends."""

    block: AgendaBlock
    starts_at: datetime
    ends_at: datetime


def timed_agenda(coaching_session):
    """The blocks of a session in order, each with its running time. One query."""
    rows, moment = [], coaching_session.starts_at
    for block in coaching_session.agenda_blocks.order_by("position"):
        ends_at = moment + timedelta(minutes=block.minutes)
        rows.append(TimedBlock(block, moment, ends_at))
        moment = ends_at
    return rows


def people_of_session(coaching_session):
    """Two lists, members and facilitators: memberships with ``person``, ``answer`` and ``presence``, by name.

    They are of those who were or will be in the group at that time: not of who left before it began, or was admitted
    after it ended and is not in its record. One query.
    """
    marks = Attendance.objects.filter(coaching_session=coaching_session, membership=OuterRef("pk"))
    people = (
        Membership.objects.filter(
            Q(left_at=None) | Q(left_at__gt=coaching_session.starts_at),
            Q(admitted_at__lt=coaching_session.ends_at) | Exists(marks),
            group=coaching_session.group_id,
        )
        .annotate(
            answer=Coalesce(Subquery(marks.values("answer")[:1]), Value("")),
            presence=Coalesce(Subquery(marks.values("presence")[:1]), Value("")),
        )
        .select_related("person")
        .order_by("person__name", "pk")
    )
    members, facilitators = [], []
    for each in people:
        (facilitators if each.role == Membership.Role.FACILITATOR else members).append(each)
    return members, facilitators


def facilitators_of(group):
    """Reading memberships of the group's facilitators, with ``person``."""
    facilitators = Membership.objects.reading().filter(group=group, role=Membership.Role.FACILITATOR)
    return facilitators.select_related("person").order_by("person__name", "pk")


def joined_members(group):
    """How many have joined the group as members and not left, signed or not."""
    return Membership.objects.filter(group=group, role=Membership.Role.MEMBER, left_at=None).count()


def _with_readers(sessions):
    """Sessions paired with everybody who reads their group now: ``reader`` (membership id) and ``reader_person``."""
    # One filter(), and the annotations reuse its join: the very membership that the conditions hold for.
    return sessions.filter(
        group__state=CoachingGroup.State.ACTIVE,
        group__memberships__left_at=None,
        group__memberships__admitted_at__isnull=False,
    ).annotate(
        reader=F("group__memberships__id"),
        reader_person=F("group__memberships__person_id"),
        reader_since=F("group__memberships__admitted_at"),
    )


def readers_to_remind(now, *, earliest, latest):
    """Pairs of standing session and reader where it starts after ``earliest`` and until ``latest`` from now.

    Whoever has said that they cannot come is left out. For the worker: plain columns only.
    """
    declined = Attendance.objects.filter(
        coaching_session=OuterRef("pk"), membership=OuterRef("reader"), answer=Attendance.Answer.NO
    )
    sessions = CoachingSession.objects.standing().filter(starts_at__gt=now + earliest, starts_at__lte=now + latest)
    return _with_readers(sessions).filter(~Exists(declined))


def readers_to_catch_up(now):
    """Pairs of coming session and reader who was admitted about when it was scheduled, or later.

    The day of slack covers a signature and a scheduling that did not see each other; whoever has been invited
    already is not invited twice, because the message's key is taken.
    """
    sessions = _with_readers(CoachingSession.objects.standing().filter(starts_at__gt=now))
    return sessions.filter(reader_since__gt=F("created_at") - timedelta(days=1))
