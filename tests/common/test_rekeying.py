"""Changing keys: nothing is lost, at whatever moment it is killed and whoever writes meanwhile."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import connection, connections

from accounts.mfa import PURPOSE
from common import keys, rekeying, secret_places
from common.actor import acting_as
from common.fences import KEEPER, MEMBER
from common.models import AuditEntry, KeyCheck, ScopeKey
from common.secret_values import key_id_of, open_secret, seal_secret
from goals.models import ActionStep, Goal, text_of
from tests.factories import (
    NOW,
    ActionStepFactory,
    AirFlagFactory,
    CheckInFactory,
    ConversationTurnFactory,
    FeedbackNoteFactory,
    FeedbackRequestFactory,
    GoalFactory,
    HelpRequestFactory,
    IntroductionFactory,
    MembershipFactory,
    MirrorAskFactory,
    MirrorChoiceFactory,
    MirrorFactory,
    NoteAnswerFactory,
    PairInvitationFactory,
    WatchedBehaviorFactory,
)
from tests.locks import somebody_waits
from tests.services.processes import wait_for

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def key_file(tmp_path, services, settings):
    """A copy of this run's key file, to be changed."""
    path = tmp_path / "colloquy.key"
    shutil.copy(services["key_file"], path)
    settings.COLLOQUY_KEY_FILE = str(path)
    return path


@pytest.fixture
def goal(arranging):
    with arranging():
        return GoalFactory(title="Speak first", behavior="first three minutes", why="I hide")


def scope_of(goal):
    return keys.Scope(goal.organization_id, "group", goal.group_id)


def read(goal):
    with acting_as(MEMBER, person=goal.membership.person):
        row = Goal.objects.get(pk=goal.pk)
        return row.title.open(), row.behavior.open(), row.why.open()


def versions(goal):
    with acting_as(KEEPER):
        row = Goal.objects.only("title").get(pk=goal.pk)
        return int.from_bytes(row.__dict__["title"][1:5], "big")


def quiet(*_words):
    pass


# rotate


def test_rotating_wraps_every_key_under_a_new_one_and_nothing_is_lost(goal, key_file):
    before = keys.read_key_file().current

    assert rekeying.rotate(say=quiet) == 1

    assert keys.read_key_file().current != before
    with acting_as(KEEPER):
        assert set(ScopeKey.objects.values_list("kek_id", flat=True)) == {keys.read_key_file().current}
        keys.self_test()
    assert read(goal) == ("Speak first", "first three minutes", "I hide")


def test_a_rotated_key_file_is_its_owners_alone_and_keeps_its_words(db, key_file):
    rekeying.rotate(say=quiet)

    assert key_file.stat().st_mode & 0o777 == 0o600
    assert "Without it nothing that members wrote" in key_file.read_text()
    assert len(list(key_file.parent.iterdir())) == 1


def test_secrets_of_second_factors_are_wrapped_again(db, goal, key_file):
    secret = seal_secret("JBSWY3DPEHPK3PXP", PURPOSE)
    factor = Authenticator.objects.create(user=goal.membership.person, type="totp", data={"secret": secret})

    rekeying.rotate(say=quiet)
    rekeying.retire(say=quiet)

    factor.refresh_from_db()
    assert key_id_of(factor.data["secret"]) == keys.read_key_file().current
    assert list(keys.read_key_file().keys) == [keys.read_key_file().current]
    assert open_secret(factor.data["secret"], PURPOSE) == "JBSWY3DPEHPK3PXP"


def test_personal_lines_of_invitations_are_sealed_again(db, goal, key_file):
    with acting_as("colloquy_arranger"):
        invitation = PairInvitationFactory.build(inviter=goal.membership.person)
        invitation.write_line("Would you think with me?")
        invitation.save(force_insert=True)

    rekeying.rotate(say=quiet)
    rekeying.retire(say=quiet)

    with acting_as(MEMBER, person=goal.membership.person):
        invitation.refresh_from_db()
    assert key_id_of(invitation.line["line"]) == keys.read_key_file().current
    assert invitation.read_line() == "Would you think with me?"


