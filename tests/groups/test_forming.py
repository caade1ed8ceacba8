"""From a roster to published groups: hard rules, facilitators, and no mail before publishing."""

import pytest
from django.db import connection
from django.urls import reverse

from common.actor import acting_as
from common.fences import HR, WORKER
from common.models import AuditEntry
from groups.formation import Progress
from groups.models import Charter, CoachingGroup, Formation, Invitation, Membership, Participant, Program
from groups.services import forming, publishing
from tests.factories import NOW, ParticipantFactory


@pytest.fixture
def roster(world, arranging):
    """Twelve people of six teams and neighboring levels, on the program that is forming."""
    with arranging():
        Participant.objects.filter(pk=world.participant.pk).update(team="Team 0", level=2)
        return [world.participant] + [
            ParticipantFactory(program=world.forming, team=f"Team {number % 6}", level=2) for number in range(1, 12)
        ]


@pytest.fixture
def office(world):
    return lambda: acting_as(HR, person=world.people["hr"], organization=world.organization)


@pytest.fixture
def proposed(world, roster, office):
    """A solved proposal, each group with the coach as facilitator."""
    with office():
        formation = forming.ask_formation(program=world.forming, by=world.people["hr"])
    forming.solve_formation(formation_id=formation.pk, now=NOW)
    with office():
        formation.refresh_from_db()
        return forming.name_facilitators(
            formation=formation, choices=[world.people["coach"]] * len(formation.proposal["groups"])
        )


def teams(formation, roster):
    by_id = {str(p.pk): p.team for p in roster}
    return [[by_id[pk] for pk in group["members"]] for group in formation.proposal["groups"]]


def owed():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE colloquy_arranger")
        cursor.execute("SELECT kind, count(*)::int FROM nudges_nudge GROUP BY kind")
        found = dict(cursor.fetchall())
        cursor.execute("SET LOCAL ROLE NONE")
    return found


def test_a_proposal_places_everybody_and_nobody_with_a_teammate(proposed, roster):
    members = [pk for group in proposed.proposal["groups"] for pk in group["members"]]

    assert sorted(members) == sorted(str(p.pk) for p in roster)
    assert all(len(group) == len(set(group)) for group in teams(proposed, roster))


def test_nothing_is_owed_and_no_group_exists_before_publishing(proposed, world, office):
    with office():
        assert not CoachingGroup.objects.filter(program=world.forming).exists()
    assert owed() == {}


def test_publishing_makes_groups_charters_facilitators_and_invitations(proposed, world, office):
    with office():
        groups = publishing.publish_formation(formation=proposed, now=NOW)
        facilitators = Membership.objects.filter(group__in=groups, role="facilitator", person=world.people["coach"])
        counts = (
            facilitators.count(),
            Charter.objects.filter(group__in=groups).count(),
            Invitation.objects.filter(group__in=groups).count(),
            Membership.objects.filter(group__in=groups, role="member").count(),
        )

    assert counts == (2, 2, 12, 0)
    assert owed() == {"group_invitation": 12, "group_assigned": 2}
    with office():
        assert Program.objects.get(pk=world.forming.pk).state == Program.State.RUNNING


def test_publishing_twice_publishes_once(proposed, office):
    with office():
        publishing.publish_formation(formation=proposed, now=NOW)
        with pytest.raises(forming.FormationClosed):
            publishing.publish_formation(formation=proposed, now=NOW)

    assert owed() == {"group_invitation": 12, "group_assigned": 2}


def test_a_group_without_facilitator_stops_publishing_and_nothing_has_happened(proposed, world, office):
    with office():
        forming.name_facilitators(formation=proposed, choices=[world.people["coach"], None])
    with pytest.raises(publishing.FacilitatorMissing), office():
        publishing.publish_formation(formation=proposed, now=NOW)

    with office():
        assert Formation.objects.get(pk=proposed.pk).state == Formation.State.PROPOSED
    assert owed() == {}


