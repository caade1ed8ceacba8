from types import SimpleNamespace

import pytest
from django import forms

from common.form_fields import OnceField, PickField, WordsField


class LetterForm(forms.Form):
    key = OnceField()
    words = WordsField(limit=5, rows=2)
    who = PickField(required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["who"].offer([ROW], label=lambda row: row.name, blank="Nobody")


ROW = SimpleNamespace(pk="a-1", name="Amara")


def form(**data):
    return LetterForm({"words": "words", **data})


@pytest.mark.parametrize(("typed", "kept"), [("12345", "12345"), (" 1\r\n2 ", "1\n2"), ("👩🏽‍🚀", "👩🏽‍🚀")])
def test_words_keep_what_fits(typed, kept):
    filled = form(words=typed)

    assert filled.is_valid(), filled.errors
    assert filled.cleaned_data["words"] == kept


@pytest.mark.parametrize("typed", ["123456", "", " ", "\u200b", "\u202e\u200f"])
def test_words_refuse_too_much_and_nothing(typed):
    assert list(form(words=typed).errors) == ["words"]


def test_words_let_the_browser_cut_nothing_off():
    assert "maxlength" not in str(form()["words"])


@pytest.mark.parametrize(("value", "row"), [("a-1", ROW), ("", None)])
def test_a_pick_cleans_to_its_row(value, row):
    filled = form(who=value)

    assert filled.is_valid(), filled.errors
    assert filled.cleaned_data["who"] is row


def test_a_pick_refuses_what_was_not_offered():
    assert list(form(who="b-2").errors) == ["who"]


@pytest.mark.parametrize("sent", ["", "nonsense"])
def test_a_form_without_a_good_key_gets_a_fresh_one(sent):
    filled = form(key=sent)

    assert filled.is_valid(), filled.errors
    assert filled.cleaned_data["key"].version == 7


def test_each_page_has_its_own_key():
    assert LetterForm()["key"].value() != LetterForm()["key"].value()
