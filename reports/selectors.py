"""Participation: how many were invited, came in, signed and met. Counts by group, never by name.

What the words mean (the notes on the page say the same, shorter):

- Only groups of a program count, running and ended ones; what happens in a group that two colleagues began by
  themselves is not reported.
- A *place* is one person in one group, in the role of a member; facilitators do not count. Totals of programs add up
  the places, so somebody who is in two groups has two. Only the sentence on top (``PeopleMet``) counts people.
- ``invited``: places with an invitation, expired ones included, withdrawn ones not. Two letters to one person for one
  group are one invitation.
- ``joined``: accepted, whether or not they have left since. ``signed``: of these, those who signed a version of the
  group's charter. ``came``: of these, those who were at one session or more.
- ``current``: in the group now; for an ended group, on the day it ended. ``left``: joined, but not current.
- ``held``: sessions that are over and were not called off. ``ahead``: not over yet. ``cancelled``: called off. What was
  planned for after the end of its group counts nowhere.
- ``expected``: for each session held, everybody whose place was open when it ended, signed or not. ``attended``: of
  these, those who were there, in time or late. ``unrecorded``: of these, those of whom nobody has noted either.
- ``yes``, ``late``, ``no``: the latest answers to sessions held or ahead, of people whose place is open at its end.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext as _

from accounts.models import Organization, OrganizationRole
from groups.models import CoachingGroup, Invitation, Membership, Program
from reports.models import RhythmRelease
from reports.rhythm import Bands
from sessions.models import Attendance, CoachingSession

RECENT = timedelta(weeks=4)
WAS_THERE = (Attendance.Presence.PRESENT, Attendance.Presence.LATE)


class UnknownProgram(Exception):
    """The organization has no program of this id."""


@dataclass(frozen=True)
class Participation:
    """The counts of one group, or their sum over several."""

    invited: int = 0
    joined: int = 0
    signed: int = 0
    came: int = 0
    current: int = 0
    held: int = 0
    ahead: int = 0
    cancelled: int = 0
    yes: int = 0
    late: int = 0
    no: int = 0
    expected: int = 0
    attended: int = 0
    absent: int = 0

    @property
    def left(self):
        return self.joined - self.current

    @property
    def unrecorded(self):
        return self.expected - self.attended - self.absent

    def __add__(self, other):
        return Participation(*(getattr(self, name) + getattr(other, name) for name in COUNTS))


COUNTS = tuple(field.name for field in fields(Participation))


@dataclass(frozen=True)
class GroupLine:
    """One group's participation. Days are those of the group's own time zone."""

    group: CoachingGroup
    counts: Participation
    last_met_on: date | None
    ended_on: date | None

    @property
    def has_ended(self):
        return self.group.state == CoachingGroup.State.ENDED

    @property
    def state_words(self):
        return _("Ended") if self.has_ended else _("Running")


@dataclass(frozen=True)
class ProgramLine:
    """One program's participation: the sum of its groups."""

    program: Program
    groups: int
    counts: Participation


@dataclass(frozen=True)
class PeopleMet:
    """Of the people who have a place in a running group, those who were at a session of it in the last four weeks."""

    met: int
    people: int


@dataclass(frozen=True)
class RhythmLine:
    """What was published about one program's newest month; ``bands`` is None where numbers would isolate somebody."""

    program: Program
    month: date
    bands: Bands | None


@dataclass(frozen=True)
class ParticipationReport:
    """All that the page and the file show; ``program`` is None when all programs are shown."""

    now: datetime
    program: Program | None
    choices: list[Program]
    programs: list[ProgramLine]
    groups: list[GroupLine]
    total: Participation
    people_met: PeopleMet
    rhythm: list[RhythmLine]

    @property
    def scope(self):
        """What the report is about, in words; empty while there are no programs."""
        if self.program:
            return self.program.name
        return _("All programs") if self.choices else ""

    @property
    def funnel(self):
        """From invitation to session, for the picture."""
        steps = {"invited": _("Invited"), "joined": _("Joined"), "signed": _("Signed"), "came": _("Came to a session")}
        rows = [{"label": words, "value": getattr(self.total, name)} for name, words in steps.items()]
        return rows[:1] + [{**row, "total": self.total.invited} for row in rows[1:]]


def participation_report(*, organization, program_id="", now):
    """The report on one program (its id as text) or, without an id, on all programs of the organization.

    Four queries, however many groups there are. Raises UnknownProgram.
    """
    choices = list(Program.objects.filter(organization=organization).order_by(Lower("name"), "pk"))
    chosen = [program for program in choices if str(program.pk) == program_id] if program_id else choices
    if program_id and not chosen:
        raise UnknownProgram

    groups = [_group_line(group) for group in _groups_with_counts(chosen, now)]
    programs = [_program_line(program, groups) for program in chosen]
    return ParticipationReport(
        now=now,
        program=chosen[0] if program_id else None,
        choices=choices,
        programs=programs,
        groups=groups,
        total=sum((line.counts for line in programs), Participation()),
        people_met=_people_met(chosen, now),
        rhythm=_rhythm_lines(chosen),
    )


def _group_line(group):
    zone = ZoneInfo(group.timezone)
    return GroupLine(
        group=group,
        counts=Participation(**{name: getattr(group, name) for name in COUNTS}),
        last_met_on=group.last_met_at and group.last_met_at.astimezone(zone).date(),
        ended_on=group.ended_at and group.ended_at.astimezone(zone).date(),
    )


