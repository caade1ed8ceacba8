"""Two workers at once, over two real connections with the login of the worker's processes."""

import threading

import pytest
from django.db.models import QuerySet

from common.actor import acting_as
from common.fences import WORKER
from nudges import services, tasks
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 10  # seconds; only a failing test waits this long


@pytest.fixture
def without_row_locks(monkeypatch):
    """Sabotage: nothing is locked, nothing skipped."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **how: self)


class Meeting:
    """One side stops in the middle of its act until the other has come as far as it can."""

    def __init__(self):
        self.first_is_inside = threading.Event()
        self.second_is_done = threading.Event()


def claim_slowly(meeting):
    with acting_as(WORKER):
        ids = services.claim(now=NOW)
        meeting.first_is_inside.set()
        meeting.second_is_done.wait(meeting.patience)
    return ids


def claim_meanwhile(meeting):
    meeting.first_is_inside.wait(PATIENCE)
    try:
        return services.claim(now=NOW)
    finally:
        meeting.second_is_done.set()


def claims_at_once(worker, *, patience):
    meeting = Meeting()
    meeting.patience = patience
    first, second = worker(claim_slowly, meeting), worker(claim_meanwhile, meeting)
    return first.result(PATIENCE), second.result(PATIENCE)


def test_of_two_claims_at_once_one_gets_the_row(worker, owed):
    pk = owed()

    assert claims_at_once(worker, patience=PATIENCE) == ([pk], [])


def test_claiming_once_rests_on_the_row_lock(worker, owed, without_row_locks):
    pk = owed()

    # Without the lock the second waits for the end of the first, in its update.
    assert claims_at_once(worker, patience=0.5) == ([pk], [pk])


def deliver_at_once(worker, sink, ids, *, patience):
    """Two workers believe that ``ids`` are theirs; the second begins while the first's mail is on the way."""
    is_under_way, second_is_done = threading.Event(), threading.Event()

    def wait_for_the_second():
        if is_under_way.is_set():  # the second has come as far as the mail server
            second_is_done.set()
        is_under_way.set()
        second_is_done.wait(patience)

    sink.before_taking = wait_for_the_second
    first = worker(services.deliver, ids, now=NOW)
    assert is_under_way.wait(PATIENCE)
    second = worker(services.deliver, ids, now=NOW)
    second.add_done_callback(lambda _: second_is_done.set())
    assert (first.result(PATIENCE), second.result(PATIENCE)) == (True, True)


def test_of_two_deliveries_at_once_one_sends(worker, sink, owed, row):
    pk = owed()

    deliver_at_once(worker, sink, services.claim(now=NOW), patience=PATIENCE)

    assert (sink.ids, row(pk).state) == ([str(pk)], "sent")


def test_sending_once_rests_on_the_row_lock(worker, sink, owed, without_row_locks):
    pk = owed()

    deliver_at_once(worker, sink, services.claim(now=NOW), patience=PATIENCE)

    assert sink.ids == [str(pk), str(pk)]


def test_a_row_whose_mail_is_on_the_way_is_not_taken_for_stuck(worker, sink, owed, row):
    pk = owed()
    ids, under_way, go_on = services.claim(now=NOW), threading.Event(), threading.Event()
    sink.before_taking = lambda: (under_way.set(), go_on.wait(PATIENCE))

    sending = worker(services.deliver, ids, now=NOW)
    assert under_way.wait(PATIENCE)
    released = worker(services.release_stuck, now=NOW + services.STUCK_AFTER).result(PATIENCE)
    go_on.set()

    assert (sending.result(PATIENCE), released, row(pk).state) == (True, 0, "sent")


def test_two_workers_send_each_of_many_once(worker, sink, owed, state_of, time_machine_at):
    everything = [owed() for _ in range(30)]

    with time_machine_at(NOW):
        both = [worker(tasks.send_due), worker(tasks.send_due)]
        for one in both:
            one.result(PATIENCE)

    assert sorted(sink.ids) == sorted(map(str, everything))
    assert {state_of(pk) for pk in everything} == {("sent", "")}
