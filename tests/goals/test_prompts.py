"""Gentle questions about what was typed: which rule asks what, and that clear words are left alone."""

import pytest

from goals.prompts import prompts_for

WHY, STEPS = "I want to hear the others sooner", "Prepare one sentence for Tuesday"


def asked(behavior, why=WHY, first_steps=STEPS):
    return prompts_for(behavior=behavior, why=why, first_steps=first_steps)


@pytest.mark.parametrize(
    "behavior",
    [
        "In our executive meetings I say what I think in the first ten minutes, before anybody asks me.",
        "On the shop floor my first sentence is a question, and I wait for what comes.",
        "I answer “ask Kenji” when Tokyo writes to me, and I do not look at the thread afterwards.",
        "I say “I have decided” when I have, and I do not apologize for it in the next sentence.",
    ],
)
def test_a_behavior_that_one_could_see_is_asked_nothing(behavior):
    assert asked(behavior) == {}


@pytest.mark.parametrize(
    ("behavior", "question"),
    [
        ("I am more confident when I present to the board", "how you want to be"),
        ("I understand what others need in our weekly meeting", "inside you"),
        ("My team brings me problems earlier each week", "somebody else acts"),
        ("I stop interrupting people in meetings", "will not do"),
        ("I ask for what I need from the people around me", "When would it show"),
        ("Speak up", "few words"),
        ("", "What would you do or say"),
    ],
)
def test_each_rule_asks_its_question(behavior, question):
    assert any(question in one for one in asked(behavior)["behavior"])


def test_a_field_gets_two_questions_at_most():
    assert len(asked("More confident")["behavior"]) == 2


def test_a_wish_of_somebody_else_is_asked_about_and_an_empty_why_too():
    assert "somebody else" in asked("I ask first in each review", why="My boss says that I should")["why"][0]
    assert asked("I ask first in each review", why="My boss says I should, and I want it too") == {}
    assert asked("I ask first in each review", why="  ", first_steps="").keys() == {"why", "first_steps"}


@pytest.mark.parametrize(
    "words",
    ["我在会议上先提问，再回答。", "أسأل قبل أن أجيب في كل اجتماع", "🙂" * 1000, "\x00\x1b[2J" * 50, "a" * 100_000],
)
def test_other_languages_and_odd_writing_break_nothing(words):
    assert all(len(questions) <= 2 for questions in asked(words, words, words).values())
