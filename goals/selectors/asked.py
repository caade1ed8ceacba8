"""What others wait for, as *Today* tells it: readings that one is asked for, and one's turn in a conversation."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import Case, CharField, DateField, F, Q, Value, When

from goals.models import ReadingRequest
from goals.selectors.conversations import turns_waiting
from groups.models import CoachingGroup


class AskedRow(NamedTuple):
    """That somebody waits, in which group, and until when, where there is such a day. Not a word."""

    what: str
    pk: UUID
    group_id: UUID
    group_name: str
    name: str
    until_on: date | None


class AskedOfToday(NamedTuple):
    """The nearest last day first; of conversations the first of the pairs' names."""

    readings: list[AskedRow]
    turns: list[AskedRow]


def asked_of_today(person, today: date) -> AskedOfToday:
    """For Today: in all groups the person reads. One query, and no key: nothing is opened here."""
    requests = ReadingRequest.objects.made_to(person).unanswered().filter(
        peer__person=person, until_on__gte=today, membership__left_at=None, group__state=CoachingGroup.State.ACTIVE
    )  # fmt: skip
    requests = requests.annotate(what=_words("reading"), name=F("membership__person__name"), until=F("until_on"))
    turns = turns_waiting(person).annotate(
        what=_words("turn"), name=_other_one(person), until=Value(None, output_field=DateField())
    )
    columns = ("what", "pk", "group_id", "group__name", "name", "until")
    rows = requests.order_by().values_list(*columns).union(turns.order_by().values_list(*columns), all=True)
    found = [AskedRow(*row) for row in rows.order_by("until", "group__name", "pk")]
    return AskedOfToday([row for row in found if row.what == "reading"], [row for row in found if row.what == "turn"])


def _words(text):
    return Value(text, output_field=CharField())


def _other_one(person) -> Case:
    return Case(
        When(Q(coachee__person=person), then=F("coach__person__name")),
        default=F("coachee__person__name"),
        output_field=CharField(),
    )
