"""What the pictures of progress are drawn from."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.core.paginator import Page
from django.utils import timezone

from goals.models import ActionStep, CheckIn, Goal, StepMove
from goals.pictures import Picture, SmallPicture, monday, picture_of, small_picture_of

RECENT = timedelta(weeks=6)


def progress_of(goal: Goal, *, person, check_ins: Page, readings: Sequence[tuple[date, int]] = ()) -> Picture | None:
    """The picture of the weeks that a page of the goal's check-ins is about; two queries.

    ``readings`` are given for the coachee's own page only.
    """
    confidence = [(line.on, line.confidence) for line in check_ins if line.confidence is not None]
    days = [line.on for line in check_ins]
    since = min(days) if days and check_ins.has_next() else date.min
    until = max(days) if days and check_ins.has_previous() else date.max
    steps = [week for week in steps_by_week(goal, person) if monday(since) <= week[0] <= until]
    return picture_of(
        confidence=confidence, readings=[one for one in readings if since <= one[0] <= until], steps=steps
    )


def steps_by_week(goal: Goal, person) -> list[tuple[date, int, int, int]]:
    """(week, kept, moved, let go) of the goal's steps, in weeks of the reader's calendar; two queries."""
    closed = ActionStep.objects.visible_to(person).filter(goal=goal, closed_at__isnull=False)
    moves = StepMove.objects.visible_to(person).filter(step__goal=goal)
    weeks = defaultdict(lambda: [0, 0, 0])
    for moment, is_let_go in closed.values_list("closed_at", "is_let_go"):
        weeks[monday(timezone.localdate(moment))][2 if is_let_go else 0] += 1
    for moment in moves.values_list("moved_at", flat=True):
        weeks[monday(timezone.localdate(moment))][1] += 1
    return [(week, *counts) for week, counts in sorted(weeks.items())]


@dataclass
class Course:
    """One's own open goal and the confidence of the last weeks, for a margin."""

    pk: UUID
    group_id: UUID
    title: str
    points: list[tuple[date, int]] = field(default_factory=list)

    @property
    def picture(self) -> SmallPicture | None:
        return small_picture_of(self.points)

    @property
    def first(self) -> int:
        return self.points[0][1]

    @property
    def last(self) -> int:
        return self.points[-1][1]


def own_courses(person, now: datetime) -> list[Course]:
    """One's own goals with two check-ins or more in the last six weeks that tell a confidence, by first check-in.

    One query, and one for the key of each group that has any.
    """
    rows = CheckIn.objects.visible_to(person).filter(
        membership__person=person, membership__left_at=None, goal__closed_at=None, created_at__gt=now - RECENT
    )
    courses = {}
    for row in rows.select_related("goal").order_by("created_at", "pk"):
        if confidence := row.confidence.open():
            goal = row.goal
            if goal.pk not in courses:
                courses[goal.pk] = Course(goal.pk, goal.group_id, goal.title.open())
            courses[goal.pk].points.append((timezone.localdate(row.created_at), int(confidence)))
    return [course for course in courses.values() if len(course.points) > 1]
