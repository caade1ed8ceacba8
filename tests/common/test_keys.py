import base64
import os
import secrets

import pytest
from django.core.management import CommandError, call_command

from common import keys
from common.actor import acting_as
from common.fences import KEEPER, MEMBER
from common.models import KeyCheck, ScopeKey
from tests.factories import GoalFactory


@pytest.fixture
def wrong_file(tmp_path, services, settings):
    """A key file with the right name of key and another key."""
    name = keys.read_key_file().current
    path = tmp_path / "wrong.key"
    path.write_text(f"{name} {base64.b64encode(secrets.token_bytes(32)).decode()}\n")
    settings.COLLOQUY_KEY_FILE = str(path)
    return path


def test_a_new_key_file_is_its_owners_alone_and_never_overwritten(tmp_path):
    path = tmp_path / "colloquy.key"
    keys.make_key_file(path)

    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        keys.make_key_file(path)


@pytest.mark.parametrize("content", ["", "# only words\n", "k1 notbase64!\n", "k1 c2hvcnQ=\n", "k1\n"])
def test_a_damaged_key_file_is_refused_in_words(tmp_path, settings, content):
    path = tmp_path / "colloquy.key"
    path.write_text(content)
    settings.COLLOQUY_KEY_FILE = str(path)

    with pytest.raises(keys.KeyFileError, match="damaged"):
        keys.read_key_file()


def test_a_missing_key_file_is_named(settings):
    settings.COLLOQUY_KEY_FILE = "/nowhere/colloquy.key"

    with pytest.raises(keys.KeyFileError, match=r"/nowhere/colloquy\.key"):
        keys.read_key_file()


def test_a_wrong_key_file_fails_the_self_test(db, wrong_file):
    with acting_as(MEMBER), pytest.raises(keys.KeyFileError, match="not the one"):
        keys.self_test()


def test_nothing_is_sealed_under_a_wrong_key(arranging, wrong_file):
    with pytest.raises(keys.KeyFileError), arranging():
        GoalFactory()

    with acting_as(KEEPER):
        assert not ScopeKey.objects.exists()


def test_the_right_key_file_passes(db):
    with acting_as(MEMBER):
        keys.self_test()


def test_init_refuses_to_make_a_second_file_for_a_sealed_database(db, tmp_path, settings):
    settings.COLLOQUY_KEY_FILE = str(tmp_path / "lost.key")

    with pytest.raises(CommandError, match="Bring the file back"):
        call_command("keys", "init")
    assert not os.path.exists(settings.COLLOQUY_KEY_FILE)


def test_init_makes_a_file_for_a_new_database_and_may_run_again(db, tmp_path, settings, capsys):
    settings.COLLOQUY_KEY_FILE = str(tmp_path / "new.key")
    with acting_as(KEEPER):
        KeyCheck.objects.all().delete()

    call_command("keys", "init")
    call_command("keys", "init")
    call_command("keys", "status")

    said = capsys.readouterr().out
    assert said.count("Made the key file") == 1
    assert keys.read_key_file().current in said


def test_selftest_opens_every_scope_key(arranging, capsys):
    with arranging():
        GoalFactory()

    call_command("keys", "selftest")

    assert "1 scope key(s) opened" in capsys.readouterr().out


def test_selftest_fails_with_a_wrong_file(db, wrong_file):
    with pytest.raises(CommandError, match="not the one"):
        call_command("keys", "selftest")


def test_two_writers_share_one_key(arranging):
    with arranging():
        goal = GoalFactory()
        GoalFactory(membership=goal.membership)

    with acting_as(KEEPER):
        assert ScopeKey.objects.count() == 1