def test_a_key_under_which_a_secret_is_sealed_stays_in_the_file(db, goal, key_file, monkeypatch):
    secret = seal_secret("JBSWY3DPEHPK3PXP", PURPOSE)
    Authenticator.objects.create(user=goal.membership.person, type="totp", data={"secret": secret})
    old = keys.read_key_file().current
    monkeypatch.setattr(secret_places, "PLACES", set())  # somebody forgot to register the table
    rekeying.rotate(say=quiet)
    monkeypatch.undo()

    rekeying.retire(say=quiet)

    assert old in keys.read_key_file().keys


def test_a_rotation_that_was_killed_goes_on_with_the_same_key(goal, key_file, monkeypatch):
    monkeypatch.setattr(rekeying, "_wrap_batch", _killed)
    with pytest.raises(KeyboardInterrupt):
        rekeying.rotate(say=quiet)
    monkeypatch.undo()
    halfway = keys.read_key_file().current
    assert read(goal)[0] == "Speak first"

    rekeying.rotate(say=quiet)

    assert keys.read_key_file().current == halfway
    assert read(goal)[0] == "Speak first"


def test_a_rotation_killed_between_the_file_and_its_entry_leaves_one_when_it_goes_on(
    goal, key_file, monkeypatch, arranging
):
    real = keys.key_file_with
    monkeypatch.setattr(keys, "key_file_with", lambda *arguments: (real(*arguments), _killed()))
    with pytest.raises(KeyboardInterrupt):
        rekeying.rotate(say=quiet)
    monkeypatch.undo()
    with arranging():
        assert not AuditEntry.objects.filter(act__startswith="keys_rotat").exists()

    rekeying.rotate(say=quiet)

    with arranging():
        entry = AuditEntry.objects.get(act__startswith="keys_rotat")
    assert (entry.act, entry.facts["key"]) == ("keys_rotation_resumed", keys.read_key_file().current)


def test_a_rotation_killed_before_the_file_is_there_leaves_the_old_one_good(goal, key_file, monkeypatch):
    before = key_file.read_text()
    monkeypatch.setattr(keys, "key_file_with", _killed)
    with pytest.raises(KeyboardInterrupt):
        rekeying.rotate(say=quiet)
    monkeypatch.undo()

    assert key_file.read_text() == before
    with acting_as(KEEPER):
        keys.self_test()


def meanwhile(monkeypatch, module, name, other):
    """Once, just before ``module.name`` does its work, somebody at another terminal does ``other``."""
    real = getattr(module, name)

    def after_other(*arguments):
        monkeypatch.setattr(module, name, real)
        other()
        return real(*arguments)

    monkeypatch.setattr(module, name, after_other)


def test_of_two_rotations_at_once_neither_loses_the_others_key(goal, key_file, monkeypatch):
    meanwhile(monkeypatch, keys, "write_check_of", lambda: rekeying.rotate(say=quiet))

    rekeying.rotate(say=quiet)

    assert len(keys.read_key_file().keys) == 2
    assert read(goal) == ("Speak first", "first three minutes", "I hide")


def test_a_rotation_whose_key_is_no_longer_the_newest_wraps_by_the_newest(goal, key_file, monkeypatch):
    meanwhile(monkeypatch, rekeying, "_wrap_batch", lambda: (rekeying.rotate(say=quiet), rekeying.rotate(say=quiet)))

    rekeying.rotate(say=quiet)

    with acting_as(KEEPER):
        assert set(ScopeKey.objects.values_list("kek_id", flat=True)) == {keys.read_key_file().current}
    assert read(goal)[0] == "Speak first"


def test_a_rotation_while_keys_are_retired_loses_no_key(goal, key_file, monkeypatch):
    """Retirement has read the key file; a rotation puts a key into it; what retirement leaves has that key."""
    rekeying.rotate(say=quiet)
    rekeying.reencrypt(say=quiet)
    meanwhile(monkeypatch, rekeying, "_drop_unused", lambda: rekeying.rotate(say=quiet))

    rekeying.retire(say=quiet)

    assert read(goal) == ("Speak first", "first three minutes", "I hide")
    with acting_as(KEEPER):
        keys.self_test()


