"""Read back, in a process of its own beside the product, what people wrote: as they themselves, through the walls.

``python -m tests.proof.crash.read_back EMAIL…`` with the product's data folder in the environment prints JSON.
"""

import json
import sys

import django

BROKEN = "<does not open>"


def opened(row, names):
    from common.keys import SealBroken

    try:
        return [getattr(row, name).open() for name in names]
    except SealBroken:
        return [BROKEN]


def places_of(person):
    """Where this person writes: their group, a shared goal of theirs in it, and a peer."""
    from goals.models import Goal
    from groups.models import Membership

    own = Membership.objects.filter(person=person, left_at=None, admitted_at__isnull=False, group__state="active")
    goal = Goal.objects.filter(membership__in=own, closed_at=None, shared_at__isnull=False).first()
    current = Membership.objects.filter(group_id=goal.group_id, left_at=None, admitted_at__isnull=False)
    peer = current.exclude(person=person).first()
    return {"group": str(goal.group_id), "goal": str(goal.pk), "peer": str(peer.pk)}


def written_by(person):
    """All that this person wrote, as (table, id, texts)."""
    from feedback.models import FeedbackNote
    from goals.models import ActionStep, CheckIn, Goal

    everything = [
        (ActionStep.objects.filter(membership__person=person), ["text"]),
        (CheckIn.objects.filter(membership__person=person), ["how_it_went", "what_next"]),
        (Goal.objects.filter(membership__person=person), ["title", "behavior"]),
        (FeedbackNote.objects.filter(author__person=person), ["situation", "behavior", "impact"]),
    ]
    return [(rows.model._meta.db_table, str(row.pk), opened(row, names)) for rows, names in everything for row in rows]


def main(emails):
    django.setup()
    from accounts.models import Person
    from common.actor import acting_as
    from common.fences import MEMBER

    told = {}
    for email in emails:
        person = Person.objects.get(email=email)
        with acting_as(MEMBER, person=person):
            told[email] = {"places": places_of(person), "written": written_by(person)}
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
