"""Who is to be asked how it goes, and when: by each person's rhythm and pause, in their own zone."""

from datetime import UTC, date, datetime, timedelta

from django.db.models import (
    Case,
    CharField,
    DateField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, Greatest, Least, TruncDate
from django.utils import timezone

from goals.due import AFTER_A_SESSION, BEFORE_A_SESSION, WEEKS, Rhythm, check_in_due_on, morning_of
from goals.models import CheckInPartner, CheckInRhythm, Goal, RotationPlace
from goals.selectors.check_ins import reported
from groups.models import CoachingGroup
from nudges.hours import zone_named
from sessions.models import CoachingSession

CHECK_IN_DUE, PARTNER_MISSED = "check_in_due", "partner_missed"  # kinds of nudges
DAY = timedelta(days=1)
_KINDS = CheckInRhythm.Rhythm
_FACTS = (
    "pk", "organization_id", "group_id", "membership_id", "group__name", "recipient_id", "coachee_name", "timezone",
    "reported_at", "rhythm", "paused_from", "paused_until", "session_after", "session_before", "due_on", "dedupe_key",
)  # fmt: skip


def with_rhythm(goals: QuerySet) -> QuerySet:
    """Open, shared goals with the facts by which their coachees are asked; see ``due_on``."""
    sessions = CoachingSession.objects.standing().filter(group=OuterRef("group"))
    after = sessions.filter(ends_at__gt=OuterRef("reported_at")).order_by("ends_at").values("ends_at")[:1]
    soon = ExpressionWrapper(OuterRef("reported_at") + Value(BEFORE_A_SESSION), DateTimeField())
    before = sessions.filter(starts_at__gt=soon).order_by("starts_at").values("starts_at")[:1]
    around = Q(rhythm=_KINDS.SESSIONS)
    chosen = {name: F(f"membership__check_in_rhythm__{name}") for name in ("paused_from", "paused_until")}
    return (
        reported(goals)
        .annotate(rhythm=Coalesce("membership__check_in_rhythm__rhythm", Value(_KINDS.WEEKLY.value)), **chosen)
        .annotate(session_after=Case(When(around, then=Subquery(after)), output_field=DateTimeField()))
        .annotate(session_before=Case(When(around, then=Subquery(before)), output_field=DateTimeField()))
    )


def due_on(row, *, today: date, zone) -> date | None:
    """The day on which the coachee of a row of ``with_rhythm`` is asked; None when they are not."""
    return check_in_due_on(
        rhythm_of(row), reported_at=row.reported_at, today=today, zone=zone, after=row.session_after,
        before=row.session_before,
    )  # fmt: skip


def rhythm_of(row) -> Rhythm:
    """The rhythm and pause of a row that has them."""
    return Rhythm(row.rhythm, row.paused_from, row.paused_until)


def has_come(row, *, now: datetime, zone, late: timedelta = timedelta(0)) -> bool:
    """The morning has come on which the coachee is asked, or the one ``late`` days after it."""
    day = due_on(row, today=timezone.localdate(now, zone), zone=zone)
    return day is not None and morning_of(day + late, zone) <= now


def check_ins_wanted(now: datetime) -> QuerySet:
    """Facts of goals of current members whose coachee is asked by now, or will be within a day or so.

    The day is each person's own: ask ``is_wanted``. ``due_on`` names the day in UTC; it is the reason in the key.
    """
    return (
        with_rhythm(Goal.objects)
        .filter(membership__left_at=None, membership__admitted_at__isnull=False)
        .filter(_could_have_come(now), group__state=CoachingGroup.State.ACTIVE)
        .annotate(recipient_id=F("membership__person_id"), coachee_name=F("membership__person__name"))
        .annotate(timezone=F("membership__person__timezone"))
        .annotate(due_on=_reason(now))
        .annotate(dedupe_key=Concat(Value(f"{CHECK_IN_DUE}:"), _text("pk"), Value(":"), _text("due_on")))
        .values_list(*_FACTS, named=True)
    )


def check_ins_missed(now: datetime) -> QuerySet:
    """Those of ``check_ins_wanted`` that have a partner to be told, and were asked for within these two weeks."""
    named = CheckInPartner.objects.agreed().filter(membership=OuterRef("membership"))
    taking_turns = RotationPlace.objects.open().filter(membership=OuterRef("membership"))
    rows = check_ins_wanted(now).filter(Exists(named) | Exists(taking_turns))
    return rows.filter(due_on__gte=timezone.localdate(now, UTC) - timedelta(days=14))


def is_wanted(row, now: datetime, *, late: timedelta = timedelta(0)) -> bool:
    """Whether the day of a row of ``check_ins_wanted`` has come where its coachee lives, or came ``late`` ago."""
    return has_come(row, now=now, zone=zone_named(row.timezone), late=late)


def _could_have_come(now):
    """Whatever is not out of the question anywhere on earth."""
    today = timezone.localdate(now, UTC)
    is_away = Q(paused_from__lt=today, paused_until__gt=today + DAY)
    days = [Q(rhythm=name, reported_at__lte=now - after + DAY) for name, after in WEEKS.items()]
    after = Q(session_after__lte=now - AFTER_A_SESSION + DAY)
    before = Q(session_before__lte=now + BEFORE_A_SESSION + DAY)
    # Without a pause the comparison is unknown, which is no reason to leave a row out.
    is_here = Q(paused_from=None) | ~is_away
    return is_here & (days[0] | days[1] | (Q(rhythm=_KINDS.SESSIONS) & (after | before)))


def _reason(now):
    """The day in UTC: of the rhythm, or the one after a pause that is over."""
    weeks = [When(rhythm=name, then=_plus("reported_at", after)) for name, after in WEEKS.items()]
    around = Least(_plus("session_after", AFTER_A_SESSION), _plus("session_before", -BEFORE_A_SESSION))
    day = TruncDate(Case(*weeks, default=around, output_field=DateTimeField()), tzinfo=UTC)
    over = When(paused_until__lte=timezone.localdate(now, UTC), then=_plus("paused_until", DAY))
    return Greatest(day, Cast(Case(over, output_field=DateTimeField()), DateField()), output_field=DateField())


def _plus(name, by):
    return ExpressionWrapper(F(name) + Value(by), DateTimeField())


def _text(name):
    return Cast(name, CharField())
