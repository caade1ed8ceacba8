"""The search of ``test_canary.py``: it finds a word in every spelling and packing, and what is missing is named."""

import pytest

from tests.proof.canary.book import Book, wanted
from tests.proof.canary.search import Search, packings, spellings

WORD = "bcdfghjklmnpqrstvwxz"
NOTHING = b"Nothing of the kind is written here; it is as long as a page of a book. " * 40


@pytest.mark.parametrize("way", spellings(WORD))
def test_every_spelling_is_found(way):
    data = NOTHING + spellings(WORD)[way] + NOTHING

    assert ("it", way) in Search({"it": WORD}).within(data)
    assert ("it", way) in Search({"it": WORD}, marks=[WORD[:14]]).within(data)


@pytest.mark.parametrize("way", packings(b""))
def test_every_packing_is_opened(way):
    data = packings(b"We said " + WORD.encode() + b", and so on")[way]

    assert WORD.encode() not in data
    assert {name for name, _way in Search({"it": WORD}).all_within(data)} == {"it"}


def test_a_cut_word_is_found_by_its_mark():
    assert {name for name, _way in Search({"it": WORD}, marks=[WORD[:14]]).within(WORD[:15].encode())} == {"?"}


def test_where_there_is_nothing_nothing_is_found():
    assert Search({"it": WORD}, marks=[WORD[:14]]).all_within(NOTHING) == set()


def test_no_word_is_given_out_twice():
    book = Book()
    book.word("one")
    with pytest.raises(AssertionError, match="one"):
        book.word("one")


def test_a_table_that_nobody_writes_is_noticed():
    with pytest.raises(KeyError, match="journal_entry"):
        wanted([("journal_entry", "text")])
