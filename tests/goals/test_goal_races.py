"""Two at once, on two connections: a third and a fourth goal, a reading and new words, a round asked for twice."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import connection

from common.actor import acting_as
from common.fences import MEMBER
from common.ids import new_id
from goals import selectors, services
from goals.models import Goal, ProgressReading, ReadingRequest
from goals.models.goals import GoalQuerySet
from tests.factories import NOW, GoalFactory, ReadingRequestFactory
from tests.locks import somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = NOW.date()
REFUSALS = (services.TooManyGoals, services.GoalChanged, services.WordingFrozen, services.NobodyLeftToAsk)


def together(*works):
    """Run these at once, each on its own connection; what each refused, by name, or "done"."""
    gate = Barrier(len(works))

    def run(work):
        try:
            gate.wait(timeout=10)
            work()
        except REFUSALS as refusal:
            return type(refusal).__name__
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return sorted(pool.map(run, works))


@pytest.fixture
def share_two_at_once(world, arranging, monkeypatch):
    """Share two drafts of somebody who has two goals: each counts, and waits for the other before it goes on."""
    with arranging():
        own = world.memberships["peer"]
        GoalFactory.create_batch(2, membership=own)
        drafts = GoalFactory.create_batch(2, membership=own, shared_at=None)
    both, count = Barrier(2), GoalQuerySet.count

    def count_and_wait(goals):
        counted = count(goals)
        with suppress(BrokenBarrierError):  # the other one is not let in: that is what is looked at
            both.wait(timeout=1)
        return counted

    def share(draft):
        def work():
            with acting_as(MEMBER, person=world.people["peer"]):
                services.share_goal(goal=draft, now=NOW)

        return work

    def run():
        with monkeypatch.context() as patches:
            patches.setattr(GoalQuerySet, "count", count_and_wait)
            answers = together(*map(share, drafts))
        with arranging():
            return answers, Goal.objects.filter(membership=own, shared_at__isnull=False).count()

    return run


def test_of_two_drafts_shared_at_once_only_one_is_the_third_goal(share_two_at_once):
    assert share_two_at_once() == (["TooManyGoals", "done"], 3)


def test_that_there_are_three_is_the_locks_doing(share_two_at_once, monkeypatch):
    monkeypatch.setattr(GoalQuerySet, "select_for_update", lambda goals, **_how: goals)

    assert share_two_at_once() == (["done", "done"], 4)


def test_a_reading_waits_for_words_that_are_being_changed_and_learns_of_them(world, arranging):
    with arranging():
        goal = GoalFactory(membership=world.memberships["member"])
        asked = ReadingRequestFactory(goal=goal, peer=world.memberships["peer"])
    with acting_as(MEMBER, person=world.people["peer"]):
        token = selectors.version_of(Goal.objects.get(pk=goal.pk))

    def give():
        with acting_as(MEMBER, person=world.people["peer"]):
            answer = {"value": "1", "suggestion": "", "today": TODAY, "now": NOW}
            services.give_reading(request=asked, key=new_id(), version=token, **answer)

    with ThreadPoolExecutor(1) as pool:
        with acting_as(MEMBER, person=world.people["member"]):
            words = {"title": "Other", "behavior": "Other", "why": "", "target_on": date(2027, 7, 1)}
            services.edit_goal(goal=goal, today=TODAY, **words)
            late = pool.submit(together, give)
            deadline = time.monotonic() + 20
            while not somebody_waits() and time.monotonic() < deadline and not late.done():
                time.sleep(0.02)
            waited = not late.done()
        refused = late.result()

    assert (waited, refused) == (True, ["GoalChanged"])
    with arranging():
        assert not ProgressReading.objects.filter(request=asked).exists()
        assert ReadingRequest.objects.get(pk=asked.pk).ended_as == ""


def test_a_round_that_is_asked_for_twice_at_once_is_one(world, arranging):
    with arranging():
        goal = GoalFactory(membership=world.memberships["member"])

    def ask():
        with acting_as(MEMBER, person=world.people["member"]):
            peers = [world.memberships["peer"], world.memberships["both"]]
            services.ask_for_readings(goal=goal, peers=peers, until_on=TODAY, today=TODAY, now=NOW)

    assert together(ask, ask) == ["NobodyLeftToAsk", "done"]
    with arranging():
        assert list(ReadingRequest.objects.filter(goal=goal).values_list("round", flat=True)) == [1, 1]
