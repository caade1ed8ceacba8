"""The pages of a group's sessions, at their doors and inside."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from nudges.models import Nudge
from sessions.models import Attendance, CoachingSession
from tests.factories import NOW, ActionStepFactory, AttendanceFactory, CoachingSessionFactory, MembershipFactory

TYPED = {
    "title": "Session 2", "agenda": "group_90", "people": "5", "date": "2027-02-11", "time": "17:00",
    "timezone": "Europe/Berlin", "place": "Room 4", "video_url": "",
}  # fmt: skip
ACTS = ("move", "cancel", "answer", "attendance")


@pytest.fixture(autouse=True)
def _on_the_day_before(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def address(world):
    """``address("move")``: of the world's session; ``address("list")``: of its group."""

    def of(name, **kwargs):
        ids = {"group_id": world.group.pk}
        if name not in {"list", "schedule"}:
            ids["session_id"] = world.session.pk
        return reverse(f"sessions:{name}", kwargs={**ids, **kwargs})

    return of


@pytest.fixture
def stored(arranging, world):
    def read():
        with arranging():
            return CoachingSession.objects.get(pk=world.session.pk)

    return read


@pytest.fixture
def answers(arranging):
    def read():
        with arranging():
            rows = Attendance.objects.exclude(answer="").order_by("membership__person__name")
            return list(rows.values_list("membership__person__name", "answer"))

    return read


# The door ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("caller", "status"),
    [
        ("member", 302), ("peer", 302), ("both", 302), ("facilitator", 403), ("unsigned", 302), ("former", 404),
        ("elsewhere", 404), ("hr", 404), ("owner", 404), ("super", 404), ("nobody", 401),
    ],
)  # fmt: skip
def test_answer_lets_members_only_and_each_for_themselves(as_person, world, address, answers, caller, status):
    response = as_person(world.people[caller]).post(address("answer"), {"answer": "no"})

    inside = {"member", "peer", "both"}
    kept = {"Peer": "yes"} | ({caller.title(): "no"} if caller in inside else {})
    assert (response.status_code, dict(answers())) == (status, kept)
    assert (response.status_code == 302 and response.url == address("session")) is (caller in inside)


@pytest.mark.parametrize("name", ["session", *ACTS])
def test_a_session_of_another_group_is_not_found_through_ones_own(as_person, arranging, world, address, name):
    with arranging():
        MembershipFactory(group=world.other_group, person=world.people["facilitator"], role="facilitator")

    client = as_person(world.people["both" if name == "answer" else "facilitator"])
    response = (client.post if name == "answer" else client.get)(address(name, group_id=world.other_group.pk))

    assert response.status_code == 404


@pytest.mark.parametrize("name", ["move", "cancel"])
def test_a_member_cannot_move_or_cancel(as_person, world, address, stored, name):
    response = as_person(world.people["member"]).post(address(name), TYPED)

    assert (response.status_code, stored().sequence) == (403, 0)


# List and page -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_as_often_for_one_row_as_for_three(
    as_person, arranging, world, address, django_assert_num_queries, count
):
    with arranging():
        CoachingSession.objects.filter(pk=world.session.pk).update(cancelled_at=NOW)
        for number in range(count):
            CoachingSessionFactory(group=world.group, starts_at=NOW + timedelta(days=number))
            CoachingSessionFactory(group=world.group, starts_at=NOW - timedelta(days=number + 2))
    client = as_person(world.people["member"])

    # login session, person, savepoint, context, membership, places, facilitators, 2 of the paginator, ahead, context
    # back, release
    with django_assert_num_queries(12):
        page = client.get(address("list")).content.decode()

    assert page.count("data-session=") == count * 2 + 1
    assert "Cancelled" in page


def test_list_invites_only_the_facilitator_to_schedule(as_person, world, address):
    pages = {
        name: as_person(world.people[name]).get(address("list")).content.decode() for name in ("member", "facilitator")
    }

    assert {name: address("schedule") in page for name, page in pages.items()} == {"member": False, "facilitator": True}