def _program_line(program, groups):
    own = [line.counts for line in groups if line.group.program_id == program.pk]
    return ProgramLine(program=program, groups=len(own), counts=sum(own, Participation()))


def _groups_with_counts(programs, now):
    """The groups of these programs with every count and their program loaded; running ones before ended ones.

    Each count is a subquery of its own: joined side by side, members would multiply sessions and answers.
    """
    places = Membership.objects.filter(group=OuterRef("pk"), role=Membership.Role.MEMBER)
    still_in = Q(left_at=None) | Q(left_at__gte=F("group__ended_at"))
    invitations = Invitation.objects.filter(Q(withdrawn_at=None) | Q(accepted_at__isnull=False), group=OuterRef("pk"))
    planned = CoachingSession.objects.filter(
        Q(group__ended_at=None) | Q(starts_at__lt=F("group__ended_at")), group=OuterRef("pk")
    )
    held = planned.standing().filter(ends_at__lte=now)
    answers = Attendance.objects.filter(
        Q(coaching_session__group__ended_at=None)
        | Q(coaching_session__starts_at__lt=F("coaching_session__group__ended_at")),
        _open_at_end("membership", "coaching_session__ends_at"),
        membership__group=OuterRef("pk"),
        coaching_session__group=OuterRef("pk"),
        coaching_session__cancelled_at=None,
    )
    presence = answers.filter(coaching_session__ends_at__lte=now)
    by_group, of_session = "group", "coaching_session__group"
    return (
        CoachingGroup.objects.filter(program__in=programs)
        .select_related("program")
        .annotate(
            invited=_number(invitations, by_group, Count("participant", distinct=True)),
            joined=_number(places, by_group, Count("person", distinct=True)),
            signed=_number(places.filter(signatures__isnull=False), by_group, Count("person", distinct=True)),
            came=_number(
                presence.filter(presence__in=WAS_THERE), of_session, Count("membership__person", distinct=True)
            ),
            current=_number(places.filter(still_in), by_group, Count("person", distinct=True)),
            held=_number(held, by_group),
            ahead=_number(planned.standing().filter(ends_at__gt=now), by_group),
            cancelled=_number(planned.filter(cancelled_at__isnull=False), by_group),
            yes=_number(answers.filter(answer=Attendance.Answer.YES), of_session),
            late=_number(answers.filter(answer=Attendance.Answer.LATE), of_session),
            no=_number(answers.filter(answer=Attendance.Answer.NO), of_session),
            expected=_number(held.filter(_open_at_end("group__memberships", "ends_at")), by_group),
            attended=_number(presence.filter(presence__in=WAS_THERE), of_session),
            absent=_number(presence.filter(presence=Attendance.Presence.ABSENT), of_session),
            last_met_at=Subquery(held.order_by("-starts_at").values("starts_at")[:1]),
        )
        .order_by(Lower("program__name"), "program_id", "state", Lower("name"), "pk")
    )


def _open_at_end(membership, ends_at):
    """All conditions on one and the same membership, for one filter(): a member whose place was open at that moment."""
    open_then = Q(**{f"{membership}__left_at": None}) | Q(**{f"{membership}__left_at__gt": F(ends_at)})
    return open_then & Q(**{f"{membership}__role": Membership.Role.MEMBER, f"{membership}__joined_at__lte": F(ends_at)})


def _number(rows, group, what=None):
    """``what`` counted over ``rows`` of one group, as a subquery; 0 where there are none."""
    counted = rows.order_by().values(group).annotate(number=what or Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _people_met(programs, now):
    """One query; a person in several groups counts once, and has met if any of them has met with them there."""
    recently = Attendance.objects.filter(
        membership__person=OuterRef("person"),
        membership__group=OuterRef("group"),
        membership__role=Membership.Role.MEMBER,
        coaching_session__group=OuterRef("group"),
        coaching_session__cancelled_at=None,
        coaching_session__ends_at__gt=now - RECENT,
        coaching_session__ends_at__lte=now,
        presence__in=WAS_THERE,
    )
    places = Membership.objects.filter(
        role=Membership.Role.MEMBER,
        left_at=None,
        group__state=CoachingGroup.State.ACTIVE,
        group__program__in=programs,
    ).annotate(has_met=Exists(recently))
    people = Count("person", distinct=True)
    return PeopleMet(**places.aggregate(people=people, met=Count("person", distinct=True, filter=Q(has_met=True))))


def _rhythm_lines(programs):
    """The newest month of each program, as it was published; there is no sum of programs."""
    newest = RhythmRelease.objects.filter(program__in=programs).order_by("program_id", "-month").distinct("program_id")
    rows = {row.program_id: row for row in newest}
    return [_rhythm_line(program, rows[program.pk]) for program in programs if program.pk in rows]


def _rhythm_line(program, row):
    bands = None if row.keepers_from is None else Bands(row.keepers_from, row.people_from)
    return RhythmLine(program, row.month, bands)


def organizations_reported_to(person, duties):
    """Organizations whose report the person may open, by name: as a member, or by one of these duties."""
    memberships = Membership.objects.current(person).filter(organization=OuterRef("pk"))
    offices = OrganizationRole.objects.filter(person=person, role__in=duties, organization=OuterRef("pk"))
    return Organization.objects.filter(Exists(memberships) | Exists(offices), kind=Organization.Kind.COMPANY).order_by(
        Lower("name"), "pk"
    )
