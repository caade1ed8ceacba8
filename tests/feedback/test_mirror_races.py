"""Two at once, on two connections: a peer picks while the member opens the mirror."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from common.actor import acting_as
from common.fences import MEMBER
from feedback.mirror_words import apart
from feedback.models import MirrorAsk, MirrorChoice
from feedback.services import mirrors as services
from tests.factories import NOW, MirrorAskFactory, MirrorChoiceFactory, MirrorFactory
from tests.locks import somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)
OTHERS = ["bold", "fair", "funny", "open", "warm"]


@pytest.fixture
def mirror(world, arranging):
    with arranging():
        mirror = MirrorFactory(membership=world.memberships["member"])
        for name in ("peer", "both"):
            ask = MirrorAskFactory(mirror=mirror, peer=world.memberships[name], closed_at=NOW, ended_as="given")
            MirrorChoiceFactory(ask=ask)
        mirror.ask = MirrorAsk.objects.select_related("membership", "peer").get(
            mirror=mirror, peer=world.memberships["peer"]
        )
    return mirror


def opening(world, mirror):
    with acting_as(MEMBER, person=world.people["member"]):
        services.open_mirror(mirror=mirror, now=NOW)


def picking(world, mirror):
    with acting_as(MEMBER, person=world.people["peer"]):
        services.pick_words(ask=mirror.ask, words=OTHERS, today=NOW.date(), now=NOW)


def refusal_of(work, world, mirror):
    """Run it on a connection of its own; what it refused, by name."""
    try:
        work(world, mirror)
    except services.MirrorShut as refusal:
        return type(refusal).__name__
    else:
        return "done"
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("caller", "first", "second", "outcome", "words"),
    [
        ("peer", picking, opening, "done", OTHERS),
        ("member", opening, picking, "MirrorShut", ["calm", "curious", "funny", "patient", "restless"]),
        ("member", opening, opening, "done", ["calm", "curious", "funny", "patient", "restless"]),
    ],
    ids=["picked first", "opened first", "opened twice"],
)
def test_of_picking_and_opening_at_once_the_second_waits(
    world, arranging, mirror, caller, first, second, outcome, words
):
    with ThreadPoolExecutor(1) as pool:
        with acting_as(MEMBER, person=world.people[caller]):
            first(world, mirror)
            late = pool.submit(refusal_of, second, world, mirror)
            for _look in range(1000):
                if somebody_waits() or late.done():
                    break
                time.sleep(0.02)
            waited = not late.done()
        ended = late.result()

    with arranging():
        kept = apart(MirrorChoice.objects.get(ask=mirror.ask).words.open())
    assert (waited, ended, kept) == (True, outcome, words)