def test_a_roster_changed_since_the_proposal_is_checked_again(proposed, roster, office):
    first, second = proposed.proposal["groups"][0]["members"][:2]
    with office():
        Participant.objects.filter(pk__in=[first, second]).update(team="One team now")
    with pytest.raises(publishing.RulesBroken), office():
        publishing.publish_formation(formation=proposed, now=NOW)

    assert owed() == {}


def test_a_facilitator_does_not_facilitate_their_own_reports(proposed, roster, world, office):
    with office():
        Participant.objects.filter(pk=proposed.proposal["groups"][0]["members"][0]).update(
            manager_email=world.people["coach"].email
        )
        with pytest.raises(forming.DoesNotFit):
            forming.name_facilitators(formation=proposed, choices=[world.people["coach"], None])


def solved_page(as_person, world, office):
    with office():
        formation = forming.ask_formation(program=world.forming, by=world.people["hr"])
    forming.solve_formation(formation_id=formation.pk, now=NOW)
    return page_of(as_person, world, formation)


def page_of(as_person, world, formation):
    page = reverse("groups:formation", args=["meridian", world.forming.pk, formation.pk])
    return as_person(world.people["hr"]).get(page).content.decode()


def test_the_page_says_which_rules_leave_no_way(as_person, roster, world, office):
    with office():
        Participant.objects.filter(pk__in=[row.pk for row in roster[:5]]).update(team="Finance")

    page = solved_page(as_person, world, office)

    assert "5 people are from Finance and there are 3 groups at most (12 people, 4 or more in each)." in page


def test_a_roster_that_makes_no_sense_is_refused_in_words_and_not_tried_for_ever(as_person, roster, world, office):
    with office():
        Participant.objects.filter(pk=roster[0].pk).update(timezone="Mars/Olympus")

    page = solved_page(as_person, world, office)

    assert "has “Mars/Olympus”. Write it like Europe/Berlin." in page


def test_two_workers_solve_a_formation_once(world, roster, office):
    with office():
        formation = forming.ask_formation(program=world.forming, by=world.people["hr"])

    results = [forming.solve_formation(formation_id=formation.pk, now=NOW) for _worker in range(2)]

    assert results == [True, False]


def test_the_page_that_waits_says_how_far_it_is(as_person, world, roster, office):
    with office():
        formation = forming.ask_formation(program=world.forming, by=world.people["hr"])
        Formation.objects.filter(pk=formation.pk).update(state="solving")
    telling = forming.Telling(Formation.objects.filter(pk=formation.pk, state="solving"), every=0)

    telling(Progress(share=0.4, score=71.4, placed=12, unplaced=0))

    page = page_of(as_person, world, formation)
    assert 'value="40"' in page
    assert "12 people have a place. How well the groups fit so far: 71 of 100." in page
    assert not telling.is_unwanted


@pytest.mark.parametrize(
    ("changed", "unwanted", "told"),
    [({"state": "replaced"}, True, {}), ({"stop_asked_at": NOW}, True, {"percent": 40}), ({}, False, {"percent": 40})],
    ids=["put aside", "stop here", "goes on"],
)
def test_a_search_hears_that_it_can_stop(world, roster, office, changed, unwanted, told):
    with office():
        formation = forming.ask_formation(program=world.forming, by=world.people["hr"])
        Formation.objects.filter(pk=formation.pk).update(**{"state": "solving", **changed})
    telling = forming.Telling(Formation.objects.filter(pk=formation.pk, state="solving"), every=0)

    telling(Progress(share=0.4, score=71.4, placed=12, unplaced=0))

    assert telling.should_stop() is unwanted
    with office():
        formation.refresh_from_db()
    assert formation.proposal.get("so_far", {}).items() >= told.items()


def test_a_search_that_is_stopped_keeps_what_it_has(world, roster, office):
    with office():
        formation = forming.ask_formation(program=world.forming, by=world.people["hr"])
        assert forming.stop_here(formation=formation, now=NOW)

    forming.solve_formation(formation_id=formation.pk, now=NOW)

    with office():
        formation.refresh_from_db()
        assert not forming.stop_here(formation=formation, now=NOW)
    assert formation.state == "proposed"
    assert len([pk for group in formation.proposal["groups"] for pk in group["members"]]) == 12


