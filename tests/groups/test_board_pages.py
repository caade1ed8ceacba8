"""Pages of the board: what they show, what they ask, and how much they cost."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Duty, OrganizationRole
from groups.models import Formation, Participant, Program
from groups.services import board, forming
from tests.factories import FormationFactory, ParticipantFactory
from tests.groups.board_people import stand

__all__ = ["stand"]


@pytest.fixture
def hr(as_person, stand):
    return as_person(stand.hr)


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_the_board_says_what_is_bent_broken_and_shared_and_who_waits(hr, stand):
    with stand.office():
        Participant.objects.filter(pk=stand.id(1)).update(gender="woman", timezone="Europe/Berlin")
        Participant.objects.filter(pk__in=[stand.id(2), stand.id(3)]).update(gender="man", timezone="Europe/Berlin")
        Participant.objects.filter(pk=stand.id(4)).update(team="Team 5")

    page = text_of(hr.get(stand.path))

    assert "Only one person is woman." in page
    assert "are both in Team 5." in page
    assert "Ivo Both groups are full." in page
    assert "All are at level 2." in page
    assert "All are free: Mon–Sun" in page


def test_consequences_come_for_all_places_at_once_and_change_nothing(hr, stand):
    with stand.office():
        Participant.objects.filter(pk=stand.id(4)).update(team="Team 0")

    found = hr.get(f"{stand.path}consequences/{stand.id(0)}/").json()

    assert [one["target"] for one in found["targets"]] == ["1", "tray"]
    [cove, tray] = found["targets"]
    assert cove["needs_reason"] is True
    assert any("are both in Team 0." in message for message in cove["broken"])
    assert tray["needs_reason"] is False
    assert stand.now().revision == 0


def test_a_move_against_a_rule_asks_for_a_reason_and_keeps_what_was_typed(hr, stand):
    with stand.office():
        Participant.objects.filter(pk=stand.id(4)).update(team="Team 0")
    path = f"{stand.path}move/{stand.id(0)}/"

    asked = hr.post(path, {"target": "1", "seen": "0"})
    assert asked.status_code == 422
    assert "are both in Team 0. Say why, or choose another place." in text_of(asked)
    assert 'value="1" id="target-1" checked' in asked.content.decode()

    done = hr.post(path, {"target": "1", "seen": "0", "why": "They asked for it."})
    assert done.url == f"{stand.path}#person-{stand.id(0)}"
    assert "Kept as it is, with a reason." in text_of(hr.get(stand.path))


def test_a_script_is_answered_in_json(hr, stand):
    path = f"{stand.path}move/{stand.id(0)}/"

    done = hr.post(path, {"target": "1", "seen": "0"}, headers={"Accept": "application/json"})
    late = hr.post(path, {"target": "tray", "seen": "0"}, headers={"Accept": "application/json"})

    assert (done.status_code, done.json()["done"]) == (200, True)
    assert (late.status_code, "was moved to Cove meanwhile" in late.json()["told"]) == (409, True)


def test_a_conflict_is_worded_alike_whoever_declared_it_on_every_page(hr, stand, monkeypatch):
    from groups.board import state

    plain, pages = state.candidate, []
    for who, whom in ((0, 4), (4, 0)):

        def declared(row, pk, who=who, whom=whom):
            one = plain(row, pk)
            return type(one)(
                **{name: getattr(one, name) for name in one.__slots__ if name != "conflicts"},
                conflicts=frozenset({stand.id(whom)} if pk == stand.id(who) else ()),
            )

        monkeypatch.setattr(state, "candidate", declared)
        found = hr.get(f"{stand.path}consequences/{stand.id(0)}/").json()
        pages.append((found, text_of(hr.get(f"{stand.path}move/{stand.id(0)}/")), text_of(hr.get(stand.path))))

    assert pages[0] == pages[1]
    assert "Some people in this group are to be kept apart." in pages[0][1]
    assert "Some people" not in pages[0][2]


def test_publishing_some_groups_leaves_the_others_on_the_board(hr, stand):
    coach = stand.world.people["coach"]
    with stand.office():
        forming.name_facilitators(formation=stand.formation, choices={0: coach})
    preview = hr.get(f"{stand.path}publish/")
    page = text_of(preview)
    assert "You are invited to group Ridge of" in page
    assert "You facilitate group Ridge of" in page
    assert "It has no facilitator yet." in page

    hr.post(f"{stand.path}publish/", {"group": [0], "revision": stand.now().revision})

    now = stand.now()
    assert [bool(group.get("published")) for group in now.proposal["groups"]] == [True, False]
    assert now.state == Formation.State.PROPOSED
    page = text_of(hr.get(stand.path))
    assert "Published: Ridge." in page
    assert "4 people ·" in page


def test_nothing_is_published_from_a_board_that_has_changed_since(hr, stand):
    coach = stand.world.people["coach"]
    with stand.office():
        forming.name_facilitators(formation=stand.formation, choices=[coach, coach])
        seen = stand.now().revision
        board.move(formation=stand.formation, person=stand.id(8), target=0, by=stand.hr)

    answer = hr.post(f"{stand.path}publish/", {"group": [0, 1], "revision": seen})

    assert answer.status_code == 422
    assert "Somebody changed the board meanwhile." in text_of(answer)
    assert not any(group.get("published") for group in stand.now().proposal["groups"])


@pytest.mark.parametrize(
    ("why", "published"), [("The team was split last week.", True), ("", False)], ids=["with a reason", "without"]
)
def test_a_rule_broken_since_is_published_only_with_a_reason(hr, stand, why, published):
    coach = stand.world.people["coach"]
    with stand.office():
        forming.name_facilitators(formation=stand.formation, choices=[coach, coach])
        Participant.objects.filter(pk__in=[stand.id(0), stand.id(1)]).update(team="One team now")

    hr.post(f"{stand.path}let-through/0/", {"why": why})
    hr.post(f"{stand.path}publish/", {"group": [0], "revision": stand.now().revision})

    assert bool(stand.now().proposal["groups"][0].get("published")) is published


def test_facilitators_are_suggested_where_there_is_room(hr, stand):
    duties = OrganizationRole.objects.filter(organization=stand.world.organization, role=Duty.FACILITATOR)
    with stand.office():
        duties.update(most_groups=0)
    told = hr.post(f"{stand.path}facilitators/", follow=True)
    assert "0 groups got a facilitator. Nobody suits, or has room for" in text_of(told)

    with stand.office():
        duties.update(most_groups=2)
    told = hr.post(f"{stand.path}facilitators/", follow=True)

    named = [group["facilitator"] for group in stand.now().proposal["groups"]]
    assert "2 groups got a facilitator." in text_of(told)
    assert None not in named


def test_somebody_elses_choice_of_a_facilitator_is_not_undone(hr, stand):
    coach = str(stand.world.people["coach"].pk)
    hr.post(stand.path, {"group_0": coach, "was_0": ""})
    hr.post(stand.path, {"group_0": "", "was_0": "", "group_1": coach, "was_1": ""})

    assert [group["facilitator"] for group in stand.now().proposal["groups"]] == [coach, coach]


def test_a_choice_that_does_not_fit_is_said_and_the_others_stay_chosen(hr, stand):
    coach = stand.world.people["coach"]
    with stand.office():
        Participant.objects.filter(pk=stand.id(0)).update(manager_email=coach.email)

    answer = hr.post(stand.path, {"group_0": str(coach.pk), "was_0": "", "group_1": str(coach.pk), "was_1": ""})

    assert answer.status_code == 422
    assert "reports to the facilitator" in text_of(answer)
    assert answer.content.decode().count(f'value="{coach.pk}" selected') == 2
    assert [group["facilitator"] for group in stand.now().proposal["groups"]] == [None, None]


def test_the_page_that_waited_loads_the_board_anew(hr, stand):
    assert hr.get(stand.path, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_two_proposals_are_compared_and_one_is_chosen(hr, stand, arranging):
    ids = [stand.id(number) for number in range(9)]
    with arranging():
        groups = [
            {"name": "Fern", "members": [*ids[5:8], ids[0]], "facilitator": None},
            {"name": "Dune", "members": [*ids[1:4], ids[8]], "facilitator": None},
        ]
        proposal = {"groups": groups, "unplaced": [[ids[4], "Full."]], "score": 51}
        other = FormationFactory(program=stand.world.forming, proposal=proposal, asked_by=stand.hr)
    start = stand.path.split("/groups/")[0]

    page = text_of(hr.get(f"{start}/proposals/compare/", {"one": stand.formation.pk, "other": other.pk}))
    assert "3 people are elsewhere" in page
    assert "Emil Cove the tray" in page
    assert "Ivo the tray Dune" in page

    assert "1 other proposal stands beside this one." in text_of(hr.get(stand.path))
    hr.post(f"{stand.path}choose/")
    with stand.office():
        assert Formation.objects.get(pk=other.pk).state == "replaced"


def test_the_page_that_waits_says_who_started_it_and_takes_a_stop(hr, stand):
    start = f"/o/meridian/programs/{stand.world.forming.pk}/"
    hr.post(f"{start}groups/")
    with stand.office():
        running = Formation.objects.get(state="queued", program=stand.world.forming)

    again = hr.post(f"{start}groups/", follow=True)
    assert "no second search was started. Started at" in text_of(again)
    assert "Watch the search" in text_of(hr.get(stand.path))

    stopped = hr.post(f"{start}groups/{running.pk}/stop/", follow=True)
    assert "It stops at the best so far." in text_of(stopped)


def test_sliders_are_kept_for_the_next_search(hr, stand):
    path = f"/o/meridian/programs/{stand.world.forming.pk}/weights/"
    steps = dict.fromkeys(("level", "years", "function", "location", "gender"), 2)
    steps |= dict.fromkeys(("alone", "goals", "style", "met", "hours"), 0)

    assert hr.post(path, dict.fromkeys(steps, 0)).status_code == 422
    hr.post(path, steps)

    with stand.office():
        assert Program.objects.get(pk=stand.world.forming.pk).weights == steps
        formation = forming.ask_formation(program=Program.objects.get(pk=stand.world.forming.pk), by=stand.hr)
        assert formation.weights == steps


def test_a_board_of_a_hundred_groups_takes_few_queries(hr, stand, arranging):
    with arranging():
        people = ParticipantFactory.build_batch(400, program=stand.world.forming)
        Participant.objects.bulk_create(people)
        ids = [str(one.pk) for one in people]
        groups = [
            {
                "name": f"Group {n}",
                "members": ids[4 * n : 4 * n + 4],
                "facilitator": str(stand.world.people["coach"].pk),
            }
            for n in range(100)
        ]
        Formation.objects.filter(pk=stand.formation.pk).update(proposal={"groups": groups, "unplaced": [], "score": 0})
    hr.get(stand.path)

    with CaptureQueriesContext(connection) as captured:
        assert hr.get(stand.path).content.decode().count('class="card column"') == 100

    selects = [one["sql"] for one in captured if "groups_" in one["sql"] or "accounts_person" in one["sql"]]
    # the login, the formation, the roster, named facilitators, those who can be named, proposals beside it
    assert len(selects) <= 10, selects