@pytest.mark.parametrize("count", [1, 3])
def test_page_asks_as_often_for_one_person_as_for_three(
    as_person, arranging, world, schedule, address, django_assert_num_queries, count
):
    coaching_session = schedule(now=NOW)
    with arranging():
        for membership in MembershipFactory.create_batch(count, group=world.group):
            AttendanceFactory(coaching_session=coaching_session, membership=membership, answer="yes")
    client = as_person(world.people["member"])

    # login session, person, savepoint, context, membership, places, session, people, agenda, open steps, the group's
    # key, flags, whether it comes first, what is watched, context back, release
    with django_assert_num_queries(16):
        page = client.get(address("session", session_id=coaching_session.pk)).content.decode()

    assert page.count("data-member=") == count + 3


def test_page_shows_both_zones_place_link_agenda_and_answers(as_person, arranging, world, schedule, address):
    coaching_session = schedule(now=NOW, place="Room <4>", video_url="https://video.example/room?a=1&b=2")
    with arranging():
        AttendanceFactory(coaching_session=coaching_session, membership=world.memberships["peer"], answer="late")
        type(world.people["member"]).objects.filter(pk=world.people["member"].pk).update(timezone="America/New_York")

    page = as_person(world.people["member"]).get(address("session", session_id=coaching_session.pk)).content.decode()

    assert "Thursday 11 February 2027, 11:00–13:00" in page
    assert "Thursday 11 February 2027, 17:00–19:00" in page
    assert "Berlin time" in page
    assert "Room &lt;4&gt;" in page
    assert 'href="https://video.example/room?a=1&amp;b=2" rel="noopener noreferrer"' in page
    assert ">11:05</time>" in page  # the second block
    assert "First coachee turn" in page
    assert "Your group and Facilitator (facilitator)" in page
    assert "HR sees how many sessions, answers and attendances there were, by group; no title and no place." in page
    assert page.count("No answer yet") == 2


def test_page_of_a_past_session_shows_who_was_there_and_asks_nothing(
    as_person, arranging, world, address, time_machine
):
    with arranging():
        Attendance.objects.filter(membership=world.memberships["peer"]).update(presence="absent")
    time_machine.move_to(world.session.ends_at, tick=False)

    page = as_person(world.people["member"]).get(address("session")).content.decode()

    assert (page.count("Was not there"), page.count("Not recorded")) == (1, 2)
    assert 'name="answer"' not in page


@pytest.mark.parametrize(
    ("post_url", "my_answer", "buttons"), [("/answer/", "", 0), ("/answer/", "late", 1), ("", "", None)]
)
def test_card_of_the_next_session_asks_those_who_have_an_address_to_answer(world, post_url, my_answer, buttons):
    values = {
        "session": world.session, "my_answer": my_answer, "session_url": "/session/", "post_url": post_url,
        "back": "today", "csrf_token": "abc",
    }  # fmt: skip

    card = render_to_string("sessions/_next_session.html", values)

    assert "Tuesday 9 February 2027, 16:00–18:00" in card
    assert '<a href="/session/" dir="auto">Session 1</a>' in card
    if buttons is None:
        assert "<form" not in card
    else:
        assert card.count('<button class="button button--') == 3
        assert card.count("is your answer now") == buttons
        for name, value in (("back", "today"), ("sequence", "0"), ("csrfmiddlewaretoken", "abc")):
            assert f'<input type="hidden" name="{name}" value="{value}">' in card


# Scheduling ----------------------------------------------------------------------------------------------------------


def test_schedule_starts_from_the_next_number_and_the_groups_zone(as_person, arranging, world, address):
    with arranging():
        type(world.group).objects.filter(pk=world.group.pk).update(timezone="Asia/Tokyo")

    page = as_person(world.people["facilitator"]).get(address("schedule")).content.decode()

    assert 'value="Session 2"' in page
    assert '<option value="Asia/Tokyo" selected>' in page
    assert "Your group; it is in no mail and no calendar" in page


def test_schedule_makes_the_session_and_owes_the_mails(as_person, arranging, world, address):
    response = as_person(world.people["facilitator"]).post(address("schedule"), TYPED)

    with arranging():
        made = CoachingSession.objects.exclude(pk=world.session.pk).get()
        assert Nudge.objects.filter(kind="session_invitation").count() == 4
    assert response.url == address("session", session_id=made.pk)
    assert (made.title, made.wall_time, made.scheduled_by_id) == (
        "Session 2", "2027-02-11T17:00", world.memberships["facilitator"].pk,
    )  # fmt: skip