def test_progress_is_written_now_and_then_only(world, roster, office):
    with office():
        formation = forming.ask_formation(program=world.forming, by=world.people["hr"])
    telling = forming.Telling(Formation.objects.filter(pk=formation.pk, state="solving"), every=1000)

    telling(Progress(share=0.4, score=71.4, placed=12, unplaced=0))

    assert not telling.is_unwanted  # or it would have found that nothing is being solved


def test_a_second_start_says_what_runs_and_a_finished_proposal_stays_beside_it(proposed, world, office):
    with office():
        again = forming.ask_formation(program=world.forming, by=world.people["hr"])
        with pytest.raises(forming.AlreadyRunning) as told:
            forming.ask_formation(program=world.forming, by=world.people["owner"])
        states = dict(Formation.objects.filter(program=world.forming).values_list("pk", "state"))

    assert (told.value.formation, told.value.formation.asked_by) == (again, world.people["hr"])
    assert (states[proposed.pk], states[again.pk]) == ("proposed", "queued")


def test_publishing_puts_the_other_proposals_aside(proposed, world, office):
    with office():
        again = forming.ask_formation(program=world.forming, by=world.people["hr"])
        publishing.publish_formation(formation=proposed, now=NOW)
        again.refresh_from_db()

    assert again.state == "replaced"


def test_people_who_are_in_a_group_are_not_formed_again(proposed, world, office):
    with office():
        publishing.publish_formation(formation=proposed, now=NOW)
        with pytest.raises(forming.NothingToForm):
            forming.ask_formation(program=world.forming, by=world.people["hr"])


def test_a_formation_left_half_done_is_queued_again(world, roster, office):
    with office():
        formation = forming.ask_formation(program=world.forming, by=world.people["hr"])
    with acting_as(WORKER):
        Formation.objects.filter(pk=formation.pk).update(state="solving", solved_at=NOW)
        again = forming.give_up_stuck(now=NOW.replace(hour=12), after=NOW.replace(hour=10) - NOW)

    assert again == 1


def test_the_page_walks_from_asking_to_publishing(as_person, world, roster, django_capture_on_commit_callbacks):
    client = as_person(world.people["hr"])
    place = ["meridian", world.forming.pk]

    asked = client.post(reverse("groups:form_groups", args=place))
    assert b"being formed" in client.get(asked.url).content
    formation_id = asked.url.rstrip("/").split("/")[-1]
    forming.solve_formation(formation_id=formation_id, now=NOW)

    page = client.get(asked.url)
    assert page.context["is_ready"] is False
    chosen = {f"group_{n}": str(world.people["coach"].pk) for n in range(len(page.context["columns"]))}
    client.post(asked.url, chosen)
    assert client.get(asked.url).context["is_ready"] is True
    preview = client.get(f"{asked.url}publish/")
    assert "You are invited to group" in preview.content.decode()
    assert owed() == {}
    client.post(f"{asked.url}publish/", {"group": [0, 1], "revision": preview.context["formation"].revision})

    assert owed() == {"group_invitation": 12, "group_assigned": 2}


def test_a_facilitator_from_another_organization_cannot_be_chosen(as_person, world, proposed):
    url = reverse("groups:formation", args=["meridian", world.forming.pk, proposed.pk])

    response = as_person(world.people["hr"]).post(url, {"group_0": str(world.people["stranger"].pk)})

    assert response.status_code == 422


def test_publishing_is_noted_for_each_group(proposed, world, office):
    with office():
        groups = publishing.publish_formation(formation=proposed, now=NOW)
    with acting_as(HR, person=world.people["owner"], organization=world.organization):
        noted = AuditEntry.objects.filter(act="group_published").values_list("group_id", "actor_id", "facts", "circle")

        assert set(noted.values_list("group_id", flat=True)) == {group.pk for group in groups}
        assert [row[1:] for row in noted] == [(world.people["hr"].pk, {"invited": 6}, "both")] * 2
