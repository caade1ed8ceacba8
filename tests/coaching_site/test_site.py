"""Health, Today, and what every answer and every log line carries or leaves out."""

import io
import logging
from datetime import timedelta

import pytest
import time_machine
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone

from coaching_site import readiness
from coaching_site.checks import refuse_known_secret
from coaching_site.logs import WithoutBodies, describe
from common.actor import acting_as
from common.fences import MEMBER, WORKER
from common.models import KeyCheck
from goals import services
from nudges.models import WorkerPulse
from tests.factories import NOW, ActionStepFactory, MembershipFactory


@pytest.fixture
def working(db):
    """A worker that was seen just now."""
    with acting_as(WORKER):
        WorkerPulse.objects.create(beat_at=timezone.now())


def test_health_asks_nothing_of_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").content == b"ok\n"


def test_ready_when_all_is_well(client, working):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"ready": True, "unwell": []})


def test_not_ready_without_the_key_file(client, working, settings):
    settings.COLLOQUY_KEY_FILE = "/nowhere/colloquy.key"

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["unwell"]) == (503, ["keys"])


def test_not_ready_under_a_key_file_of_another_database(client, working, arranging):
    with arranging():
        KeyCheck.objects.all().delete()

    assert client.get("/readyz").json()["unwell"] == ["keys"]


def test_not_ready_when_the_worker_has_not_been_seen(db):
    with acting_as(WORKER):
        WorkerPulse.objects.create(beat_at=NOW - timedelta(hours=1))

    assert list(readiness.unwell(now=NOW)) == ["worker"]


def test_not_ready_with_migrations_to_run(working, as_owner):
    with as_owner("DELETE FROM django_migrations WHERE app = 'feedback'"):
        assert list(readiness.unwell(now=timezone.now())) == ["migrations"]


def test_not_ready_without_the_database(client, monkeypatch):
    monkeypatch.setattr(readiness, "unwell", lambda now: (_ for _ in ()).throw(DatabaseError("away")))

    assert (client.get("/readyz").status_code, client.get("/healthz").status_code) == (503, 200)


def test_pages_of_signed_in_people_are_kept_nowhere(as_person, world):
    client = as_person(world.people["member"])

    for address in ("/today/", reverse("goals:board", args=[world.group.pk]), "/accounts/email/", "/nowhere/"):
        assert client.get(address)["Cache-Control"] == "no-store, private"


def test_times_are_in_the_persons_zone(as_person, world):
    peer = world.people["peer"]
    peer.timezone = "Asia/Calcutta"
    peer.save(update_fields=["timezone"])

    with time_machine.travel(NOW, tick=False):
        page = as_person(peer).get("/today/")

    assert "21:30" in page.content.decode()  # 16:00 UTC


@pytest.mark.parametrize("count", [1, 3])
def test_today_query_count_does_not_grow(as_person, arranging, django_assert_num_queries, count):
    with arranging():
        viewer = MembershipFactory()
        ActionStepFactory.create_batch(count, membership=viewer)
    client = as_person(viewer.person)

    # login session, person; savepoint, context, places; memberships, session, goals due, steps, key, readings asked
    # for, check-ins for the small picture, notes and feedback asked for; release, context back
    with django_assert_num_queries(15):
        response = client.get("/today/")

    assert response.content.count(b'dir="auto">Call Priya<') == count


def test_today_says_who_waits_for_a_signature_and_nothing_of_the_group(as_person, world):
    page = as_person(world.people["unsigned"]).get("/today/").content.decode()

    assert "Harbor waits for your signature" in page
    assert "Session 1" not in page


def test_a_log_line_of_an_error_names_it_and_quotes_nothing():
    try:
        raise ValueError("quokkasmile")
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "failed", (), (ValueError, error, error.__traceback__))
        where = describe(error)

    WithoutBodies().filter(record)
    line = logging.Formatter().format(record)

    assert "quokkasmile" not in line
    assert line == f"failed [{where}]"
    assert where.startswith("ValueError at test_site.py:")


def test_that_the_log_filter_is_what_keeps_it_out():
    try:
        raise ValueError("quokkasmile")
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "failed", (), (ValueError, error, error.__traceback__))

    assert "quokkasmile" in logging.Formatter().format(record)


@pytest.fixture
def log():
    """What the configured handler writes."""
    handler = next(h for h in logging.getLogger().handlers if any(isinstance(f, WithoutBodies) for f in h.filters))
    written, before = io.StringIO(), handler.stream
    handler.setStream(written)
    yield written
    handler.setStream(before)


