"""Pages of steps through the client: what each shows, what happens twice, and what bad input does."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from common.ids import new_id
from goals.models import ActionStep, AskerAnswer, StepKept, StepMove
from groups.models import Draft, Membership
from tests.factories import NOW, ActionStepFactory, AskerAnswerFactory, StepMoveFactory

TODAY = NOW.date()
DAY = timedelta(days=1)
LATER = (TODAY + 9 * DAY).isoformat()


def url(name, world, step=None):
    return reverse(f"goals:{name}", args=[world.group.pk, (step or world.step).pk])


@pytest.fixture
def stored(world, arranging):
    def fetch(step=None):
        with arranging():
            return ActionStep.objects.get(pk=(step or world.step).pk)

    return fetch


@pytest.fixture
def member(as_person, world):
    return as_person(world.people["member"])


@pytest.fixture
def peer(as_person, world):
    return as_person(world.people["peer"])


def move_words(**changes):
    return {
        "key": str(new_id()), "from_on": (TODAY + DAY).isoformat(), "to_on": LATER, "why": "Priya is away", **changes
    }  # fmt: skip


def test_a_step_is_moved_and_everybody_reads_why(member, peer, world, stored):
    page = member.post(url("step_move", world), move_words(), follow=True).content.decode()

    assert "The step has its new day." in page
    assert stored().due_on == TODAY + 9 * DAY
    assert "Priya is away" in peer.get(url("step", world)).content.decode()


def test_a_move_sent_twice_says_so(member, world, arranging):
    words = move_words()
    member.post(url("step_move", world), words)
    page = member.post(url("step_move", world), words, follow=True).content.decode()

    assert "That was saved already." in page
    with arranging():
        assert StepMove.objects.filter(pk=words["key"]).count() == 1


def test_a_move_of_a_step_that_was_moved_meanwhile_keeps_the_words_and_shows_the_day(member, world, stored):
    member.post(url("step_move", world), move_words())
    response = member.post(url("step_move", world), move_words(why="Other words", to_on=(TODAY + 20 * DAY).isoformat()))
    page = response.content.decode()
    again = re.search(r'name="from_on" value="([^"]+)"', page)[1]

    assert (response.status_code, "another day by now" in page, "Other words" in page) == (422, True, True)
    assert (again, stored().due_on) == (LATER, TODAY + 9 * DAY)


@pytest.mark.parametrize("name", ["step_move", "step_let_go"])
def test_words_about_a_step_that_was_closed_meanwhile_are_not_lost(member, world, stored, name):
    member.post(url("step_close", world))
    response = member.post(url(name, world), move_words(why="My own words"))
    page = response.content.decode()

    assert (response.status_code, "This step is closed by now" in page, "My own words" in page) == (422, True, True)
    assert stored().is_let_go is False
    assert member.get(url(name, world)).status_code == 302


BAD = {
    "a past day": ({"to_on": (TODAY - DAY).isoformat()}, "That day has passed"),
    "the same day": ({"to_on": (TODAY + DAY).isoformat()}, "That is the day it has now"),
    "no day": ({"to_on": ""}, "Choose a day"),
    "not a day": ({"to_on": "31 February"}, "That is not a date"),
    "no words": ({"why": ""}, "Write something here"),
    "only what cannot be seen": ({"why": "\u200b \u00a0"}, "Write something here"),
    "100,000 characters": ({"why": "x" * 100_000}, "This has 100000 characters"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_move_with_bad_input_says_what_is_wrong_and_loses_nothing(member, world, stored, what):
    changes, words = BAD[what]
    response = member.post(url("step_move", world), move_words(**changes))
    page = response.content.decode()

    assert (response.status_code, words in page) == (422, True)
    assert changes.get("why", "Priya is away") in page
    assert stored().due_on == TODAY + DAY


STRANGE = [
    "🧗🏽‍♀️ ☕",
    "اسأل ليلى أولاً",
    "\u202eabc",
    "one\ttwo",
    "<b>bold</b> & “quoted”",
    "\U0001f469\u200d\U0001f4bb" * 100,
]


@pytest.mark.parametrize("words", STRANGE)
@pytest.mark.parametrize("name", ["step_move", "step_let_go"])
def test_emoji_right_to_left_and_markup_come_back_as_they_were_typed(member, world, arranging, name, words):
    member.post(url(name, world), move_words(why=words))

    with arranging():
        row = StepMove.objects.filter(step=world.step).latest("moved_at") if name == "step_move" else None
        kept = row.why if row else ActionStep.objects.get(pk=world.step.pk).why_let_go
        assert kept.open() == words
    assert "<b>bold" not in member.get(url("step", world)).content.decode()


def test_a_word_that_cannot_be_stored_is_refused_and_not_an_error(member, world):
    response = member.post(url("step_let_go", world), {"why": "nul \x00 byte"})

    assert response.status_code == 422


def test_a_step_of_100_000_characters_is_given_back_whole(member, world):
    path, text = reverse("goals:step_new", args=[world.group.pk]), "y" * 100_000
    response = member.post(path, {"text": text, "due_on": LATER})

    assert (response.status_code, text in response.content.decode()) == (422, True)


@pytest.mark.parametrize("rhythm", ["", "daily", "workdays", "weekly"])
def test_a_practice_is_written_and_no_other_rhythm(member, world, arranging, rhythm):
    path = reverse("goals:step_new", args=[world.group.pk])
    key = new_id()
    member.post(path, {"key": str(key), "text": "Ask first", "due_on": LATER, "rhythm": rhythm})

    with arranging():
        assert ActionStep.objects.get(pk=key).rhythm == rhythm
    assert member.post(path, {"text": "Ask first", "due_on": LATER, "rhythm": "hourly"}).status_code == 422


def test_whoever_leaves_midway_finds_the_door_closed_and_nothing_changed(member, world, arranging, stored):
    with arranging():
        Membership.objects.filter(pk=world.memberships["member"].pk).update(left_at=NOW)

    for name in ("step_move", "step_let_go", "step_ask", "step_close", "step_reopen", "step_kept"):
        assert member.post(url(name, world), move_words(kept="yes", on=TODAY.isoformat())).status_code == 404
    assert (stored().due_on, stored().closed_at) == (TODAY + DAY, None)


def test_what_was_typed_about_a_step_is_kept_on_the_server_and_forgotten_once_saved(member, world, arranging):
    place = f"goals:step_move:{world.step.pk}"
    tab = str(new_id())
    keep = {"place": place, "tab": tab, "words": '{"why": "Half a thought"}'}
    assert member.post(reverse("groups:draft_keep", args=[world.group.pk]), keep).status_code == 200
    assert "Half a thought" in member.get(url("step_move", world)).content.decode()

    member.post(url("step_move", world), move_words(draft=tab))
    with arranging():
        assert not Draft.objects.filter(place=place).exists()


# Closing and taking back


@pytest.mark.parametrize(
    ("back", "to"), [("today", "/today/"), ("board", "/goals/"), ("", "/steps/"), ("//x.org", "/steps/")]
)
def test_after_done_one_is_where_one_was_and_can_take_it_back(member, world, stored, back, to):
    response = member.post(url("step_close", world), {"back": back})
    shown = member.get("/today/").content.decode()
    reopened = member.post(url("step_reopen", world), {"back": back}, follow=True)

    assert to in response.url
    assert ("Done just now" in shown, url("step_reopen", world) in shown) == (True, True)
    assert "The step is open again." in reopened.content.decode()
    assert stored().closed_at is None


def test_after_a_few_minutes_a_close_stands(member, world, stored, clock):
    member.post(url("step_close", world))
    clock.shift(timedelta(minutes=11))

    assert url("step_reopen", world) not in member.get("/today/").content.decode()
    assert "for a few minutes only" in member.post(url("step_reopen", world), follow=True).content.decode()
    assert stored().closed_at == NOW


# Who asks


@pytest.fixture
def unanswered(world, arranging):
    with arranging():
        AskerAnswer.objects.filter(pk=world.asker_answer.pk)._raw_delete("default")


@pytest.mark.parametrize("page", ["today", "board"])
def test_the_peer_agrees_from_today_and_from_the_board(peer, member, world, unanswered, page):
    path = "/today/" if page == "today" else reverse("goals:board", args=[world.group.pk])
    before, asked = peer.get(path).content.decode(), member.get("/today/").content.decode()
    after = peer.post(url("step_answer", world), {"answer": "agree", "back": page}, follow=True).content.decode()

    assert url("step_answer", world) in before
    assert ("Peer is asked" in asked, "Peer will ask" in asked) == (True, False)
    assert url("step_answer", world) not in after
    assert "Peer will ask" in member.get("/today/").content.decode()


def test_a_decliners_name_disappears(peer, member, as_person, world, unanswered):
    peer.post(url("step_answer", world), {"answer": "not_me"})
    board = reverse("goals:board", args=[world.group.pk])
    pages = {path: as_person(world.people["both"]).get(path).content.decode() for path in (board, url("step", world))}

    assert not any("Peer is asked" in page or "Peer will ask" in page for page in pages.values())
    assert not any("nobody asks" in page or "somebody else" in page for page in pages.values())
    assert "choose somebody else" in member.get("/today/").content.decode()
    assert "You can ask somebody else." in member.get(url("step", world)).content.decode()
    assert ">Peer<" not in member.get(url("step_ask", world)).content.decode()
    assert url("step_answer", world) not in peer.get("/today/").content.decode()


def test_a_peer_who_left_asks_nobody(member, world, arranging):
    with arranging():
        Membership.objects.filter(pk=world.memberships["peer"].pk).update(left_at=NOW)

    page = member.get("/today/").content.decode()
    assert ("Peer will ask" in page, "choose somebody else" in page) == (False, True)


def test_others_count_on_who_agreed_once_the_day_has_come(peer, world, clock):
    before = peer.get("/today/").content.decode()
    clock.move_to(NOW + DAY)
    on_the_day = peer.get("/today/").content.decode()

    assert (f'data-ask="{world.step.pk}"' in before, f'data-ask="{world.step.pk}"' in on_the_day) == (False, True)
    assert "Ask Member how it went" in on_the_day


# Practice


def test_a_day_is_kept_with_one_tap_and_taken_back_with_another(member, world, arranging):
    def tap(kept):
        member.post(url("step_kept", world, world.practice), {"on": TODAY.isoformat(), "kept": kept, "back": "today"})
        with arranging():
            return StepKept.objects.filter(step=world.practice, on=TODAY).count()

    assert [tap("no"), tap("yes"), tap("yes"), tap("no")] == [0, 1, 1, 0]


@pytest.mark.parametrize("fields", [{}, {"on": "yesterday", "kept": "yes"}, {"on": "2027-02-08", "kept": "maybe"}])
def test_a_tap_that_says_nothing_changes_nothing(member, world, fields):
    page = member.post(url("step_kept", world, world.practice), fields, follow=True).content.decode()

    assert "That is not a day of this practice." in page


def test_no_page_counts_days_in_a_row(member, world):
    for path in ("/today/", url("step", world, world.practice)):
        assert not re.search(r"streak|in a row|days kept", member.get(path).content.decode(), re.IGNORECASE)


# Queries


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_step_asks_as_often_for_one_move_as_for_three(
    member, world, arranging, django_assert_num_queries, count
):
    with arranging():
        StepMoveFactory.create_batch(count - 1, step=world.step)

    # login session, person, savepoint, context, membership, places; step, key, moves, facilitators;
    # context back, release
    with django_assert_num_queries(12):
        page = member.get(url("step", world)).content.decode()

    assert page.count("data-move") == count


@pytest.mark.parametrize("count", [1, 3])
def test_today_with_steps_of_every_kind_asks_as_often(as_person, world, arranging, django_assert_num_queries, count):
    mine, other = world.memberships["both"], world.memberships["member"]
    with arranging():
        ActionStepFactory.create_batch(count, membership=mine, asker=other)
        ActionStepFactory.create_batch(count, membership=mine, rhythm="daily")
        ActionStepFactory.create_batch(count, membership=other, asker=mine)
        for step in ActionStepFactory.create_batch(count, membership=other, asker=mine, due_on=TODAY):
            AskerAnswerFactory(step=step)
    client = as_person(mine.person)

    # as in tests/coaching_site/test_site.py
    with django_assert_num_queries(15):
        page = client.get("/today/").content.decode()

    assert [page.count(mark) for mark in ("data-step=", "data-will-you-ask=", "data-ask=")] == [2 * count, count, count]
