"""Two at once, on two connections: a note is opened and taken back; a behavior is named twice."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from common.actor import acting_as
from common.fences import MEMBER
from feedback import services
from feedback.models import FeedbackNote, WatchedBehavior
from feedback.services import watching
from tests.factories import NOW
from tests.locks import somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)


def opening(world):
    with acting_as(MEMBER, person=world.people["peer"]):
        services.open_note(note=world.note, now=NOW)


def taking_back(world):
    with acting_as(MEMBER, person=world.people["member"]):
        services.take_note_back(note=world.note)


def refusal_of(work, world):
    """Run it on a connection of its own; what it refused, by name."""
    try:
        work(world)
    except (services.NoteGone, services.NoteAlreadyOpened) as refusal:
        return type(refusal).__name__
    else:
        return "done"
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("caller", "first", "second", "refused", "stays"),
    [
        ("peer", opening, taking_back, "NoteAlreadyOpened", True),
        ("member", taking_back, opening, "NoteGone", False),
    ],
    ids=["opened first", "taken back first"],
)
def test_of_opening_and_taking_back_at_once_the_first_wins(world, arranging, caller, first, second, refused, stays):
    with ThreadPoolExecutor(1) as pool:
        with acting_as(MEMBER, person=world.people[caller]):
            first(world)
            late = pool.submit(refusal_of, second, world)
            for _look in range(1000):
                if somebody_waits() or late.done():
                    break
                time.sleep(0.02)
            waited = not late.done()
        outcome = late.result()

    assert (waited, outcome) == (True, refused)
    with arranging():
        assert FeedbackNote.objects.filter(pk=world.note.pk).exists() is stays


def naming(world, text):
    with acting_as(MEMBER, person=world.people["peer"]):
        watching.name_behavior(
            membership=world.memberships["peer"], coaching_session=world.session, text=text, now=NOW
        )  # fmt: skip


def in_a_thread(work, *args):
    try:
        work(*args)
    finally:
        connection.close()


def test_of_two_who_name_at_once_the_second_waits_and_words_it_anew(world, arranging):
    with ThreadPoolExecutor(1) as pool:
        with acting_as(MEMBER, person=world.people["peer"]):
            naming(world, "I ask first")
            late = pool.submit(in_a_thread, naming, world, "I ask twice")
            for _look in range(1000):
                if somebody_waits() or late.done():
                    break
                time.sleep(0.02)
            waited = not late.done()
        late.result()

    assert waited
    with arranging():
        rows = WatchedBehavior.objects.filter(membership=world.memberships["peer"])
        assert [row.text.open() for row in rows] == ["I ask twice"]