def test_a_failing_page_logs_no_word_of_what_was_posted(as_person, world, monkeypatch, log):
    def broken(**fields):
        raise RuntimeError(f"could not store {fields}")

    monkeypatch.setattr(services, "write_goal", broken)
    client = as_person(world.people["member"])
    client.raise_request_exception = False

    answer = client.post(
        reverse("goals:goal_new", args=[world.group.pk]),
        {"title": "quokkasmile", "behavior": "quokkasmile", "why": "", "target_on": "2127-01-01"},
    )

    assert answer.status_code == 500
    assert b"quokkasmile" not in answer.content
    assert "RuntimeError at " in log.getvalue()
    assert "quokkasmile" not in log.getvalue()


def test_a_refused_address_with_a_token_is_logged_by_its_name(client, world, log):
    token = "f00dfeed" * 8

    for method in ("get", "post"):
        getattr(client, method)(f"/join/{token}/start/")
        getattr(client, method)(f"/nowhere/{token}/")

    assert "405 at groups:join_start" in log.getvalue()
    assert token not in log.getvalue()


def test_a_failing_task_is_logged_without_the_text_of_its_error(log):
    try:
        raise ValueError("quokkasmile")
    except ValueError:
        logging.getLogger("celery.app.trace").error("Task raised unexpected: %s", "quokkasmile", exc_info=True)

    assert "task failed [ValueError at test_site.py" in log.getvalue()
    assert "quokkasmile" not in log.getvalue()


@pytest.mark.parametrize(
    ("change", "served"), [({}, False), ({"DEBUG": True}, True), ({"COLLOQUY_EMBEDDED": True}, True)]
)
def test_nobody_is_served_under_the_key_of_the_source(settings, change, served):
    settings.SECRET_KEY, settings.COLLOQUY_EMBEDDED, settings.DEBUG = "development-only", False, False
    for name, value in change.items():
        setattr(settings, name, value)

    if served:
        refuse_known_secret()
    else:
        with pytest.raises(ImproperlyConfigured):
            refuse_known_secret()


def test_pages_before_sign_in_are_kept_nowhere_either(client, world):
    for address in ("/accounts/login/", "/join/wrong/", "/welcome/wrong/"):
        assert client.get(address)["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"SECRET_KEY": "development-only-and-so-on"}, "E001"),
        ({"DEBUG": True}, "E002"),
        ({"COLLOQUY_EMBEDDED": True}, "E003"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, "E004"),
        ({"COLLOQUY_SITE_URL": "http://colloquy.example"}, "E005"),
        ({"COLLOQUY_KEY_FILE": ""}, "E006"),
        ({"COLLOQUY_LOGIN": "jobs", "COLLOQUY_OWNER_DATABASE_URL": ""}, "E007"),
        ({"COLLOQUY_OWNER_DATABASE_URL": "postgresql://colloquy_owner@db/colloquy"}, "E008"),
    ],
)
def test_each_deploy_check_finds_its_mistake_and_only_that(settings, change, code):
    good = {
        "SECRET_KEY": "x" * 60, "DEBUG": False, "COLLOQUY_EMBEDDED": False, "COLLOQUY_LOGIN": "web",
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "COLLOQUY_SITE_URL": "https://colloquy.example",
        "COLLOQUY_KEY_FILE": "/etc/colloquy.key", "COLLOQUY_OWNER_DATABASE_URL": "",
    }  # fmt: skip

    def findings(values):
        for name, value in values.items():
            setattr(settings, name, value)
        return [c.id for c in run_checks(include_deployment_checks=True) if c.id.startswith("colloquy.")]

    assert (findings(good), findings({**good, **change})) == ([], [f"colloquy.{code}"])


def test_the_member_role_is_what_readiness_asks_as(working, as_owner):
    with as_owner("REVOKE SELECT ON common_keycheck FROM colloquy_member"), pytest.raises(DatabaseError):
        readiness.unwell(now=timezone.now())


def test_a_form_in_an_unknown_encoding_is_refused_in_words(as_person, world):
    client = as_person(world.people["member"])
    address = reverse("goals:goal_new", args=[world.group.pk])

    answer = client.post(address, b"title=x", content_type="application/x-www-form-urlencoded; charset=utf-7")

    assert (answer.status_code, b"We could not read what was sent" in answer.content) == (400, True)


def test_a_wrong_address_tells_nothing(as_person, world):
    client = as_person(world.people["stranger"])

    missing = client.get(reverse("groups:group", args=[world.note.pk]))
    foreign = client.get(reverse("groups:group", args=[world.group.pk]))

    assert (missing.status_code, foreign.status_code) == (404, 404)
    assert missing.content == foreign.content
    with acting_as(MEMBER, person=world.people["member"]):
        assert world.group.memberships.exists()
