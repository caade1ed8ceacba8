"""Bad input: clear words, status 422, and everything that was typed comes back."""

import html

import pytest
from django.urls import reverse

from goals.models import ActionStep, CheckIn, Goal

LONG = "sesquipedalian " * 6667  # 100,005 characters
ODD = "שלום ‮ 👩🏽‍🚀 <script>alert(1)</script> {{ 7 }} O’Brien & Söhne\nsecond line"


def address(world, name):
    ids = {"goal_id": world.goal.pk} if name in {"check_in", "goal_edit"} else {}
    return reverse(f"goals:{name}", kwargs={"group_id": world.group.pk, **ids})


def good(name):
    goal = {"title": "Ask first", "behavior": "A question", "why": "Because", "target_on": "2027-05-01"}
    return {
        "goal_new": goal,
        "goal_edit": goal,
        "check_in": {"how_it_went": "Well", "confidence": "5", "what_next": "More", "help_wanted": "None"},
        "step_new": {"text": "Call Lin", "due_on": "2027-05-01"},
    }[name]


TEXTS = [
    ("goal_new", "title"), ("goal_new", "behavior"), ("goal_new", "why"), ("goal_edit", "behavior"),
    ("check_in", "how_it_went"), ("check_in", "what_next"), ("check_in", "help_wanted"), ("step_new", "text"),
]  # fmt: skip
NEEDED = [
    ("goal_new", "title"), ("goal_new", "behavior"), ("goal_new", "target_on"), ("goal_edit", "title"),
    ("check_in", "how_it_went"), ("step_new", "text"), ("step_new", "due_on"),
]  # fmt: skip
MODELS = (Goal, CheckIn, ActionStep)


@pytest.fixture
def send(as_person, arranging, world):
    """Post to a page as the member; the page, and whether a row was written."""

    def count():
        with arranging():
            return [model.objects.count() for model in MODELS]

    def post(name, **changes):
        before = count()
        response = as_person(world.people["member"]).post(address(world, name), {**good(name), **changes})
        return response, count() != before

    return post


@pytest.mark.parametrize(("name", "field"), TEXTS)
def test_a_text_that_is_too_long_comes_back_whole(send, name, field):
    response, wrote = send(name, **{field: LONG})

    page = html.unescape(response.content.decode())
    assert (response.status_code, wrote) == (422, False)
    assert LONG.strip() in page
    assert "at most" in page
    others = [value for key, value in good(name).items() if key != field]
    assert all(value in page for value in others)


@pytest.mark.parametrize(("name", "field"), NEEDED)
@pytest.mark.parametrize("nothing", ["", "   ", "\u200b\u200f"])
def test_what_is_needed_is_asked_for_and_the_rest_comes_back(send, name, field, nothing):
    response, wrote = send(name, **{field: nothing})

    page = response.content.decode()
    assert (response.status_code, wrote) == (422, False)
    assert all(value in page for key, value in good(name).items() if key != field)


@pytest.mark.parametrize(("name", "field"), [("goal_new", "target_on"), ("step_new", "due_on")])
@pytest.mark.parametrize("day", ["2027-02-07", "0001-01-01", "soon", "2027-02-30", "99999-01-01"])
def test_a_day_that_has_passed_or_is_none_is_refused_in_words(send, name, field, day):
    response, wrote = send(name, **{field: day})

    page = response.content.decode()
    assert (response.status_code, wrote) == (422, False)
    assert ("That day has passed" in page) or ("That is not a date" in page)
    assert day in page


@pytest.mark.parametrize("confidence", ["11", "-1", "5.5", "seven"])
def test_a_confidence_off_the_scale_is_refused(send, confidence):
    response, wrote = send("check_in", confidence=confidence)

    assert (response.status_code, wrote) == (422, False)


@pytest.mark.parametrize(("name", "field"), TEXTS)
def test_odd_writing_is_kept_and_shown_as_it_was_typed(send, as_person, arranging, world, name, field):
    typed = ODD.replace("\n", "\r\n") if field != "title" else ODD.replace("\n", " ")

    response, _ = send(name, **{field: typed})

    assert response.status_code == 302
    page = as_person(world.people["member"]).get(response.url).content.decode()
    assert "<script>alert" not in page
    assert typed.replace("\r\n", "\n") in html.unescape(page)


def test_an_empty_form_is_a_form_with_mistakes(as_person, world):
    response = as_person(world.people["member"]).post(address(world, "step_new"), {})

    assert response.status_code == 422
