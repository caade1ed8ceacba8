"""The list of sign-ins: whose it is, what ends one, and what is told about a browser not seen before."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import sign_ins
from accounts.devices import device_label
from accounts.login_sessions import open_sessions, stored
from accounts.models import SignIn
from accounts.receivers import DEVICE_COOKIE
from accounts.tasks import forget_old_sign_ins
from common.actor import acting_as
from common.fences import MEMBER, WORKER
from nudges.models import Nudge
from nudges.services import owe
from tests.accounts.conftest import PASSWORD
from tests.conftest import WalledClient
from tests.factories import NOW
from tests.nudges.sending import send_all

FIREFOX = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def person(world, with_password):
    return with_password(world.people["member"])


@pytest.fixture
def browser():
    """``browser(person)``: a browser that signed in by the form; with ``at`` one that was there before."""

    def sign_in(person, at=None, agent=FIREFOX, password=PASSWORD):
        client = at or WalledClient(headers={"user-agent": agent})
        client.post(reverse("account_login"), {"login": person.email, "password": password})
        return client

    return sign_in


def is_in(client):
    return client.get("/today/").status_code == 200


def rows_of(person, **filters):
    with acting_as(MEMBER, person=person):
        return list(SignIn.objects.visible_to(person).filter(**filters).order_by("started_at"))


def owed():
    with acting_as(WORKER):
        return list(Nudge.objects.filter(kind="new_sign_in").values_list("recipient_id", "organization_id"))


# --- The list ---------------------------------------------------------------------------------------------------------


def test_the_list_says_where_one_is_signed_in_and_which_is_this_one(browser, person):
    here = browser(person)
    browser(person, agent="Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36")

    page = here.get(reverse("accounts:sign_ins")).content.decode()

    assert page.count("data-sign-in=") == 2
    mine, other = sorted(page.split("data-sign-in=")[1:], key=lambda part: "This browser" not in part)
    assert ("Firefox on macOS" in mine, "Chrome on Android" in other, "This browser" in other) == (True, True, False)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long(as_person, person, django_assert_num_queries, count):
    for _browser in range(count):
        client = as_person(person)

    # login session, person; savepoint, context, places; sign-ins; release, context back
    with django_assert_num_queries(8):
        page = client.get(reverse("accounts:sign_ins"))

    assert page.content.count(b"data-sign-in=") == count


def test_visible_to_shows_ones_own_only(as_person, world):
    for name in ("member", "peer", "super"):
        as_person(world.people[name])

    with acting_as("colloquy_arranger"):
        assert SignIn.objects.count() == 3
        for name in ("member", "peer", "super"):
            assert [row.person for row in SignIn.objects.visible_to(world.people[name])] == [world.people[name]]
        assert not SignIn.objects.visible_to(world.people["hr"]).exists()


def found_by(person):
    with acting_as(MEMBER, person=person):
        return SignIn.objects.count()


def test_row_security_alone_shows_ones_own_only(as_person, world):
    as_person(world.people["member"])

    assert [found_by(world.people[name]) for name in ("member", "peer", "super")] == [1, 0, 0]


def test_that_proof_can_fail(as_person, world, as_owner):
    as_person(world.people["member"])

    with as_owner("ALTER TABLE accounts_signin DISABLE ROW LEVEL SECURITY"):
        assert found_by(world.people["peer"]) == 1


def test_the_table_holds_neither_the_key_of_a_session_nor_the_name_of_a_browser(browser, person):
    client = browser(person)
    (row,) = rows_of(person)

    assert row.session_hash == stored(client.cookies["sessionid"].value)
    assert client.cookies[DEVICE_COOKIE].value not in str(vars(row))


@pytest.mark.parametrize(
    ("agent", "label"),
    [
        (FIREFOX, "Firefox on macOS"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1 Version/18.5 Mobile Safari/604.1",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1 CriOS/140.0 Safari/604.1", "Chrome on iPad"),
        ("Mozilla/5.0 (X11; CrOS x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome on ChromeOS"),
        ("Something for Windows", "A browser on Windows"),
        ("Firefox/1.0", "Firefox"),
        ("", "A browser"),
        ("<script>" * 40, "A browser"),
    ],
)
def test_a_browser_is_called_what_its_owner_would_call_it(agent, label):
    assert device_label(agent) == label


# --- Ending ----------------------------------------------------------------------------------------------------------


def test_one_sign_in_is_ended_with_its_next_request(browser, person):
    here, there, third = browser(person), browser(person), browser(person)
    (row,) = rows_of(person, session_hash=stored(there.cookies["sessionid"].value))

    here.post(reverse("accounts:sign_in_end", args=[row.pk]))

    assert (is_in(here), is_in(there), is_in(third)) == (True, False, True)
    assert here.get(reverse("accounts:sign_ins")).content.count(b"data-sign-in=") == 2


def test_everywhere_else_means_everywhere_else(browser, person, world, with_password):
    here, there, third = browser(person), browser(person), browser(person)
    peer = browser(with_password(world.people["peer"]))

    here.post(reverse("accounts:sign_ins_end_others"))

    assert (is_in(here), is_in(there), is_in(third), is_in(peer)) == (True, False, False, True)
    assert len(rows_of(person, ended_at=None)) == 1


def test_nobody_ends_the_sign_in_of_another(as_person, world):
    victim = as_person(world.people["member"])
    (row,) = rows_of(world.people["member"])

    answer = as_person(world.people["peer"]).post(reverse("accounts:sign_in_end", args=[row.pk]))
    with acting_as(MEMBER, person=world.people["peer"]):
        ended = sign_ins.end_sign_ins(SignIn.objects.filter(pk=row.pk), now=NOW)

    assert (answer.status_code, ended, is_in(victim)) == (404, 0, True)


def test_a_new_password_ends_every_other_sign_in(browser, person):
    here, there = browser(person), browser(person)

    here.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "another-long-phrase", "password2": "another-long-phrase"},
    )

    assert (is_in(here), is_in(there)) == (True, False)
    assert here.get(reverse("accounts:sign_ins")).content.count(b"data-sign-in=") == 1
    assert open_sessions(timezone.now()).count() == 1


def test_a_forgotten_password_ends_all_of_them(client, browser, person):
    there = browser(person)
    client.post(reverse("account_reset_password"), {"email": person.email})
    link = next(word for word in mail.outbox[-1].body.split() if "/password/reset/key/" in word)
    form = client.get("/accounts" + link.partition("/accounts")[2], follow=True)

    client.post(form.request["PATH_INFO"], dict.fromkeys(("password1", "password2"), "another-long-phrase"))

    assert (is_in(client), is_in(there)) == (True, False)
    assert len(rows_of(person, ended_at=None)) == 1


def test_signing_out_leaves_the_list(browser, person):
    here, there = browser(person), browser(person)

    there.post(reverse("account_logout"))

    assert here.get(reverse("accounts:sign_ins")).content.count(b"data-sign-in=") == 1
    assert len(rows_of(person, ended_at=None)) == 1


def test_an_expired_sign_in_leaves_the_list(as_person, person):
    as_person(person)
    client = as_person(person)
    (first, _second) = rows_of(person)
    open_sessions(timezone.now()).filter(session_key=first.session_hash).update(expire_date="2020-01-01T00:00Z")

    assert client.get(reverse("accounts:sign_ins")).content.count(b"data-sign-in=") == 1


@pytest.mark.parametrize(("minutes", "noted"), [(9, 0), (11, 11)])
def test_use_is_noted_every_ten_minutes(as_person, person, minutes, noted):
    with time_machine.travel(NOW, tick=False) as clock:
        client = as_person(person)
        clock.shift(timedelta(minutes=minutes))
        client.get("/today/")
        clock.shift(timedelta(seconds=30))
        client.get("/today/")

    (row,) = rows_of(person)
    assert row.seen_at == NOW + timedelta(minutes=noted)


# --- A browser not seen before ---------------------------------------------------------------------------------------


def test_a_new_browser_is_announced_once_and_the_sign_up_is_not(browser, person):
    first = browser(person)
    told = [len(owed())]
    second = browser(person)
    told.append(len(owed()))
    for known in (first, second):
        known.post(reverse("account_logout"))
        browser(person, at=known)
        assert is_in(known)
    told.append(len(owed()))

    assert told == [0, 1, 1]
    assert owed() == [(person.pk, None)]


def test_a_browser_is_new_for_each_person(browser, person, world, with_password):
    peer = with_password(world.people["peer"])
    browser(peer)
    shared = browser(person)
    shared.post(reverse("account_logout"))

    browser(peer, at=shared)

    assert owed() == [(peer.pk, None)]
    assert rows_of(peer)[-1].device_hash != rows_of(person)[0].device_hash


@pytest.mark.parametrize("secure", [True, False])
def test_the_name_of_a_browser_is_out_of_reach_of_scripts_and_other_sites(browser, person, settings, secure):
    settings.SESSION_COOKIE_SECURE = secure

    cookie = browser(person).cookies[DEVICE_COOKIE]

    assert (cookie["httponly"], cookie["samesite"], bool(cookie["secure"])) == (True, "Lax", secure)
    assert cookie["max-age"] == 400 * 24 * 60 * 60
    assert len(cookie.value) > 40


def test_the_notice_says_what_when_in_their_time_and_where_to_look(browser, person):
    person.timezone = "Asia/Tokyo"
    person.save(update_fields=["timezone"])
    with time_machine.travel(NOW, tick=False):
        browser(person)
        browser(person)
        send_all()

    (message,) = mail.outbox
    html = message.alternatives[0].content
    for text in (message.body, html):
        assert "Firefox on macOS" in text
        assert "Monday, 8 February 2027, 18:00" in text
        assert "http://localhost:8000/you/sign-ins/" in text
    assert message.to == [person.email]
    assert "List-Unsubscribe" not in message.extra_headers


def test_the_notice_is_owed_or_nobody_is_signed_in(browser, person, as_owner):
    browser(person)

    with as_owner("REVOKE INSERT ON nudges_nudge FROM colloquy_member"):
        late = WalledClient(raise_request_exception=False)
        answer = late.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})

    assert (answer.status_code, "sessionid" in late.cookies) == (500, False)


def nudge_to(person, organization=None):
    return Nudge(recipient=person, organization=organization, kind="x", dedupe_key="x", send_after=NOW)


def owe_as(actor, nudge):
    with acting_as(MEMBER, person=actor):
        owe([nudge])


def test_without_an_organization_one_owes_oneself_and_nobody_else(world):
    owe_as(world.people["member"], nudge_to(world.people["member"]))

    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        owe_as(world.people["member"], nudge_to(world.people["peer"]))
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        owe_as(world.people["member"], nudge_to(world.people["member"], world.foreign))


def test_that_wall_can_fail(world, as_owner):
    with as_owner("ALTER POLICY nudges_nudge_walls_fence_member ON nudges_nudge USING (true) WITH CHECK (true)"):
        owe_as(world.people["member"], nudge_to(world.people["peer"]))


# --- Forgetting ------------------------------------------------------------------------------------------------------


def test_what_has_expired_is_forgotten_and_nothing_else(as_person, world, arranging):
    old, new = as_person(world.people["member"]), as_person(world.people["peer"])
    long_ago = timezone.now() - sign_ins.REMEMBERED_FOR - timedelta(days=1)
    hashes = [stored(client.cookies["sessionid"].value) for client in (old, new)]
    open_sessions(timezone.now()).filter(session_key=hashes[0]).update(expire_date=long_ago)
    with arranging(), connection.cursor() as cursor:
        SignIn.objects.filter(session_hash=hashes[0]).update(seen_at=long_ago)
        cursor.execute("INSERT INTO accounts_cache VALUES ('old', '', %s), ('new', '', now() + interval '1 minute')", [
            long_ago,
        ])  # fmt: skip

    for _twice in range(2):
        forget_old_sign_ins()

    with arranging(), connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM accounts_cache UNION ALL SELECT session_key FROM django_session")
        left = {key for (key,) in cursor.fetchall()}
        assert (left, [row.session_hash for row in SignIn.objects.all()]) == ({"new", hashes[1]}, [hashes[1]])
    assert is_in(new)


@pytest.mark.parametrize("table", ["django_session", "accounts_cache"])
def test_the_worker_reads_no_sign_in(db, table):
    denied = pytest.raises(DatabaseError, match="permission denied")
    with acting_as(WORKER), connection.cursor() as cursor, denied, transaction.atomic():
        cursor.execute(f"SELECT * FROM {table}")
