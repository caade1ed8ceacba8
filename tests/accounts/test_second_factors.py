"""Second factors: sealed in the table, asked for after the password and after its reset, required of who has a duty."""

import os
import re
import subprocess
import sys

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.mfa import PURPOSE
from common.secret_values import open_secret
from tests.accounts.conftest import PASSWORD
from tests.factories import NOW
from tests.totp import code_at

STEP = "/accounts/second-step/authenticate/"
NEEDED = "/you/second-step/"
OF_A_KEY = ("mfa_edit_webauthn", "mfa_remove_webauthn")


@pytest.fixture
def guarded(world, with_password):
    """*peer*, who has a password, an app with this secret, and recovery codes."""
    person = with_password(world.people["peer"])
    person.secret = generate_totp_secret()
    TOTP.activate(person, person.secret)
    person.recovery = RecoveryCodes.activate(person)
    return person


def sign_in(client, person, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": person.email, "password": password})


def is_in(client):
    return client.get("/today/").status_code == 200


def test_the_table_holds_no_secret_of_an_app_and_no_seed_of_codes(guarded):
    with connection.cursor() as cursor:
        cursor.execute("SELECT type, data FROM mfa_authenticator ORDER BY type")
        table = cursor.fetchall()

    assert [kind for kind, _data in table] == ["recovery_codes", "totp"]
    assert guarded.secret not in str(table)
    app = Authenticator.objects.get(type="totp")
    assert open_secret(app.data["secret"], PURPOSE) == guarded.secret
    seed = Authenticator.objects.get(type="recovery_codes").data["seed"]
    assert re.fullmatch("[0-9a-f]{80}", open_secret(seed, PURPOSE))


def test_the_secret_of_an_app_that_is_being_set_up_is_in_no_table(as_person, world, with_password):
    client = as_person(with_password(world.people["member"]))
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'id="authenticator_secret" value="(\w{32})"', page)[1]

    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(session_data, ' ') FROM django_session")
        table = cursor.fetchone()[0]

    assert client.session["mfa.totp.secret"] == secret
    assert secret not in table
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_at(secret)})
    assert answer.url == reverse("mfa_view_recovery_codes")
    assert "mfa.totp.secret" not in client.session


def test_a_password_alone_does_not_open_a_guarded_account(client, guarded):
    answer = sign_in(client, guarded)

    assert (answer.url, is_in(client)) == (STEP, False)
    assert client.post(STEP, {"code": "000000"}).status_code == 200
    assert not is_in(client)
    client.post(STEP, {"code": code_at(guarded.secret)})
    assert is_in(client)


def test_a_code_opens_once_within_its_half_minute(client, as_person, guarded):
    with time_machine.travel(NOW, tick=False):
        code = code_at(guarded.secret)
        for browser in (client, as_person(None)):
            sign_in(browser, guarded)
            browser.post(STEP, {"code": code})
            last = is_in(browser)

        assert (is_in(client), last) == (True, False)


def test_a_recovery_code_opens_once(client, as_person, guarded):
    code = guarded.recovery.generate_codes()[0]
    for browser in (client, as_person(None)):
        sign_in(browser, guarded)
        browser.post(STEP, {"code": code})
        last = is_in(browser)

    assert (is_in(client), last) == (True, False)


def test_whoever_holds_the_mailbox_alone_does_not_come_in(client, guarded):
    client.post(reverse("account_reset_password"), {"email": guarded.email})
    link = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", mail.outbox[-1].body)[1]
    form = client.get(link, follow=True)
    answer = client.post(form.request["PATH_INFO"], dict.fromkeys(("password1", "password2"), "another-long-phrase"))

    guarded.refresh_from_db()
    assert guarded.check_password("another-long-phrase")
    assert (answer.url, is_in(client)) == (STEP, False)


def test_adding_and_removing_one_asks_who_it_is_and_tells_the_mailbox(as_person, guarded):
    client = as_person(guarded)
    asked = client.get(reverse("mfa_deactivate_totp"))
    client.post(asked.url, {"password": PASSWORD})
    client.post(reverse("mfa_deactivate_totp"))

    assert asked.url.startswith("/accounts/reauthenticate/")
    assert not Authenticator.objects.filter(user=guarded).exists()  # the recovery codes go with the last
    (notice,) = [message for message in mail.outbox if message.to == [guarded.email]]
    assert "authenticator app" in notice.body


def test_nobody_renames_or_removes_the_key_of_another(as_person, world, with_password):
    keys = {
        name: Authenticator.objects.create(user=world.people[name], type="webauthn", data={"name": f"Key of {name}"})
        for name in ("member", "peer")
    }
    client = as_person(with_password(world.people["member"]))
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})

    answers = {
        name: [client.get(reverse(address, args=[key.pk])).status_code for address in OF_A_KEY]
        + [client.post(reverse("mfa_remove_webauthn", args=[key.pk])).status_code]
        for name, key in keys.items()
    }

    assert answers == {"member": [200, 200, 302], "peer": [404, 404, 404]}
    assert list(Authenticator.objects.all()) == [keys["peer"]]


