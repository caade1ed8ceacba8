"""Publishing numbers, once."""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q

from groups.models import Membership, Program
from reports.models import RhythmRelease
from reports.rhythm import OFTEN, bands_of, last_month


@transaction.atomic
def release_rhythm(*, now: datetime) -> int:
    """Fix what is said about the last complete month, for every program there was; how many rows were written.

    All programs in one statement's view of the facts, so that nobody is counted here and then there. Whatever changes
    afterwards changes nothing in it. Safe to run again, and twice at once.
    """
    begin, end = last_month(now)
    if RhythmRelease.objects.filter(month=begin.date()).exists():
        return 0
    programs = Program.objects.filter(created_at__lt=begin).order_by("pk")
    people, keepers = _count(begin, end)
    rows = [
        RhythmRelease(
            organization_id=program.organization_id, program=program, month=begin.date(), released_at=now,
            **_edges(bands_of(people=people[program.pk], keepers=keepers[program.pk])),
        )
        for program in programs
    ]  # fmt: skip
    return len(RhythmRelease.objects.bulk_create(rows, ignore_conflicts=True))


def _edges(bands):
    return {"keepers_from": bands.keepers_from, "people_from": bands.people_from} if bands else {}


def _count(begin, end):
    """By program: people who were members during the whole month, and those of them who kept a rhythm."""
    in_month = Q(check_ins__created_at__gte=begin, check_ins__created_at__lt=end)
    rows = (
        Membership.objects.filter(
            Q(left_at=None) | Q(left_at__gte=end),
            Q(group__ended_at=None) | Q(group__ended_at__gte=end),
            role=Membership.Role.MEMBER,
            admitted_at__lte=begin,
            group__program__created_at__lt=begin,
        )
        .values("group__program_id", "person_id")
        .annotate(times=Count("check_ins", filter=in_month))
        .order_by()
    )
    people, keepers = Counter(), Counter()
    for row in rows:
        people[row["group__program_id"]] += 1
        keepers[row["group__program_id"]] += row["times"] >= OFTEN
    return people, keepers
