"""What sign-in counts is kept in the database: there without Valkey, not taken back with a request that fails."""

import base64

import psycopg
import pytest
import redis
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.core.cache import cache
from django.db import connection
from django.urls import reverse

from tests.conftest import WalledClient

pytestmark = pytest.mark.django_db(transaction=True)
TRIED = {"login": "somebody@example.com", "password": "wrong"}


@pytest.fixture(autouse=True)
def _nothing_counted(transactional_db):
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def counted(services):
    """``counted()``: what another connection finds in the table, and so what is committed: [(key, value)]."""
    where = connection.settings_dict
    conninfo = psycopg.conninfo.make_conninfo(
        host=where["HOST"], dbname=where["NAME"], user=where["USER"], password=where["PASSWORD"]
    )

    def look():
        with psycopg.connect(conninfo) as other:
            return other.execute("SELECT cache_key, value FROM accounts_cache").fetchall()

    return look


def test_many_tries_are_refused_though_valkey_is_away():
    broker = settings.CELERY_BROKER_URL.replace("redis+socket://", "unix://", 1)
    with pytest.raises(redis.ConnectionError):
        redis.Redis.from_url(broker).ping()

    client = WalledClient()
    answers = [client.post(reverse("account_login"), TRIED).status_code for _try in range(31)]

    assert (set(answers[:30]), answers[30]) == ({200}, 429)


def test_a_guesser_of_one_password_is_refused_after_five_tries_from_anywhere():
    client = WalledClient()
    for number in range(5):
        client.post(reverse("account_login"), TRIED, REMOTE_ADDR=f"192.0.2.{number}")

    page = client.post(reverse("account_login"), TRIED, REMOTE_ADDR="198.51.100.9").content.decode()

    assert "Too many failed login attempts" in page


def test_a_request_that_fails_is_counted_all_the_same(counted):
    def fail(**kwargs):
        raise RuntimeError("something breaks after the password was found wrong")

    user_login_failed.connect(fail)
    try:
        answer = WalledClient(raise_request_exception=False).post(reverse("account_login"), TRIED)
    finally:
        user_login_failed.disconnect(fail)

    assert (answer.status_code, len(counted()) > 0) == (500, True)


def test_the_table_names_neither_the_address_that_was_tried_nor_where_from(counted):
    WalledClient().post(reverse("account_login"), TRIED, REMOTE_ADDR="192.0.2.77")

    rows = counted()

    assert len(rows) >= 2
    assert {len(key) for key, _value in rows} == {64}
    words = str([(key, base64.b64decode(value)) for key, value in rows])
    assert "somebody" not in words
    assert "192.0.2" not in words