@pytest.mark.django_db(transaction=True)
def test_a_rotation_wraps_nothing_while_keys_leave_the_file(key_file):
    with acting_as("colloquy_arranger"):
        GoalFactory()
    assert wraps_while_keys_leave() == 1


@pytest.mark.django_db(transaction=True)
def test_that_it_waits_is_the_locks_doing(key_file, monkeypatch):
    monkeypatch.setattr(rekeying.keys, "use_key_file", lambda alone=False: None)

    assert wraps_while_keys_leave() == 0


def wraps_while_keys_leave():
    """How many rotations have to wait for whoever takes keys out of the file."""
    rekeying.rotate(say=quiet)
    name, key = keys.new_key()
    rekeying.as_keeper(keys.write_check_of, name, key)
    keys.key_file_with(keys.settings.COLLOQUY_KEY_FILE, {**keys.read_key_file().keys, name: key})
    waited = []

    def wrap():
        try:
            rekeying.as_keeper(rekeying._wrap_batch)
        finally:
            connections.close_all()

    rotation = threading.Thread(target=wrap)
    with acting_as(KEEPER):
        keys._lock("key file", True)
        rotation.start()
        while rotation.is_alive() and not waited:
            if somebody_waits():
                waited.append(1)
            rotation.join(timeout=0.02)
    rotation.join(timeout=10)
    return len(waited)


def test_what_a_killed_rotation_left_beside_the_key_file_goes(goal, key_file, monkeypatch):
    monkeypatch.setattr("os.replace", _killed)
    with pytest.raises(KeyboardInterrupt):
        rekeying.rotate(say=quiet)
    monkeypatch.undo()
    assert len(list(key_file.parent.iterdir())) == 2

    rekeying.rotate(say=quiet)

    assert list(key_file.parent.iterdir()) == [key_file]
    assert read(goal)[0] == "Speak first"


def test_a_wrong_key_file_is_not_rotated(goal, key_file):
    name = keys.read_key_file().current
    key_file.write_text(f"{name} {'A' * 43}=\n")

    with pytest.raises(CommandError, match="not the one"):
        call_command("keys", "rotate")
    assert key_file.read_text() == f"{name} {'A' * 43}=\n"


def _killed(*_arguments, **_named):
    raise KeyboardInterrupt


# reencrypt, retire


@pytest.fixture
def rows(arranging, goal):
    """One row of each sealed table that has a factory, in one group."""
    with arranging():
        peer = MembershipFactory(group=goal.group)
        return [
            goal,
            CheckInFactory(goal=goal),
            ActionStepFactory(membership=goal.membership),
            FeedbackNoteFactory(author=goal.membership, recipient=peer),
            NoteAnswerFactory(note=None, author=peer, recipient=goal.membership),
            FeedbackRequestFactory(membership=peer, peer=goal.membership),
            HelpRequestFactory(note=None, membership=goal.membership, kept_from=peer),
            WatchedBehaviorFactory(membership=peer),
            AirFlagFactory(membership=goal.membership),
            IntroductionFactory(membership=peer),
            MirrorFactory(membership=goal.membership),
            MirrorChoiceFactory(
                ask=MirrorAskFactory(mirror__membership=peer, peer=goal.membership, closed_at=NOW, ended_as="given")
            ),
            ConversationTurnFactory(conversation__coachee=goal.membership, conversation__coach=peer),
        ]


def test_reencrypting_seals_every_text_again_under_a_younger_key(rows, goal, key_file):
    rekeying.rotate(say=quiet)

    assert rekeying.reencrypt(say=quiet) == 5 + 4 + 1 + 5 + 2 + 1 + 1 + 1 + 6 + 4 + 2

    assert versions(goal) == 2
    assert read(goal) == ("Speak first", "first three minutes", "I hide")
    with acting_as(MEMBER, person=goal.membership.person):
        for row in rows:
            again = type(row).objects.get(pk=row.pk)
            for field in row._meta.concrete_fields:
                if isinstance(field, rekeying.SealedTextField):
                    assert text_of(getattr(again, field.name)) == text_of(getattr(row, field.name))