def test_schedule_sent_twice_leads_to_the_one_session(as_person, arranging, world, address):
    client = as_person(world.people["facilitator"])

    first, second = client.post(address("schedule"), TYPED), client.post(address("schedule"), TYPED)

    assert (first.status_code, second.status_code, second.url) == (302, 302, first.url)
    with arranging():
        assert CoachingSession.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"date": "2027-02-08", "time": "09:59"}, "That time has passed. Choose one that is still ahead."),
        ({"date": "2027-03-28", "time": "02:30"}, "02:30 does not exist on that day in Berlin"),
        ({"date": "2030-02-08"}, "That is more than two years ahead."),
        ({"place": ""}, "Say where you meet: a place, a video link, or both."),
        ({"people": "2"}, "is for 3 to 12 people."),
        (
            {"date": "2027-02-09", "time": "17:30"},
            "Your group meets then already: Session 1, Tuesday 9",
        ),
        ({"title": "x" * 121}, "at most 120 characters"),
    ],
)
def test_schedule_refuses_in_words_and_keeps_what_was_typed(as_person, arranging, world, address, changes, words):
    typed = {**TYPED, "title": "Our second", **changes}

    response = as_person(world.people["facilitator"]).post(address("schedule"), typed)

    page = response.content.decode()
    assert (response.status_code, words in page) == (422, True)
    for value in (typed["title"], typed["date"], typed["time"], typed["people"], typed["place"]):
        assert f'value="{value}"' in page or not value
    with arranging():
        assert not Nudge.objects.exists()


# Moving and cancelling -----------------------------------------------------------------------------------------------


def test_move_starts_from_the_session_as_it_is(as_person, world, address):
    page = as_person(world.people["facilitator"]).get(address("move")).content.decode()

    for value in ("Session 1", "2027-02-09", "16:00"):
        assert f'value="{value}"' in page


def test_move_changes_the_session(as_person, world, address, stored):
    response = as_person(world.people["facilitator"]).post(address("move"), TYPED)

    assert response.url == address("session")
    assert (stored().wall_time, stored().place, stored().sequence) == ("2027-02-11T17:00", "Room 4", 1)


def test_move_refuses_in_words_and_keeps_what_was_typed(as_person, world, address, stored):
    response = as_person(world.people["facilitator"]).post(address("move"), {**TYPED, "date": "2027-02-07"})

    page = response.content.decode()
    assert (response.status_code, stored().sequence) == (422, 0)
    assert "That time has passed." in page
    assert 'value="Room 4"' in page


@pytest.mark.parametrize(("name", "words"), [("move", "can no longer be moved"), ("cancel", "This session is over")])
@pytest.mark.parametrize("method", ["get", "post"])
def test_it_is_too_late_to_change_what_has_been(as_person, world, address, stored, time_machine, name, words, method):
    time_machine.move_to(world.session.ends_at, tick=False)

    response = getattr(as_person(world.people["facilitator"]), method)(address(name), TYPED, follow=True)

    assert (words in response.content.decode(), stored().sequence) == (True, 0)


def test_cancel_asks_first(as_person, world, address, stored):
    page = as_person(world.people["facilitator"]).get(address("cancel")).content.decode()

    assert "Cancel Session 1?" in page
    assert stored().cancelled_at is None


def test_cancel_cancels_once(as_person, world, address, stored):
    client = as_person(world.people["facilitator"])

    first = client.post(address("cancel"), follow=True).content.decode()
    second = client.post(address("cancel"), follow=True).content.decode()

    assert (stored().cancelled_at, stored().sequence) == (NOW, 1)
    assert "Your group gets the news by mail." in first
    assert "This session is cancelled." in second


# Answers and attendance ----------------------------------------------------------------------------------------------


def test_answer_from_today_leads_back_there(as_person, world, address, answers):
    response = as_person(world.people["member"]).post(address("answer"), {"answer": "yes", "back": "today"})

    assert (response.url, answers()) == (reverse("today"), [("Member", "yes"), ("Peer", "yes")])


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({"answer": "maybe"}, "Choose one of the three answers."),
        ({}, "Choose one of the three answers."),
        ({"answer": "yes", "back": "https://evil.example/"}, "Choose one of the three answers."),
        ({"answer": "yes", "sequence": "7"}, "The session was changed since you opened the page."),
    ],
)
def test_answer_that_cannot_be_kept_says_why(as_person, world, address, answers, posted, words):
    response = as_person(world.people["member"]).post(address("answer"), posted, follow=True)

    assert (words in response.content.decode(), answers()) == (True, [("Peer", "yes")])


