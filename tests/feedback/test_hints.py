"""The simple rules that help a giver: what they find, and what they leave alone."""

import pytest

from feedback.hints import ALWAYS_ASKED, hints_for, rules_for

GOOD = {
    "kind": "keep", "situation": "On Tuesday, when the numbers came", "behavior": "You asked Lin before you answered",
    "impact": "The room went quiet and listened", "question": "What made you wait?",
}  # fmt: skip


def on(kinds=(), **words):
    return {hint.name: hint.found for hint in hints_for(rules_for(kinds), {**GOOD, **words}) if hint.is_on}


def test_a_letter_about_what_was_seen_gets_no_hint():
    assert on() == {}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ({"behavior": "You were RUDE to Lin"}, {"judged": "“rude”"}),
        ({"situation": "You always come late"}, {"judged": "“always”"}),
        ({"behavior": "A great, great\tgood   job."}, {"judged": "“great”, “good job”"}),
        ({"behavior": "You’re like that"}, {"person": "“you're”"}),
        ({"impact": "You are that kind of person"}, {"person": "“you are”, “kind of person”"}),
        ({"impact": ""}, {"effect": ""}),
        ({"impact": " … "}, {"effect": ""}),
    ],
)
def test_each_rule_finds_what_it_asks_about(words, found):
    assert on(**words) == found


@pytest.mark.parametrize(
    "words",
    [
        {"behavior": "You spoke of crude oil, and wrongly dated it"},
        {"question": "Do you always do that?"},
        {"behavior": "", "impact": ""},
        {"behavior": "", "impact": "It was never that calm"},
    ],
)
def test_parts_of_words_other_fields_and_an_empty_letter_are_left_alone(words):
    assert on(**words) == {}


@pytest.mark.parametrize(
    ("kinds", "kind", "found"),
    [
        (["keep"] * 3, "keep", {"praise": ""}),
        (["try"] * 5, "try", {"criticism": ""}),
        (["keep"] * 2, "keep", {}),
        (["keep", "keep", "try"], "keep", {}),
        (["try"] * 3, "keep", {}),
        (["keep"] * 3, "", {}),
    ],
)
def test_one_side_alone_is_asked_about_when_there_is_enough_to_tell(kinds, kind, found):
    assert on(kinds, kind=kind) == found


def test_every_hint_says_why():
    hints = [*hints_for(rules_for(["keep"] * 3), GOOD), *hints_for(rules_for(["try"] * 3), GOOD)]

    assert {hint.name for hint in hints} == {*(rule["name"] for rule in ALWAYS_ASKED), "praise", "criticism"}
    assert all(hint.says and hint.why for hint in hints)