def test_reencrypting_again_does_nothing(rows, goal, key_file):
    rekeying.rotate(say=quiet)
    rekeying.reencrypt(say=quiet)

    assert rekeying.reencrypt(say=quiet) == 0
    assert versions(goal) == 2


def test_one_scope_can_be_sealed_again_without_a_rotation(rows, goal, key_file):
    call_command("keys", "reencrypt", scope=f"group:{goal.group_id}")

    assert versions(goal) == 2
    assert read(goal)[0] == "Speak first"


@pytest.mark.parametrize("after", range(1, 6))
def test_a_reencryption_that_was_killed_goes_on(rows, goal, key_file, monkeypatch, after):
    monkeypatch.setattr(rekeying, "BATCH", 1)
    real, calls = rekeying._reseal_batch, []

    def reseal(*arguments):
        calls.append(1)
        if len(calls) == after:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(rekeying, "_reseal_batch", reseal)
    rekeying.rotate(say=quiet)
    with pytest.raises(KeyboardInterrupt):
        rekeying.reencrypt(say=quiet)
    monkeypatch.setattr(rekeying, "_reseal_batch", real)
    assert read(goal) == ("Speak first", "first three minutes", "I hide")
    with pytest.raises(rekeying.StillInUse):
        rekeying.retire(say=quiet)

    rekeying.reencrypt(say=quiet)
    rekeying.retire(say=quiet)

    assert versions(goal) == 2
    assert read(goal) == ("Speak first", "first three minutes", "I hide")


def test_retiring_destroys_older_data_keys_and_drops_the_old_key(rows, goal, key_file):
    old = keys.read_key_file().current
    rekeying.rotate(say=quiet)
    rekeying.reencrypt(say=quiet)

    rekeying.retire(say=quiet)

    with acting_as(KEEPER):
        gone = ScopeKey.objects.get(scope_id=goal.group_id, version=1)
        assert bytes(gone.wrapped) == b""
        assert gone.retired_at
        assert not KeyCheck.objects.filter(kek_id=old).exists()
    assert old not in keys.read_key_file().keys
    assert read(goal)[0] == "Speak first"


def test_a_retirement_killed_between_the_file_and_the_database_goes_on(rows, goal, key_file, monkeypatch):
    old, real = keys.read_key_file().current, keys.key_file_with
    rekeying.rotate(say=quiet)
    rekeying.reencrypt(say=quiet)
    monkeypatch.setattr(keys, "key_file_with", lambda *arguments: (real(*arguments), _killed()))
    with pytest.raises(KeyboardInterrupt):
        rekeying.retire(say=quiet)
    monkeypatch.setattr(keys, "key_file_with", real)
    assert old not in keys.read_key_file().keys
    assert read(goal)[0] == "Speak first"

    rekeying.retire(say=quiet)

    assert read(goal)[0] == "Speak first"
    with acting_as(KEEPER):
        keys.self_test()


def test_a_text_that_somebody_changed_meanwhile_is_left_as_they_wrote_it(rows, goal, key_file, monkeypatch):
    """The keeper has read the old text; its author changes it; the keeper's update finds another value."""
    field = Goal._meta.get_field("title")
    real = type(field).unseal

    def unseal(self, instance, value):
        text = real(self, instance, value)
        if self is field and not changed:
            changed.append(1)
            with acting_as(MEMBER, person=goal.membership.person):
                mine = Goal.objects.get(pk=goal.pk)
                mine.title = "My newer words"
                mine.save(update_fields=["title"])
        return text

    changed = []
    monkeypatch.setattr(type(field), "unseal", unseal)
    rekeying.reencrypt(scope=scope_of(goal), say=quiet)
    monkeypatch.undo()

    assert changed
    assert read(goal)[0] == "My newer words"


@pytest.mark.django_db(transaction=True)
def test_a_key_that_somebody_is_writing_with_is_not_retired(key_file):
    assert retire_while_somebody_writes() == "their words"