@pytest.mark.parametrize("address", ["mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes"])
def test_pages_of_the_second_step_are_for_the_signed_in(client, address):
    assert client.get(reverse(address)).url.startswith("/accounts/login/")


# --- Required of who has a duty --------------------------------------------------------------------------------------


def asked_for(world):
    """Addresses at which the duty counts, and two at which it does not, each with its person."""
    programs, people = reverse("groups:programs", args=["meridian"]), reverse("people", args=["meridian"])
    group = reverse("groups:group", args=[world.group.pk])
    return {
        "hr": programs, "owner": people, "coach": programs, "facilitator": group,
        "member": group, "peer": "/today/",
    }  # fmt: skip


@pytest.mark.parametrize("required", [True, False])
def test_who_has_a_duty_sets_up_a_second_factor_first(as_person, world, settings, required):
    settings.COLLOQUY_REQUIRE_SECOND_FACTOR = required

    answers = {name: as_person(world.people[name]).get(url) for name, url in asked_for(world).items()}

    sent = {name for name, answer in answers.items() if getattr(answer, "url", "") == NEEDED}
    shown = {name for name, answer in answers.items() if answer.status_code == 200}
    duties = {"hr", "owner", "coach", "facilitator"} if required else set()
    assert (sent, shown) == (duties, set(answers) - duties)


@pytest.mark.parametrize("name", ["hr", "owner", "coach", "facilitator"])
def test_with_a_second_factor_all_is_as_before(as_person, world, settings, name):
    settings.COLLOQUY_REQUIRE_SECOND_FACTOR = True
    TOTP.activate(world.people[name], generate_totp_secret())

    assert as_person(world.people[name]).get(asked_for(world)[name]).status_code == 200


def test_recovery_codes_are_no_second_factor(as_person, world, settings):
    settings.COLLOQUY_REQUIRE_SECOND_FACTOR = True
    RecoveryCodes.activate(world.people["hr"])

    assert as_person(world.people["hr"]).get(reverse("groups:programs", args=["meridian"])).url == NEEDED


def test_to_outsiders_the_requirement_says_nothing(as_person, world, settings):
    settings.COLLOQUY_REQUIRE_SECOND_FACTOR = True
    client = as_person(world.people["stranger"])

    answers = [client.get(url) for url in (reverse("groups:programs", args=["meridian"]), "/o/nowhere/programs/")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert as_person(world.people["hr"]).get(reverse("people", args=["meridian"])).status_code == 403


def test_the_page_says_why_and_leads_to_both_ways(as_person, world):
    page = as_person(world.people["hr"]).get(NEEDED).content.decode()

    assert "A password alone is not enough" in page
    assert reverse("mfa_add_webauthn") in page
    assert reverse("mfa_activate_totp") in page


@pytest.mark.parametrize("name", ["hr", "facilitator"])
def test_it_costs_one_query_and_none_when_off(as_person, world, settings, name):
    TOTP.activate(world.people[name], generate_totp_secret())
    client, url = as_person(world.people[name]), asked_for(world)[name]
    client.get(url)
    counts = {}
    for settings.COLLOQUY_REQUIRE_SECOND_FACTOR in (False, True):
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        counts[settings.COLLOQUY_REQUIRE_SECOND_FACTOR] = queries

    asking = [query["sql"] for query in counts[True] if "mfa_authenticator" in query["sql"]]
    assert (len(asking), len(counts[True]) - len(counts[False])) == (1, 1)


@pytest.mark.parametrize(
    ("given", "required"),
    [
        ({"COLLOQUY_SITE_URL": "https://colloquy.example"}, True),
        ({"COLLOQUY_SITE_URL": "http://localhost:8000"}, False),
        ({"COLLOQUY_SITE_URL": "https://colloquy.example", "COLLOQUY_EMBEDDED": "1"}, False),
        ({"COLLOQUY_SITE_URL": "https://colloquy.example", "COLLOQUY_REQUIRE_SECOND_FACTOR": "0"}, False),
        ({"COLLOQUY_SITE_URL": "http://localhost:8000", "COLLOQUY_REQUIRE_SECOND_FACTOR": "1"}, True),
    ],
)
def test_it_is_required_where_the_site_is_real(tmp_path, given, required):
    plain = {name: value for name, value in os.environ.items() if not name.startswith("COLLOQUY_")}
    words = "from coaching_site import settings; print(settings.COLLOQUY_REQUIRE_SECOND_FACTOR)"
    said = subprocess.run(
        [sys.executable, "-c", words], env={**plain, "COLLOQUY_DATA": str(tmp_path), **given},
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert said.stdout.strip() == str(required)
