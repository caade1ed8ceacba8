"""What the table of sign-ins holds signs nobody in."""

import asyncio
import base64
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from accounts.login_sessions import SessionStore, stored


def keys_in_table():
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_key FROM django_session")
        return [key for (key,) in cursor.fetchall()]


def test_a_stolen_row_signs_nobody_in(as_person, client, world):
    signed_in = as_person(world.people["member"])
    cookie = signed_in.cookies["sessionid"].value
    (in_table,) = keys_in_table()

    client.cookies["sessionid"] = in_table
    thief = client.get("/today/").status_code
    client.cookies["sessionid"] = cookie
    owner = client.get("/today/").status_code

    assert in_table == stored(cookie)
    assert (thief, owner) == (302, 200)


def test_that_djangos_own_store_would_let_the_thief_in(client, world, settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.db"
    client.force_login(world.people["member"])

    assert keys_in_table() == [client.cookies["sessionid"].value]


def test_a_session_is_kept_changed_renewed_and_ended(db):
    store = SessionStore()
    store["a"] = 1
    store.save()
    again = SessionStore(store.session_key)
    again["b"] = 2
    again.save()
    old = again.session_key
    again.cycle_key()
    renewed = SessionStore(again.session_key)

    assert (renewed["a"], renewed["b"]) == (1, 2)
    assert not SessionStore().exists(old)
    assert SessionStore(old).load() == {}
    renewed.flush()
    assert keys_in_table() == []


def test_the_async_twins_look_by_the_hash_too(db):
    key = "a" * 32

    async def row_of():
        store = SessionStore(key)
        store._session_cache = {}  # new: nothing to load
        return await store.acreate_model_instance({"a": 1})

    with ThreadPoolExecutor() as elsewhere:  # a browser's test may have left a loop running in this thread
        row = elsewhere.submit(lambda: asyncio.run(row_of())).result()
    assert row.session_key == stored(key)


def data_in_table():
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_data FROM django_session")
        return [data for (data,) in cursor.fetchall()]


def test_the_table_does_not_tell_what_a_session_remembers(db):
    store = SessionStore()
    store["code"] = "K3Y-C0D"
    store.save()

    (sealed,) = data_in_table()

    assert SessionStore(store.session_key)["code"] == "K3Y-C0D"
    assert b"K3Y-C0D" not in base64.b64decode(sealed)
    assert SessionStore(store.session_key).encode({"code": "K3Y-C0D"}) != sealed


def test_a_row_in_the_place_of_another_is_nobodys(as_person, world):
    member, peer = as_person(world.people["member"]), as_person(world.people["peer"])
    mine, theirs = (stored(client.cookies["sessionid"].value) for client in (member, peer))
    before = member.get("/today/").status_code
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE django_session SET session_data = "
            "(SELECT session_data FROM django_session WHERE session_key = %s) WHERE session_key = %s",
            [theirs, mine],
        )

    assert (before, member.get("/today/").status_code, peer.get("/today/").status_code) == (200, 302, 200)


def test_another_secret_key_signs_everybody_out(as_person, world, settings):
    client = as_person(world.people["member"])

    settings.SECRET_KEY = "another"

    assert client.get("/today/").status_code == 302


def test_a_row_of_before_or_a_broken_one_is_nobodys(as_person, world):
    client = as_person(world.people["member"])
    for data in ("", "no base64!", "e30:1abcde:signed-by-django", base64.b64encode(b"x" * 40).decode(), "é"):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE django_session SET session_data = %s", [data])

        assert client.get("/today/").status_code == 302