@pytest.mark.django_db(transaction=True)
def test_that_it_is_not_is_the_locks_doing(key_file, monkeypatch):
    monkeypatch.setattr(keys, "use_keys_of", lambda scope, alone=False: None)

    with pytest.raises(keys.SealBroken):
        retire_while_somebody_writes()


def retire_while_somebody_writes():
    """Somebody seals under the old key and has not committed yet; what they wrote, read after the key is retired."""
    with acting_as("colloquy_arranger"):
        goal = GoalFactory()
    sealed, go_on, step = threading.Event(), threading.Event(), []

    def write():
        try:
            with acting_as(MEMBER, person=goal.membership.person):
                step.append(ActionStepFactory(membership=goal.membership, text="their words"))
                sealed.set()
                go_on.wait(40)
        finally:
            connections.close_all()

    def retire():
        try:
            rekeying.reencrypt(scope=scope_of(goal), say=quiet)
            rekeying.retire(say=quiet)
        except rekeying.StillInUse:
            pass
        finally:
            connections.close_all()

    writer, keeper = threading.Thread(target=write), threading.Thread(target=retire)
    writer.start()
    sealed.wait(10)
    keeper.start()
    assert wait_for(lambda: somebody_waits() or not keeper.is_alive(), seconds=30)  # for the writer, or it is done
    go_on.set()
    writer.join()
    keeper.join()
    with acting_as(MEMBER, person=goal.membership.person):
        return ActionStep.objects.get(pk=step[0].pk).text.open()


# shred


def test_shredding_makes_a_scope_unreadable_for_ever_and_refuses_new_words(rows, goal, key_file, arranging):
    with arranging():
        elsewhere = GoalFactory(title="Elsewhere")
    call_command("keys", "shred", scope=f"group:{goal.group_id}", yes=True)

    with pytest.raises(keys.Shredded):
        read(goal)
    with pytest.raises(keys.Shredded), acting_as(MEMBER, person=goal.membership.person):
        ActionStepFactory(membership=goal.membership)
    assert read(elsewhere)[0] == "Elsewhere"
    with acting_as(MEMBER, person=goal.membership.person):
        assert AuditEntry.objects.get(act="keys_shredded").group_id == goal.group_id
    rekeying.rotate(say=quiet)
    rekeying.reencrypt(say=quiet)
    rekeying.retire(say=quiet)
    with pytest.raises(keys.Shredded):
        read(goal)


@pytest.mark.parametrize("one", [True, False])
def test_a_scope_shredded_while_others_are_sealed_again_gets_no_new_key(rows, goal, key_file, monkeypatch, one):
    rekeying.rotate(say=quiet)
    meanwhile(monkeypatch, rekeying, "_renew", lambda: rekeying.shred(scope_of(goal), say=quiet))

    with suppress(keys.Shredded):
        rekeying.reencrypt(scope=scope_of(goal) if one else None, say=quiet)

    with pytest.raises(keys.Shredded), acting_as(MEMBER, person=goal.membership.person):
        ActionStepFactory(membership=goal.membership)


def test_new_keys_are_made_in_batches(goal, key_file, arranging, monkeypatch):
    with arranging():
        others = [GoalFactory(title=f"Elsewhere {number}") for number in range(4)]
    monkeypatch.setattr(rekeying, "BATCH", 2)
    rekeying.rotate(say=quiet)
    said = []

    rekeying.reencrypt(say=said.append)

    assert said[0] == "5 new data keys."
    assert [read(other)[0] for other in others] == [f"Elsewhere {number}" for number in range(4)]


@pytest.mark.parametrize("answer", ["", "yes"])
def test_shredding_asks_for_the_id(goal, key_file, monkeypatch, answer):
    monkeypatch.setattr("builtins.input", lambda _question: answer)

    with pytest.raises(CommandError, match="Nothing was destroyed"):
        call_command("keys", "shred", scope=f"group:{goal.group_id}")
    assert read(goal)[0] == "Speak first"


