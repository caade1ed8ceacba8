"""A missing or wrong key file, and destroyed keys: nothing is written, the page says so, nothing typed is lost."""

import pytest
from django.urls import reverse

from common import keys, rekeying
from goals.models import Goal
from tests.proof.matrix.goals import goal_words


@pytest.fixture
def no_key_file(settings, tmp_path):
    settings.COLLOQUY_KEY_FILE = str(tmp_path / "gone.key")


@pytest.fixture
def board(world):
    return reverse("goals:board", args=[world.group.pk])


def test_without_the_key_file_nothing_is_written_and_the_text_comes_back(
    world, as_person, arranging, no_key_file, caplog
):
    words = {**goal_words(world), "title": "Say what I see"}
    response = as_person(world.people["member"]).post(reverse("goals:goal_new", args=[world.group.pk]), words)

    assert response.status_code == 503
    assert "Say what I see" in response.content.decode()
    assert "We cannot keep text right now" in response.content.decode()
    assert "key_file_trouble" in caplog.text
    assert "gone.key" in caplog.text
    assert "Say what I see" not in caplog.text
    with arranging():
        assert Goal.objects.filter(group=world.group).count() == 2


def test_without_the_key_file_a_page_of_words_says_that_it_cannot_open_them(world, as_person, board, no_key_file):
    response = as_person(world.people["member"]).get(board)

    assert response.status_code == 503
    assert "Text cannot be opened right now" in response.content.decode()


def test_with_the_key_file_the_same_page_opens(world, as_person, board):
    assert as_person(world.people["member"]).get(board).status_code == 200


def test_where_the_keys_were_destroyed_the_page_says_so(world, as_person, board):
    rekeying.shred(keys.Scope(world.organization.pk, "group", world.group.pk), say=lambda _words: None)

    response = as_person(world.people["member"]).get(board)

    assert response.status_code == 410
    assert "gone for good" in response.content.decode()
