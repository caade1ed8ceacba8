"""Nobody loses what they write: every page of a group with a text area keeps drafts. A new one that does not, fails."""

import re

import pytest
from django.db import transaction
from django.urls import reverse

from tests.proof.test_matrix import ADDRESSES, OURS

# An address that is not listed fails tests/proof/test_matrix.py.
PAGES = [name for name in OURS if name in ADDRESSES and "GET" in ADDRESSES[name].methods]
PAGES = [name for name in PAGES if OURS[name].guard[0] == "group"]
WRITERS = ("member", "peer", "facilitator")


def loses_words(page):
    """Whether a page has a text area in a form that does not keep what is typed."""
    forms = re.findall(r"<form\b([^>]*)>(.*?)</form>", page, re.S)
    writing = [attributes for attributes, content in forms if "<textarea" in content]
    return any('id="writing"' not in attributes for attributes in writing) or (
        bool(writing) and "data-kept" not in page
    )


@pytest.fixture
def pages(world, as_person):
    """(address, who) → the page, wherever there is one with a text area."""
    found = {}
    for name in PAGES:
        with transaction.atomic():
            address = reverse(name, kwargs=ADDRESSES[name].kwargs(world))
            for who in WRITERS:
                answer = as_person(world.people[who]).get(address)
                if answer.status_code == 200 and b"<textarea" in answer.content:
                    found[name, who] = answer.content.decode()
            transaction.set_rollback(True)  # some addresses need a row of their own, which changes other pages
    return found


def test_every_form_to_write_in_keeps_drafts(pages):
    assert {
        ("goals:goal_new", "member"), ("goals:goal_edit", "member"), ("goals:check_in", "member"),
        ("goals:step_new", "member"), ("feedback:note_new", "member"), ("groups:charter_edit", "member"),
    } <= set(pages)  # fmt: skip
    assert [key for key, page in pages.items() if loses_words(page)] == []
    assert [key for key in pages if not getattr(OURS[key[0]], "keeps_drafts", False)] == []


@pytest.mark.parametrize("taken", ['id="writing"', "data-kept"])
def test_a_form_that_keeps_nothing_is_noticed(pages, taken):
    assert loses_words(pages["goals:check_in", "member"].replace(taken, ""))