@pytest.mark.parametrize("scope", ["group:nothing", "group:00000000-0000-0000-0000-000000000000", "", "everything"])
def test_a_scope_that_is_none_is_said(goal, key_file, scope):
    with pytest.raises(CommandError):
        call_command("keys", "shred", scope=scope, yes=True)
    assert read(goal)[0] == "Speak first"


# The keeper's eyes


def test_the_keeper_reads_no_more_than_it_seals_again(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attrelid::regclass::text, array_agg(attname::text) FROM pg_attribute, aclexplode(attacl) a "
            "JOIN pg_roles r ON r.oid = a.grantee WHERE r.rolname = 'colloquy_keeper' AND privilege_type = 'SELECT' "
            "GROUP BY attrelid"
        )
        found = {table: set(columns) for table, columns in cursor.fetchall()}
    expected = {"mfa_authenticator": {"id", "type", "data"}, "groups_pairinvitation": {"id", "line"}}
    for column in rekeying.sealed_columns():
        one = expected.setdefault(column.model._meta.db_table, {"id", "organization_id"})
        one |= {column.field.column, column.field.scope_column, f"{column.field.author}_id"}
    assert found == expected


# For real: other processes, killed, while others write


@pytest.mark.django_db(transaction=True)
def test_keys_change_under_write_load_and_kills_and_every_word_is_still_there(services, key_file):
    with acting_as("colloquy_arranger"):
        membership = MembershipFactory()
        GoalFactory(membership=membership)
    stop, written, failures = threading.Event(), [], []
    writers = [threading.Thread(target=_write, args=(membership, n, stop, written, failures)) for n in range(3)]
    for writer in writers:
        writer.start()
    try:
        for action in ("rotate", "reencrypt", "retire", "reencrypt", "retire", "rotate", "reencrypt", "retire"):
            _run_and_kill(services, key_file, action)
        for action in ("rotate", "reencrypt"):
            _command(services, key_file, action).communicate(timeout=60)
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    for action in ("reencrypt", "retire"):
        done = _command(services, key_file, action)
        _out, errors = done.communicate(timeout=60)
        assert done.returncode == 0, errors

    assert failures == []
    assert len(written) > 50
    with acting_as(MEMBER, person=membership.person):
        kept = {row.pk: row.text.open() for row in ActionStep.objects.all()}
    assert kept == dict(written)
    with acting_as(KEEPER):
        alive = list(ScopeKey.objects.filter(retired_at=None).values_list("scope_id", flat=True))
    assert len(alive) == len(set(alive))


def _write(membership, number, stop, written, failures):
    count = 0
    try:
        while not stop.is_set():
            text = f"writer {number}, step {count}"
            with acting_as(MEMBER, person=membership.person):
                step = ActionStepFactory(membership=membership, text=text)
            written.append((step.pk, text))
            count += 1
            stop.wait(0.005)
    except Exception as error:
        failures.append(repr(error))
        raise
    finally:
        connections.close_all()


def _command(services, key_file, action):
    database = connection.settings_dict["NAME"]
    host = services["socket_dir"].replace("/", "%2F")
    url = f"postgresql://colloquy_custody:{services['passwords']['colloquy_custody']}@{host}/{database}"
    environment = {
        **os.environ,
        "COLLOQUY_LOGIN": "custody",
        "COLLOQUY_DATABASE_URL": url,
        "COLLOQUY_KEY_FILE": str(key_file),
        "DJANGO_SETTINGS_MODULE": "coaching_site.settings",
    }
    return subprocess.Popen(
        [sys.executable, "manage.py", "keys", action],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _run_and_kill(services, key_file, action):
    """Kill it once it is at work: as soon as it says its first word, or is done before that."""
    command = _command(services, key_file, action)
    command.stdout.readline()
    command.send_signal(signal.SIGKILL)
    command.communicate(timeout=60)


def test_every_action_of_the_command_is_documented():
    operations = (ROOT / "docs" / "operations.md").read_text()

    changing = ("rotate", "reencrypt", "retire", "shred")
    assert [action for action in changing if f"keys {action}" not in operations] == []
