from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import time_machine
from django.db import connection

from nudges import kinds
from nudges.kinds import Kind, Message
from nudges.models import Nudge
from tests.factories import NOW, NudgeFactory
from tests.nudges.sink import Sink


@pytest.fixture(scope="session")
def _sink():
    sink = Sink()
    yield sink
    sink.stop()


@pytest.fixture
def sink(_sink, settings):
    """The mail server that Django now sends to."""
    _sink.reset()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", _sink.port
    return _sink


@pytest.fixture
def no_mail_server(sink, settings):
    """Nobody listens where mail should go; the value brings the server back."""
    settings.EMAIL_PORT = 1

    def come_back():
        settings.EMAIL_PORT = sink.port

    return come_back


@pytest.fixture
def kind(monkeypatch, settings):
    """``kind(name, label=…, build=…)`` registers a kind for this test; templates: test_reminder and test_door."""
    folder = Path(__file__).parent / "templates"
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], folder]} for engine in settings.TEMPLATES]
    monkeypatch.setattr(kinds, "_kinds", {})

    def register(name="test_reminder", label="Test reminders", build=None, **more):
        build = build or (lambda nudge, now: Message({"topic": "Harbor's room", "at": NOW}))
        kinds.register(Kind(name, build, label, **more))

    return register


@pytest.fixture
def owed(arranging, kind):
    """``owed(…)`` → the id of a nudge of kind test_reminder, due now."""
    kind()

    def make(**fields):
        with arranging():
            return NudgeFactory(**{"kind": "test_reminder", **fields}).pk

    return make


@pytest.fixture
def state_of(arranging):
    """``state_of(id)`` → (state, reason)."""

    def look(pk):
        with arranging():
            return Nudge.objects.values_list("state", "reason").get(pk=pk)

    return look


@pytest.fixture
def row(arranging):
    """``row(id)`` → the nudge as it is now."""

    def look(pk):
        with arranging():
            return Nudge.objects.get(pk=pk)

    return look


@pytest.fixture
def worker(services):
    """``worker(function, …)`` → a future: the function in a thread, over the real login of the worker's processes."""
    pool = ThreadPoolExecutor(4)

    def run(function, args, kwargs):
        login = {"USER": "colloquy_jobs", "PASSWORD": services["passwords"]["colloquy_jobs"]}
        connection.close()
        connection.settings_dict = {**connection.settings_dict, **login}
        try:
            return function(*args, **kwargs)
        finally:
            connection.close()

    yield lambda function, *args, **kwargs: pool.submit(run, function, args, kwargs)
    pool.shutdown()


@pytest.fixture
def time_machine_at():
    """``with time_machine_at(moment):`` the clock goes on from there."""
    return lambda moment: time_machine.travel(moment, tick=True)
