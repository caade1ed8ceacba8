"""``docs/operations.md`` has a row for each setting, command, job, check, login and message, and no row too many."""

import argparse
import ast
import re
from datetime import time, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils.module_loading import import_string

from coaching_site.services import supervisor
from common.actor import acting_as
from common.bootstrap import LOGINS, ROLES
from common.management.commands.bootstrap_roles import PASSWORDS, SUPERUSER
from nudges import kinds
from nudges.models import Nudge
from tests.architecture.pages import ROOT, first_names, page, rows, section

OPERATIONS = page("operations.md")


def settings_read(source):
    """Every COLLOQUY_* value that a module asks the environment for."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and node.args]
    first = {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}
    return {name for name in first if isinstance(name, str) and re.fullmatch("COLLOQUY_[A-Z_]+", name)}


def commands():
    return {
        file.stem
        for file in ROOT.glob("*/management/commands/*.py")
        if file.stem != "__init__" and file.parts[-4] not in {"tests", ".venv"}
    }


def checks():
    source = (ROOT / "coaching_site/checks.py").read_text()
    return {f"colloquy.{code}" for code in re.findall(r'"(E\d{3})"', source)}


def unwell_names():
    """What readiness can name: keys of the dictionary it fills."""
    sources = [(ROOT / "coaching_site" / name).read_text() for name in ("readiness.py", "views.py")]
    return set(re.findall(r'found\["(\w+)"\]', sources[0])) | set(re.findall(r'unwell = \{"(\w+)"', sources[1]))


def options():
    parser = argparse.ArgumentParser(add_help=False)
    supervisor.add_arguments(parser)
    return {name for action in parser._actions for name in action.option_strings}


def scheduled():
    from django.conf import settings

    return {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}


def variables():
    return {SUPERUSER, *PASSWORDS.values()}


def kinds_of_messages():
    return {name for name in kinds._kinds if not name.startswith("test_")}


THINGS = {
    "setting": ("Settings", lambda: settings_read((ROOT / "coaching_site/settings.py").read_text())),
    "command": ("Commands", commands),
    "variable": ("A real installation", variables),
    "job": ("Work on the clock", scheduled),
    "sign of illness": ("Health", unwell_names),
    "check": ("Deploy checks", checks),
    "login or role": ("Logins and roles", lambda: {*LOGINS, *ROLES}),
    "option": ("On one machine: `./run`", options),
}


def documented(title):
    names = set(first_names(section(OPERATIONS, title)))
    return {name for name in names if name.startswith("--")} if "./run" in title else names


@pytest.mark.parametrize("thing", THINGS)
def test_the_page_has_a_row_for_each(thing):
    title, there_are = THINGS[thing]

    assert documented(title) == there_are()


def test_each_is_more_than_nothing():
    assert {thing: bool(there_are()) for thing, (_title, there_are) in THINGS.items()} == dict.fromkeys(THINGS, True)


def test_a_new_setting_is_noticed():
    assert settings_read('A = env.str("COLLOQUY_NEW", default="")\nB = os.environ.get("COLLOQUY_OLD")') == {
        "COLLOQUY_NEW", "COLLOQUY_OLD",
    }  # fmt: skip


def in_words(value):
    if isinstance(value, timedelta):
        number, unit = (value.days, "day") if value.days else (value.seconds // 60, "minute")
        return f"{number} {unit}{'' if number == 1 else 's'}"
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def test_the_numbers_of_mail_are_those_of_the_code():
    table = [row for row in rows(section(OPERATIONS, "Mail")) if len(row) == 2]
    names = {re.match(r"`([\w.]+)`", name)[1]: value for name, value in table}

    assert len(names) == 6
    assert names == {name: in_words(import_string(name)) for name in names}


def test_the_page_knows_every_message():
    table = [row for row in rows(section(OPERATIONS, "Mail")) if len(row) == 3]

    assert table == [
        [f"`{name}`", "yes" if kind.label else "no", in_words(kind.good_for)]
        for name, kind in sorted(kinds._kinds.items())
        if name in kinds_of_messages()
    ]


def snippet(text):
    """The Python that the page hands to ``manage.py shell`` in the code block that holds ``text``."""
    block = next(block for block in re.findall(r"manage\.py shell -c '\n(.*?)\n *'", OPERATIONS, re.S) if text in block)
    indent = len(block) - len(block.lstrip())
    return "\n".join(line[indent:] for line in block.splitlines())


def test_failed_mails_are_listed_by_the_pages_own_words(world, capsys):
    with acting_as("colloquy_worker"):
        Nudge.objects.create(
            organization=world.organization, recipient=world.people["member"], kind="step_due", dedupe_key="x",
            state="failed", send_after="2027-01-01T00:00Z", reason="The mail server refused it: 550",
        )  # fmt: skip

    exec(snippet("failed"), {})

    assert capsys.readouterr().out.endswith("step_due The mail server refused it: 550\n")


@pytest.fixture
def signed_in(as_person, world):
    return as_person(world.people["member"])


def test_all_sign_ins_end_by_the_pages_own_words(signed_in):
    before = signed_in.get("/today/").status_code

    exec(snippet("Session"), {})

    assert (before, signed_in.get("/today/").status_code) == (200, 302)


def test_second_factors_are_taken_away_by_the_pages_own_words(world):
    for name in ("member", "peer"):
        Authenticator.objects.create(user=world.people[name], type="totp", data={})
    words = snippet("Authenticator").replace("somebody@example.org", world.people["member"].email)

    exec(words, {})

    assert [one.user for one in Authenticator.objects.all()] == [world.people["peer"]]


def test_the_web_login_clears_expired_sign_ins(signed_in):
    Session.objects.update(expire_date="2020-01-01T00:00Z")

    call_command("clearsessions")

    assert not Session.objects.exists()
