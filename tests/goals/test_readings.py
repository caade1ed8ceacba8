"""Progress readings: asking, giving, declining; who reads them; and what stays when somebody goes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from accounts.models import Person
from common.actor import acting_as
from common.fences import MEMBER, SELF
from goals import selectors, services
from goals.erasing import erase_words_of
from goals.models import Goal, ProgressReading, ReadingRequest
from goals.own_words import collect_readings_given, collect_readings_received
from groups.models import Membership
from nudges.models import Nudge
from tests.factories import NOW, GoalFactory, ProgressReadingFactory, ReadingRequestFactory

TODAY = NOW.date()
GIVEN = {"value": "-2", "suggestion": "Begin with a question"}


@pytest.fixture
def goal(world, arranging):
    """A shared goal of *member* about which nobody was asked yet."""
    with arranging():
        return GoalFactory(membership=world.memberships["member"], behavior="I say it in the first ten minutes")


@pytest.fixture
def asked(world, goal, arranging):
    """*peer* is asked about it until the day after tomorrow."""
    with arranging():
        return ReadingRequestFactory(goal=goal, peer=world.memberships["peer"])


def page_of(goal, name):
    return reverse(f"goals:{name}", args=[goal.group_id, goal.pk])


def page_for(request, name="reading"):
    return reverse(f"goals:{name}", args=[request.group_id, request.pk])


def ask(client, goal, *peers, until="2027-02-15"):
    return client.post(page_of(goal, "readings_ask"), {"peers": [str(one.pk) for one in peers], "until_on": until})


def requests_of(goal):
    return ReadingRequest.objects.filter(goal=goal)


# Asking --------------------------------------------------------------------------------------------------------------


def test_peers_are_asked_and_each_is_owed_one_nudge_that_holds_an_id(as_person, world, goal, arranging):
    response = ask(as_person(world.people["member"]), goal, world.memberships["peer"], world.memberships["both"])

    assert response.url == page_of(goal, "readings")
    with arranging():
        asked = {row.peer_id: row for row in requests_of(goal)}
        nudges = list(Nudge.objects.filter(kind="reading_asked"))
        assert set(asked) == {world.memberships[name].pk for name in ("peer", "both")}
        assert {(row.round, row.version_number, row.until_on) for row in asked.values()} == {(1, 1, date(2027, 2, 15))}
        assert {(nudge.recipient_id, nudge.context["request"]) for nudge in nudges} == {
            (row.peer.person_id, str(row.pk)) for row in asked.values()
        }


def test_asking_twice_asks_once_and_more_peers_join_the_round(as_person, world, goal, arranging):
    client, by = as_person(world.people["member"]), world.memberships
    ask(client, goal, by["peer"])
    ask(client, goal, by["peer"])
    ask(client, goal, by["peer"], by["both"], until="2027-03-01")

    with arranging():
        assert sorted(requests_of(goal).values_list("peer", "round", "until_on")) == sorted(
            (by[name].pk, 1, date(2027, 2, 15)) for name in ("peer", "both")
        )
        assert Nudge.objects.filter(kind="reading_asked").count() == 2


def test_a_new_round_begins_when_the_last_is_over(as_person, world, goal, arranging, clock):
    client = as_person(world.people["member"])
    ask(client, goal, world.memberships["peer"])
    clock.move_to(NOW + timedelta(days=8))
    client = as_person(world.people["member"])
    ask(client, goal, world.memberships["peer"], until="2027-03-01")

    with arranging():
        assert sorted(requests_of(goal).values_list("round", flat=True)) == [1, 2]


@pytest.mark.parametrize("who", ["facilitator", "unsigned", "former", "member"])
def test_only_peers_are_offered_and_asked(as_person, world, goal, arranging, who):
    client = as_person(world.people["member"])

    offered = client.get(page_of(goal, "readings_ask")).content.decode()
    response = ask(client, goal, world.memberships[who])

    assert str(world.memberships["peer"].pk) in offered
    assert str(world.memberships[who].pk) not in offered
    assert response.status_code == 422
    with arranging():
        assert not requests_of(goal).exists()
    about = {"until_on": TODAY, "today": TODAY, "now": NOW}
    with pytest.raises(services.NotAPeer), acting_as(MEMBER, person=world.people["member"]):
        services.ask_for_readings(goal=goal, peers=[world.memberships[who]], **about)


@pytest.mark.parametrize("until", ["2027-02-07", "2028-01-01", "soon", "", "\x00", "9" * 100_000])
def test_an_odd_last_day_is_refused_and_the_choice_kept(as_person, world, goal, until):
    response = ask(as_person(world.people["member"]), goal, world.memberships["peer"], until=until)

    assert response.status_code == 422
    assert f'value="{world.memberships["peer"].pk}"' in response.content.decode()
    assert response.content.decode().count("checked") == 1


@pytest.mark.parametrize("peers", [[], ["not-a-peer"], ["🙂"]])
def test_nobody_or_nonsense_is_not_asked(as_person, world, goal, peers):
    response = as_person(world.people["member"]).post(
        page_of(goal, "readings_ask"), {"peers": peers, "until_on": "2027-02-15"}
    )

    assert response.status_code == 422


@pytest.mark.parametrize("change", [{"shared_at": None}, {"closed_at": NOW, "outcome": "reached"}])
def test_drafts_and_closed_goals_are_asked_about_by_nobody(as_person, world, goal, arranging, as_owner, change):
    with arranging():
        Goal.objects.filter(pk=goal.pk).update(**change)

    assert ask(as_person(world.people["member"]), goal, world.memberships["peer"]).status_code == 403

    def insert():
        with acting_as(MEMBER, person=world.people["member"]):
            ReadingRequestFactory(goal=goal, peer=world.memberships["peer"])

    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        insert()
    with as_owner("CREATE POLICY sabotage ON goals_readingrequest FOR INSERT TO colloquy_member WITH CHECK (true)"):
        insert()


# Giving --------------------------------------------------------------------------------------------------------------


def test_a_peer_reads_the_behavior_and_gives_a_reading_for_the_two_alone(as_person, world, goal, asked):
    client = as_person(world.people["peer"])

    assert "I say it in the first ten minutes" in client.get(page_for(asked)).content.decode()
    response = client.post(page_for(asked), GIVEN)

    assert response.url == page_for(asked)
    assert "Begin with a question" in client.get(page_for(asked)).content.decode()
    assert "−2" in client.get(page_for(asked)).content.decode()
    coachee = as_person(world.people["member"]).get(page_of(goal, "readings")).content.decode()
    assert all(words in coachee for words in ("Begin with a question", "Peer", "−2"))
    for name in ("both", "facilitator"):
        with acting_as(MEMBER, person=world.people[name]):
            assert not ProgressReading.objects.filter(request=asked).exists()


def test_a_reading_is_sealed_its_number_too(world, asked, arranging):
    with acting_as(MEMBER, person=world.people["peer"]):
        reading = services.give_reading(
            request=asked, key="0190a1de-0000-7000-8000-000000000002", today=TODAY, now=NOW, **GIVEN
        )
    with arranging(), connection.cursor() as cursor:
        cursor.execute("SELECT value, suggestion FROM goals_progressreading WHERE id = %s", [reading.pk])
        value, suggestion = map(bytes, cursor.fetchone())

    assert len(value) > 256
    assert b"question" not in suggestion


def test_a_reading_is_given_once(as_person, world, asked):
    client = as_person(world.people["peer"])
    client.post(page_for(asked), GIVEN)

    response = client.post(page_for(asked), {"value": "3", "suggestion": "Another"})

    assert response.status_code == 200
    assert "Begin with a question" in response.content.decode()
    with acting_as(MEMBER, person=world.people["peer"]):
        (reading,) = ProgressReading.objects.filter(request=asked)
        assert reading.value.open() == "-2"


@pytest.mark.parametrize("value", ["4", "-4", "", "+1", "0.5", "🙂", "1" * 100_000])
def test_a_number_off_the_scale_is_refused_and_the_suggestion_kept(as_person, world, asked, value):
    response = as_person(world.people["peer"]).post(page_for(asked), {"value": value, "suggestion": "Keep <this>"})

    assert response.status_code == 422
    assert "Keep &lt;this&gt;" in response.content.decode()


@pytest.mark.parametrize("suggestion", ["x" * 100_000, "x" * 1001])
def test_a_suggestion_that_is_too_long_is_given_back(as_person, world, asked, suggestion):
    response = as_person(world.people["peer"]).post(page_for(asked), {"value": "1", "suggestion": suggestion})

    assert response.status_code == 422
    assert suggestion in response.content.decode()


@pytest.mark.parametrize("suggestion", ["", "اسأل أولاً 🙂 <script>alert(1)</script>", "\x1b[31mred"])
def test_a_suggestion_may_be_odd_or_nothing(as_person, world, goal, asked, suggestion):
    assert (
        as_person(world.people["peer"]).post(page_for(asked), {"value": "0", "suggestion": suggestion}).status_code
        == 302
    )

    page = as_person(world.people["member"]).get(page_of(goal, "readings")).content.decode()
    assert "<script>alert" not in page
    with acting_as(MEMBER, person=world.people["member"]):
        assert ProgressReading.objects.get(request=asked).suggestion.open() == suggestion


def test_words_that_changed_meanwhile_are_shown_before_the_reading_is_taken(as_person, world, goal, asked):
    client = as_person(world.people["peer"])
    token = client.get(page_for(asked)).context["form"]["version"].value()
    with acting_as(MEMBER, person=world.people["member"]):
        words = {"title": "Other", "behavior": "I wait two seconds", "why": "", "target_on": date(2027, 7, 1)}
        services.edit_goal(goal=goal, today=TODAY, **words)

    response = client.post(page_for(asked), {**GIVEN, "version": token})

    page = response.content.decode()
    assert response.status_code == 409
    assert all(words in page for words in ("I wait two seconds", "Begin with a question"))
    fresh = response.context["form"]["version"].value()
    assert client.post(page_for(asked), {**GIVEN, "version": fresh}).status_code == 302


def test_a_peer_declines_without_a_reason_and_is_asked_no_more(as_person, world, goal, asked):
    client = as_person(world.people["peer"])

    client.post(page_for(asked, "reading_decline"))

    assert "You declined" in client.get(page_for(asked)).content.decode()
    response = client.post(page_for(asked), GIVEN)
    assert response.status_code == 409
    assert "Begin with a question" in response.content.decode()
    with acting_as(MEMBER, person=world.people["member"]):
        assert (ReadingRequest.objects.get(pk=asked.pk).ended_as, ProgressReading.objects.count()) == ("declined", 1)


@pytest.mark.parametrize(
    ("zone", "moment", "is_open"),
    [
        ("Pacific/Kiritimati", datetime(2027, 2, 10, 9, 59, tzinfo=UTC), True),
        ("Pacific/Kiritimati", datetime(2027, 2, 10, 10, 1, tzinfo=UTC), False),
        ("Etc/GMT+12", datetime(2027, 2, 11, 11, 59, tzinfo=UTC), True),
        ("Etc/GMT+12", datetime(2027, 2, 11, 12, 1, tzinfo=UTC), False),
    ],
)
def test_the_last_day_ends_in_the_peers_own_zone(as_person, world, asked, arranging, clock, zone, moment, is_open):
    with arranging():
        Person.objects.filter(pk=world.people["peer"].pk).update(timezone=zone)
    clock.move_to(moment)
    client = as_person(Person.objects.get(pk=world.people["peer"].pk))

    today = client.get("/today/").content.decode()
    response = client.post(page_for(asked), GIVEN)

    assert (page_for(asked) in today) is is_open
    assert response.status_code == (302 if is_open else 409)
    assert is_open or "Begin with a question" in response.content.decode()


def test_leaving_midway_says_so_and_gives_nothing(as_person, world, asked, arranging):
    with arranging():
        Membership.objects.filter(pk=world.memberships["member"].pk).update(left_at=NOW)

    client = as_person(world.people["peer"])
    response = client.post(page_for(asked), GIVEN)

    assert response.status_code == 409
    assert "Begin with a question" in response.content.decode()
    with arranging():
        assert ReadingRequest.objects.get(pk=asked.pk).ended_as == ""


# Who reads -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["both", "facilitator", "former", "elsewhere"])
def test_nobody_gives_a_reading_that_they_were_not_asked_for(world, asked, arranging, who):
    with arranging():
        asked.closed_at, asked.ended_as = NOW, "given"
        asked.save(update_fields=["closed_at", "ended_as"])
        author = world.memberships.get(who) or world.other_memberships[who]

    with (
        pytest.raises(DatabaseError),
        acting_as(MEMBER, person=world.people[who]),
        transaction.atomic(),
    ):
        ProgressReadingFactory(request=asked, author=author)


def test_that_nobody_does_is_the_policys_doing(world, asked, as_owner):
    with (
        as_owner("CREATE POLICY sabotage ON goals_progressreading FOR INSERT TO colloquy_member WITH CHECK (true)"),
        acting_as(MEMBER, person=world.people["both"]),
    ):
        assert ProgressReadingFactory(request=asked, author=world.memberships["both"]).pk


def test_a_request_is_seen_by_the_two_alone(world, asked, arranging):
    with arranging():
        sees = {
            name
            for name, person in world.people.items()
            if person and ReadingRequest.objects.visible_to(person).filter(pk=asked.pk).exists()
        }

    assert sees == {"member", "peer"}


def test_a_request_is_answered_by_whoever_was_asked_and_taken_back_by_whoever_asked(world, asked, as_owner):
    def set_to(name, end):
        with acting_as(MEMBER, person=world.people[name]), transaction.atomic():
            return ReadingRequest.objects.filter(pk=asked.pk).update(closed_at=NOW, ended_as=end)

    with pytest.raises(DatabaseError, match="row-level security"):
        set_to("member", "given")
    with pytest.raises(DatabaseError, match="row-level security"):
        set_to("peer", "withdrawn")
    assert set_to("both", "given") == 0
    assert set_to("peer", "declined") == 1
    assert set_to("peer", "given") == 0


def test_readings_of_a_former_member_stay_with_their_name(as_person, world, goal, arranging):
    with arranging():
        ProgressReadingFactory(request__goal=goal, request__peer=world.memberships["former"], suggestion="As I go: ask")

    page = as_person(world.people["member"]).get(page_of(goal, "readings")).content.decode()

    assert "As I go: ask" in page
    assert "Former" in page


def test_a_coachee_who_left_has_them_in_their_copy_and_the_author_too(world, goal, arranging):
    with arranging():
        ProgressReadingFactory(request__goal=goal, request__peer=world.memberships["peer"], suggestion="Stay curious")
        Membership.objects.filter(pk=world.memberships["member"].pk).update(left_at=NOW)

    with acting_as(SELF, person=world.people["member"]):
        received = collect_readings_received(world.people["member"])
    with acting_as(SELF, person=world.people["peer"]):
        given = collect_readings_given(world.people["peer"])

    assert [(row["suggestion"], row["from_name"]) for row in received if row["goal_id"] == goal.pk] == [
        ("Stay curious", "Peer")
    ]
    assert "Stay curious" in [row["suggestion"] for row in given]


def test_erasing_the_author_takes_the_reading_and_erasing_the_coachee_leaves_it_to_its_author(world, goal, arranging):
    with arranging():
        mine = ProgressReadingFactory(request__goal=goal, request__peer=world.memberships["peer"])
        ours = ProgressReadingFactory(request__goal=goal, request__peer=world.memberships["both"])

    with acting_as(SELF, person=world.people["peer"]):
        erase_words_of([world.memberships["peer"].pk])
    with acting_as(SELF, person=world.people["member"]):
        erase_words_of([world.memberships["member"].pk])

    with arranging():
        assert list(ProgressReading.objects.filter(pk__in=[mine.pk, ours.pk])) == [ours]
        assert not Goal.objects.filter(pk=goal.pk).exists()
        assert ReadingRequest.objects.get(pk=ours.request_id).goal_id is None
    with acting_as(SELF, person=world.people["both"]):
        assert [row["id"] for row in collect_readings_given(world.people["both"])] == [ours.pk]


def test_a_request_whose_goal_is_gone_is_said_to_have_ended(as_person, world, goal, asked):
    with acting_as(SELF, person=world.people["member"]):
        erase_words_of([world.memberships["member"].pk])

    client = as_person(world.people["peer"])

    assert "This request has ended" in client.get(page_for(asked)).content.decode()
    assert client.post(page_for(asked), GIVEN).status_code == 409


# Pages ---------------------------------------------------------------------------------------------------------------


def test_the_coachee_sees_dots_rounds_and_a_table_and_no_count_of_others(as_person, world, goal, arranging):
    with arranging():
        for number, values in ((1, {"peer": "-1", "both": "0"}), (2, {"peer": "1", "both": "3"})):
            for name, value in values.items():
                ProgressReadingFactory(
                    request__goal=goal, request__peer=world.memberships[name], request__round=number, value=value
                )

    page = as_person(world.people["member"]).get(page_of(goal, "readings")).content.decode()

    assert page.count("<circle") == 2 + 4
    assert "<td>−1, 0</td><td>−0.5</td>" in page
    assert "<td>+1, +3</td><td>+2</td>" in page
    assert page.count("data-reading") == 4


def test_whoever_is_asked_finds_it_on_today_and_on_the_goals_page(as_person, world, goal, asked):
    client = as_person(world.people["peer"])

    assert page_for(asked) in client.get("/today/").content.decode()
    assert page_for(asked) in client.get(page_of(goal, "goal")).content.decode()
    assert page_for(asked) not in as_person(world.people["both"]).get(page_of(goal, "goal")).content.decode()


def test_a_request_is_found_under_its_own_group_only(as_person, world, asked):
    address = reverse("goals:reading", args=[world.other_group.pk, asked.pk])

    assert as_person(world.people["both"]).get(address).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_readings_query_count_does_not_grow(as_person, goal, arranging, django_assert_num_queries, count):
    with arranging():
        for number in range(count):
            ProgressReadingFactory(request__goal=goal, request__round=number + 1)
    client = as_person(goal.membership.person)

    # savepoint and its release, login session, person, context and back, membership, places, goal, readings, key,
    # requests
    with django_assert_num_queries(12):
        response = client.get(page_of(goal, "readings"))

    assert response.content.count(b"data-reading") == count


@pytest.mark.parametrize("count", [1, 3])
def test_today_asks_once_for_what_one_is_asked_for(world, arranging, django_assert_num_queries, count):
    with arranging():
        for _ in range(count):
            ReadingRequestFactory(
                goal=GoalFactory(membership=world.memberships["both"]), peer=world.memberships["member"]
            )
    with acting_as(MEMBER, person=world.people["member"]), django_assert_num_queries(1):
        assert len(selectors.asked_of_today(world.people["member"], TODAY).readings) == count


def test_a_draft_of_a_reading_is_kept_for_its_writer(as_person, world, asked):
    client = as_person(world.people["peer"])
    place = f"goals:reading:{asked.pk}"
    keep = {"place": place, "tab": "0190a1de-0000-7000-8000-000000000003", "words": '{"suggestion": "Half a thought"}'}

    assert client.post(reverse("groups:draft_keep", args=[world.group.pk]), keep).status_code == 200
    assert "Half a thought" in client.get(page_for(asked)).content.decode()
