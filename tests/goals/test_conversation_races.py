"""Two phones at once: both begin, both write the same turn, and one leaves while the other writes."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import ProgrammingError, connection

from common.actor import acting_as
from common.fences import MEMBER
from common.ids import new_id
from goals import services
from goals.models import ActionStep, ConversationTurn, PairConversation
from groups.services.joining import leave_group
from tests.factories import NOW, PairConversationFactory
from tests.goals.test_conversations import STAGES

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


# Between the check and the write -------------------------------------------------------------------------------------

STEP = {"text": "My careful words", "due_on": "2127-03-01"}
WRITES = {  # stage, address, what is typed, and who writes
    "turn": ("question", "write/question/", {"text": "My careful words"}, "ben"),
    "close": ("step", "close/", STEP, "ada"),
    "let go": ("question", "let-go/", {}, "ben"),
}


@pytest.fixture
def in_between(monkeypatch):
    """``in_between(person, group)``: this person leaves right after the last check of whoever writes."""

    def arrange(person, group):
        checks = services.conversations._must_go_on

        def passes(membership):
            checks(membership)
            with acting_as(MEMBER, person=person):
                leave_group(group=group)

        monkeypatch.setattr(services.conversations, "_must_go_on", passes)

    return arrange


@pytest.mark.parametrize("leaves", ["ada", "ben"])
@pytest.mark.parametrize("write", WRITES)
def test_who_writes_while_one_of_the_two_leaves_is_told_and_keeps_their_words(
    as_person, arranging, two, in_between, write, leaves
):
    stage, path, form, who = WRITES[write]
    with arranging():
        row = PairConversationFactory(
            coachee=two["of"]["Ada"], coach=two["of"]["Ben"], stage=stage, turns_taken=STAGES.index(stage)
        )
    client = as_person(two[who])
    in_between(two[leaves], two["group"])

    answer = client.post(f"/groups/{row.group_id}/conversations/{row.pk}/{path}", form)

    with arranging():
        row.refresh_from_db()
        assert (row.stage, ConversationTurn.objects.count(), ActionStep.objects.count()) == (stage, 0, 0)
    if form:
        assert answer.status_code == 409
        assert "My careful words" in answer.content.decode()
        assert "The pair has ended" in answer.content.decode()
    else:
        assert answer.status_code == 302


@pytest.mark.parametrize("leaves", ["ada", "ben"])
def test_who_begins_while_one_of_the_two_leaves_begins_nothing(as_person, arranging, two, in_between, leaves):
    client = as_person(two["ada"])
    in_between(two[leaves], two["group"])

    assert client.post(f"/groups/{two['group'].pk}/conversations/begin/").status_code == 302
    with arranging():
        assert not PairConversation.objects.exists()


def test_that_they_are_told_is_the_refusals_doing(arranging, two, in_between, monkeypatch):
    monkeypatch.setattr("common.refused.InsufficientPrivilege", type("Other", (Exception,), {}))
    in_between(two["ben"], two["group"])

    with pytest.raises(ProgrammingError, match="row-level security"), acting_as(MEMBER, person=two["ada"]):
        services.begin_conversation(membership=two["of"]["Ada"], other=two["of"]["Ben"], now=NOW)
