import json
import pickle

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import connection, transaction
from django.forms import modelform_factory

from common import keys
from common.actor import acting_as
from common.fences import MEMBER
from common.keys import KeyFileError, SealBroken
from common.sealed import PADDING, Ciphertext, SealedTextField
from goals.models import Goal
from tests.factories import GoalFactory, MembershipFactory

TEXT = "Ich spreche zuerst – 先に話す 🙂"


@pytest.fixture
def goal(arranging):
    with arranging():
        return GoalFactory(title=TEXT)


@pytest.fixture
def own(goal):
    """The goal's author, as a database context."""
    return lambda: acting_as(MEMBER, person=goal.membership.person)


def stored(goal, column="title"):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE colloquy_arranger")
        cursor.execute(f"SELECT {column} FROM goals_goal WHERE id = %s", [goal.pk])
        value = bytes(cursor.fetchone()[0])
        cursor.execute("SET LOCAL ROLE NONE")
    return value


def store(goal, value, column="title"):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE colloquy_arranger")
        cursor.execute(f"UPDATE goals_goal SET {column} = %s WHERE id = %s", [value, goal.pk])
        cursor.execute("SET LOCAL ROLE NONE")


def reopened(goal, own):
    with own():
        return Goal.objects.get(pk=goal.pk).title.open()


def test_what_was_written_comes_back(goal, own):
    assert reopened(goal, own) == TEXT


def test_the_table_holds_no_word_of_it(goal):
    assert TEXT.encode() not in stored(goal)


@pytest.mark.parametrize("text", ["", "a", "a" * 200], ids=["empty", "one", "full"])
def test_length_is_hidden_in_steps(arranging, text):
    with arranging():
        goal = GoalFactory(title=text)

    head, tag = 5 + 12, 16
    assert len(stored(goal)) == head + PADDING + tag


def test_every_flipped_byte_breaks_the_seal(goal, own):
    good = stored(goal)

    for position in range(0, len(good), 7):
        bad = bytearray(good)
        bad[position] ^= 1
        store(goal, bytes(bad))
        with pytest.raises(SealBroken):
            reopened(goal, own)
    store(goal, good)
    assert reopened(goal, own) == TEXT  # so it was the flips, not the storing


def test_a_value_moved_to_another_column_row_or_author_does_not_open(goal, own, arranging):
    with arranging():
        second = GoalFactory(membership=goal.membership)
        peers = GoalFactory(membership=MembershipFactory(group=goal.group))
    before = stored(goal)
    for source, column in ((goal, "why"), (second, "title"), (peers, "title")):
        store(goal, stored(source, column))
        with pytest.raises(SealBroken):
            reopened(goal, own)
    store(goal, before)
    assert reopened(goal, own) == TEXT


def test_that_it_does_not_is_the_bindings_doing(arranging, monkeypatch):
    monkeypatch.setattr(SealedTextField, "_associated", lambda self, instance, version: b"bound to nothing")
    with arranging():
        goal = GoalFactory(title=TEXT)
        second = GoalFactory(membership=goal.membership, title="moved here")
    store(goal, stored(second))

    with acting_as(MEMBER, person=goal.membership.person):
        assert Goal.objects.get(pk=goal.pk).title.open() == "moved here"


def test_that_a_flip_is_noticed_is_the_seals_doing(goal, own, monkeypatch):
    flipped = bytearray(stored(goal))
    flipped[30] ^= 1
    store(goal, bytes(flipped))
    with pytest.raises(SealBroken):
        reopened(goal, own)

    class WithoutTag:
        """AES in counter mode, as GCM encrypts, but nobody looks at the tag."""

        def __init__(self, key):
            self.key = key

        def decrypt(self, nonce, data, associated):
            counter = Cipher(algorithms.AES(self.key), modes.CTR(nonce + b"\0\0\0\2")).decryptor()
            return counter.update(data[:-16])

    monkeypatch.setattr(keys, "AESGCM", WithoutTag)
    assert reopened(goal, own) != TEXT


def test_a_value_of_another_group_does_not_open(goal, own, arranging):
    with arranging():
        elsewhere = GoalFactory()
    store(goal, stored(elsewhere))

    with pytest.raises(SealBroken):
        reopened(goal, own)


def test_a_sealed_value_shows_itself_nowhere(goal):
    value = goal.title

    assert (str(value), repr(value), f"{value}") == ("<sealed>",) * 3
    with pytest.raises(TypeError):
        json.dumps(value)
    with pytest.raises(TypeError):
        pickle.dumps(value)
    with pytest.raises(TypeError):
        serializers.serialize("json", [goal])
    with pytest.raises(TypeError):
        bool(value)


def test_an_unsaved_text_shows_itself_nowhere_either():
    goal = Goal(title=TEXT)

    assert str(goal.title) == "<sealed>"
    assert TEXT not in repr(goal.__dict__)
    with pytest.raises(TypeError):
        pickle.dumps(goal)


def test_sealed_columns_cannot_be_searched_updated_or_put_in_a_form(goal):
    with pytest.raises(FieldError):
        Goal.objects.filter(title="x")
    with pytest.raises(FieldError):
        Goal.objects.filter(title__contains="x")
    with pytest.raises(TypeError):
        Goal.objects.update(title="x")
    with pytest.raises(TypeError):
        Goal.objects.bulk_update([goal], ["title"])
    with pytest.raises(TypeError):
        modelform_factory(Goal, fields=["title"])


def test_a_value_is_not_assigned_to_another_row(goal):
    with pytest.raises(TypeError):
        Goal().title = goal.title
    with pytest.raises(TypeError):
        goal.behavior = goal.title
    with pytest.raises(TypeError):
        Goal().title = b"plain bytes"
    Goal().title = Ciphertext(b"from the database")


def test_saving_again_keeps_what_was_not_touched(goal, own):
    with own():
        again = Goal.objects.get(pk=goal.pk)
        again.why = "another reason"
        again.save(update_fields=["why"])

    assert reopened(goal, own) == TEXT


def test_too_long_a_text_is_refused(goal, own):
    goal.title = "x" * 201

    with pytest.raises(ValueError, match="at most 200"), own():
        goal.save(update_fields=["title"])


def test_without_the_key_file_nothing_opens_and_nothing_is_written(goal, own, settings):
    settings.COLLOQUY_KEY_FILE = ""

    with pytest.raises(KeyFileError):
        reopened(goal, own)
    goal.title = "new"
    with pytest.raises(KeyFileError), own():
        goal.save(update_fields=["title"])


def test_somebody_who_may_not_see_the_key_cannot_open_a_stolen_row(goal, arranging):
    with arranging():
        outsider = MembershipFactory()
    names = [field.attname for field in Goal._meta.concrete_fields]
    taken = {**goal.__dict__, "title": Ciphertext(stored(goal))}
    copy = Goal.from_db("default", names, [taken[name] for name in names])

    with acting_as(MEMBER, person=outsider.person), pytest.raises(SealBroken):
        copy.title.open()
    with acting_as(MEMBER, person=goal.membership.person):
        assert copy.title.open() == TEXT


def test_a_key_that_went_with_its_savepoint_seals_nothing(arranging):
    with arranging():
        membership = MembershipFactory()
    with acting_as(MEMBER, person=membership.person):
        with transaction.atomic():
            GoalFactory(membership=membership)
            transaction.set_rollback(True)
        kept = GoalFactory(membership=membership, title=TEXT)

    with acting_as(MEMBER, person=membership.person):
        assert Goal.objects.get(pk=kept.pk).title.open() == TEXT
