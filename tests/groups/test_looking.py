"""A board that is looked at again is made once, and is never older than what it shows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from groups.board import looking
from groups.models import Participant, ParticipantProfile, Program
from groups.services import forming
from tests.factories import NOW, InvitationFactory, MembershipFactory, ParticipantFactory, ParticipantProfileFactory
from tests.groups.board_people import stand

__all__ = ["stand"]


@pytest.fixture(autouse=True)
def nothing_kept():
    looking.forget()
    yield
    looking.forget()


@pytest.fixture
def hr(as_person, stand):
    return as_person(stand.hr)


def look(hr, stand, who=0):
    return hr.get(f"{stand.path}consequences/{stand.id(who)}/")


def afresh(hr, stand):
    """The answer of a process that has looked at nothing before."""
    kept = dict(looking._made)
    looking.forget()
    answer = look(hr, stand)
    looking._made.update(kept)
    return answer.content


def of_another_team(stand):
    Participant.objects.filter(pk=stand.id(0)).update(team="Team 4")


def of_another_level(stand):
    Participant.objects.filter(pk=stand.id(5)).update(level=9)


def tells_of_themselves(stand):
    ParticipantProfileFactory(participant=stand.people[4], completed_at=NOW, languages=["Thai"])


def tell_something_else(stand):
    tells_of_themselves(stand)
    ParticipantProfile.objects.filter(participant=stand.id(0)).update(completed_at=NOW, languages=["Danish"])


def is_invited_elsewhere(stand):
    InvitationFactory(participant=stand.people[8], group=stand.world.group)


def comes_to_a_group(stand):
    MembershipFactory(participant=stand.people[8], group=stand.world.group)


def is_new_on_the_roster(stand):
    ParticipantFactory(program=stand.world.forming, name="Zoe", team="Team 20", level=2)


def other_sizes(stand):
    Program.objects.filter(pk=stand.world.forming.pk).update(size_min=3, size_target=4, size_max=4)


def other_weights(stand):
    type(stand.formation).objects.filter(pk=stand.formation.pk).update(weights={"level": 4})


def led_by_their_manager(stand):
    coach = stand.world.people["coach"]
    Participant.objects.filter(pk=stand.id(0)).update(manager_email=coach.email)
    forming.name_facilitators(formation=stand.formation, choices=[None, coach])


CHANGES = (
    of_another_team, of_another_level, tells_of_themselves, tell_something_else, is_invited_elsewhere,
    comes_to_a_group, is_new_on_the_roster, other_sizes, other_weights, led_by_their_manager,
)  # fmt: skip


def test_the_second_look_fetches_nobody_again_and_says_the_same(hr, stand):
    with CaptureQueriesContext(connection) as first:
        before = look(hr, stand).content
    with CaptureQueriesContext(connection) as second:
        after = look(hr, stand).content

    fetching = [[one["sql"] for one in queries if '"manager_email"' in one["sql"]] for queries in (first, second)]
    assert after == before
    assert [len(one) for one in fetching] == [1, 0]


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_is_in_the_next_answer(hr, stand, arranging, change):
    look(hr, stand)
    with arranging():
        change(stand)

    assert look(hr, stand).content == afresh(hr, stand)


@pytest.mark.parametrize("change", [of_another_team, tell_something_else, comes_to_a_group])
def test_that_rests_on_the_stamp(hr, stand, arranging, monkeypatch, change):
    monkeypatch.setattr(looking, "_stamp", lambda program_id: ())
    look(hr, stand)
    with arranging():
        change(stand)

    assert look(hr, stand).content != afresh(hr, stand)


def test_a_move_of_somebody_else_is_in_the_next_answer(hr, stand):
    look(hr, stand)
    hr.post(f"{stand.path}move/{stand.id(5)}/", {"target": "tray"})

    assert look(hr, stand).content == afresh(hr, stand)


def test_no_more_than_so_many_are_kept(hr, stand, monkeypatch):
    monkeypatch.setattr(looking, "MOST", 0)
    look(hr, stand)

    assert not looking._made
