"""Reads of one's own journal."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.crypto import salted_hmac

from goals.journal_search import Found, find
from goals.models import Goal, JournalEntry

ENTRIES_ON_A_PAGE = 30
MOST_SEARCHED, MOST_FOUND = 2_000, 100


@dataclass(frozen=True)
class EntryLine:
    """One entry, opened; ``goal_title`` is empty when it is about none, or about one that can no longer be read."""

    pk: UUID
    created_at: datetime
    changed_at: datetime | None
    text: str
    goal_ref: str
    goal_title: str


@dataclass(frozen=True)
class Month:
    """A month of the writer's own calendar, and how many entries it has."""

    first_on: date
    count: int


@dataclass(frozen=True)
class Search:
    """What was found, newest first; ``looked_at`` of ``total`` entries were searched, ``count`` of them have it."""

    found: list[tuple[EntryLine, Found]]
    count: int
    looked_at: int
    total: int


def own_goals(person) -> list[Goal]:
    """One's own goals in groups one reads now, drafts and closed ones too; newest first."""
    own = Goal.objects.visible_to(person).filter(membership__person=person, membership__left_at=None)
    return list(own.order_by("-created_at", "pk"))


def journal_months(person) -> list[Month]:
    """The months in which the person wrote, newest first; one query."""
    month = TruncMonth("created_at", tzinfo=timezone.get_current_timezone())
    rows = JournalEntry.objects.visible_to(person).annotate(month=month).order_by("-month").values("month")
    return [Month(row["month"].date(), row["count"]) for row in rows.annotate(count=Count("pk"))]


def journal_of_month(person, *, first_on: date, number) -> Page:
    """One page of a month of the person's own calendar, newest first, as opened lines."""
    last_on = first_on.replace(day=monthrange(first_on.year, first_on.month)[1])
    moments = [timezone.make_aware(datetime.combine(*day)) for day in ((first_on, time.min), (last_on, time.max))]
    rows = JournalEntry.objects.visible_to(person).filter(created_at__range=moments).order_by("-created_at", "-pk")
    page = Paginator(rows, ENTRIES_ON_A_PAGE).get_page(number)
    titles = _titles(person) if page.object_list else {}
    page.object_list = [entry_line(row, titles) for row in page.object_list]
    return page


def _titles(person):
    return {str(goal.pk): goal.title.open() for goal in own_goals(person)}


def entry_line(row: JournalEntry, titles: dict[str, str]) -> EntryLine:
    about = row.goal_ref.open()
    return EntryLine(row.pk, row.created_at, row.changed_at, row.text.open(), about, titles.get(about, ""))


def entry_to_read(row: JournalEntry) -> EntryLine:
    """One entry with the title of its goal."""
    return entry_line(row, _titles(row.person_id) if row.goal_ref.open() else {})


def version_of_entry(row: JournalEntry) -> str:
    """Stands for the words as they are now, as ``version_of`` does for a goal."""
    return salted_hmac("goals.version_of_entry", "\x1f".join([row.text.open(), row.goal_ref.open()])).hexdigest()


def search_journal(person, words: list[str]) -> Search:
    """The entries in which all ``words`` stand, of the newest ``MOST_SEARCHED``; texts are opened and forgotten."""
    own = JournalEntry.objects.visible_to(person).order_by("-created_at", "-pk")
    titles, found, count, looked_at = _titles(person), [], 0, 0
    for row in own[:MOST_SEARCHED]:
        looked_at += 1
        line = entry_line(row, titles)
        place = find(line.text, words)
        count += place is not None
        if place and len(found) < MOST_FOUND:
            found.append((line, place))
    return Search(found, count, looked_at, own.count() if looked_at == MOST_SEARCHED else looked_at)
