from datetime import timedelta

import pytest

from coaching_site import readiness
from common.actor import acting_as
from common.fences import WORKER
from nudges import services, tasks
from nudges.models import WorkerPulse
from nudges.services import STUCK_AFTER
from tests.factories import NOW

PATIENCE = 10


def pulse():
    with acting_as(WORKER):
        return list(WorkerPulse.objects.values_list("pk", "beat_at"))


def test_the_heart_beats_in_one_row(db):
    services.beat_heart(now=NOW)
    services.beat_heart(now=NOW + timedelta(minutes=1))

    assert pulse() == [(1, NOW + timedelta(minutes=1))]


@pytest.mark.parametrize(("age", "unwell"), [(timedelta(minutes=1), False), (timedelta(hours=1), True)])
def test_readiness_hears_the_heart(db, age, unwell):
    services.beat_heart(now=NOW - age)

    assert ("worker" in readiness.unwell(now=NOW)) is unwell


def test_the_clock_knows_both_tasks(settings):
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert {tasks.send_due.name, tasks.beat_heart.name} <= scheduled


def test_send_due_goes_on_until_nothing_is_due(sink, owed, time_machine_at, monkeypatch):
    monkeypatch.setattr(services.claim, "__kwdefaults__", {"limit": 2})
    everything = [owed() for _ in range(5)]
    owed(send_after=NOW + timedelta(hours=1))

    with time_machine_at(NOW):
        tasks.send_due()
        tasks.send_due()

    assert sorted(sink.ids) == sorted(map(str, everything))


def test_send_due_takes_up_what_a_lost_worker_left(sink, owed, time_machine_at):
    pk = owed()
    services.claim(now=NOW)

    with time_machine_at(NOW + STUCK_AFTER):
        tasks.send_due()

    assert sink.ids == [str(pk)]


def test_send_due_stops_when_the_mail_server_is_away(no_mail_server, owed, row, time_machine_at, monkeypatch):
    monkeypatch.setattr(services.claim, "__kwdefaults__", {"limit": 1})
    rows = [owed() for _ in range(3)]

    with time_machine_at(NOW):
        tasks.send_due()

    assert [row(pk).attempts for pk in rows] == [1, 0, 0]


@pytest.mark.django_db(transaction=True)
def test_all_of_it_works_with_the_workers_login_and_no_key_file(
    worker, sink, owed, kind, row, settings, time_machine_at, no_mail_server
):
    settings.COLLOQUY_KEY_FILE = ""
    kind("test_door", label="")
    rows = [owed(), owed(recipient=None, email="new@example.com", kind="test_door")]

    for now in (NOW, NOW + timedelta(minutes=2)):
        with time_machine_at(now):
            worker(tasks.beat_heart).result(PATIENCE)
            worker(tasks.send_due).result(PATIENCE)
        no_mail_server()

    assert sorted(sink.ids) == sorted(map(str, rows))
    assert {row(pk).state for pk in rows} == {"sent"}
