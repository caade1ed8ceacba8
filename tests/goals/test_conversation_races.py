"""Two phones at once, on two connections: both begin, and both write the same turn."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from common.actor import acting_as
from common.fences import MEMBER
from common.ids import new_id
from goals import services
from goals.models import ConversationTurn, PairConversation
from tests.factories import NOW

REFUSALS = (services.ConversationOpen, services.NotTheTurn)


def both(two, work):
    """``work(own, other)`` by both of the pair at once, each on a connection of their own; what became of each."""
    gate = Barrier(2)

    def run(own, other):
        try:
            gate.wait(timeout=10)
            with acting_as(MEMBER, person=own.person):
                work(own, other)
        except REFUSALS as refusal:
            return type(refusal).__name__
        else:
            return "done"
        finally:
            connection.close()

    ada, ben = two["of"]["Ada"], two["of"]["Ben"]
    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(run, (ada, ben), (ben, ada)))


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_begins_and_of_two_turns_one_is_written(two, arranging):
    begun = both(two, lambda own, other: services.begin_conversation(membership=own, other=other, now=NOW))
    with arranging():
        row = PairConversation.objects.get()
        coachee = row.coachee

    def say(part):
        def write(own, _other):
            services.take_turn(conversation=row, membership=own, key=new_id(), part=part, text="Why?", now=NOW)

        return write

    with acting_as(MEMBER, person=coachee.person):
        say("issue")(coachee, None)
    asked = both(two, say("question"))

    with arranging():
        row.refresh_from_db()
        turns = list(ConversationTurn.objects.order_by("number").values_list("number", "part"))
    assert begun == ["ConversationOpen", "done"]
    assert asked == ["NotTheTurn", "done"]
    assert turns == [(1, "issue"), (2, "question")]
    assert (row.stage, row.turns_taken) == ("answer", 2)