def test_attendance_waits_for_the_session_in_words(as_person, arranging, world, address):
    client = as_person(world.people["facilitator"])
    typed = {f"presence_{world.memberships['peer'].pk}": "present"}

    for response in (
        client.get(address("attendance"), follow=True),
        client.post(address("attendance"), typed, follow=True),
    ):
        assert "Attendance can be recorded once the session has begun." in response.content.decode()
    with arranging():
        assert not Attendance.objects.exclude(presence="").exists()


def test_attendance_is_recorded_and_members_see_it(as_person, arranging, world, address, time_machine):
    time_machine.move_to(world.session.starts_at, tick=False)
    typed = {
        f"presence_{world.memberships['peer'].pk}": "late",
        f"presence_{world.memberships['member'].pk}": "present",
        f"presence_{world.other_memberships['elsewhere'].pk}": "absent",
    }

    response = as_person(world.people["facilitator"]).post(address("attendance"), typed)

    assert response.url == address("session")
    page = as_person(world.people["member"]).get(address("session")).content.decode()
    assert (page.count("Came late"), page.count("Was there"), page.count("No answer yet")) == (1, 1, 1)
    with arranging():
        assert not Attendance.objects.filter(membership=world.other_memberships["elsewhere"]).exists()


@pytest.mark.parametrize("count", [1, 3])
def test_attendance_asks_as_often_for_one_member_as_for_three(
    as_person, arranging, world, address, time_machine, django_assert_num_queries, count
):
    time_machine.move_to(world.session.starts_at, tick=False)
    with arranging():
        MembershipFactory.create_batch(count, group=world.group)
    client = as_person(world.people["facilitator"])

    # login session, person, savepoint, context, membership, places, session, people, context back, release
    with django_assert_num_queries(10):
        page = client.get(address("attendance")).content.decode()

    assert page.count('<fieldset class="choice') == count + 3


# Open steps at the opening --------------------------------------------------------------------------------------------


def test_the_opening_lists_the_open_steps_of_whoever_may_be_there(as_person, arranging, world, schedule, address):
    coaching_session = schedule(now=NOW)
    with arranging():
        away, late = MembershipFactory.create_batch(2, group=world.group)
        AttendanceFactory(coaching_session=coaching_session, membership=away, answer="no")
        AttendanceFactory(coaching_session=coaching_session, membership=late, answer="late")
        ActionStepFactory(membership=away, text="Not on the page")
        ActionStepFactory(membership=late, text="Of who comes late", asker=world.memberships["member"])
        ActionStepFactory(membership=late, text="Closed already", closed_at=NOW)

    page = as_person(world.people["peer"]).get(address("session", session_id=coaching_session.pk)).content.decode()

    opening = page[page.index("data-opening") :]
    assert page.count("data-opening-step") == 3
    assert all(text in opening for text in ("Of who comes late", "Member is asked", "Call Priya", "Peer will ask"))
    assert "Not on the page" not in page
    assert "Closed already" not in page
    assert page.index("What became of your steps") < page.index("data-opening")


def test_an_agenda_without_that_block_shows_the_steps_before_it(as_person, arranging, world, address):
    page = as_person(world.people["peer"]).get(address("session")).content.decode()

    assert page.count("data-opening-step") == 2


@pytest.mark.parametrize("state", ["cancelled", "over"])
def test_a_session_that_is_cancelled_or_over_opens_with_nothing(as_person, arranging, world, address, state):
    change = {"cancelled_at": NOW} if state == "cancelled" else {"starts_at": NOW - timedelta(days=1), "ends_at": NOW}
    with arranging():
        CoachingSession.objects.filter(pk=world.session.pk).update(**change)

    assert "data-opening" not in as_person(world.people["peer"]).get(address("session")).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_opening_asks_as_often_for_one_step_as_for_three(
    as_person, arranging, world, schedule, address, django_assert_num_queries, count
):
    coaching_session = schedule(now=NOW)
    with arranging():
        for membership in MembershipFactory.create_batch(count, group=world.group):
            ActionStepFactory(membership=membership, asker=world.memberships["peer"])
    client = as_person(world.people["member"])

    with django_assert_num_queries(16):  # as above: one more for the steps, one for the group's key
        page = client.get(address("session", session_id=coaching_session.pk)).content.decode()

    assert page.count("data-opening-step") == count + 2
