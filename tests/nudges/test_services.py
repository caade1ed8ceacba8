from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction

from common.actor import acting_as
from common.fences import MEMBER, WORKER
from nudges import services
from nudges.kinds import NotWanted
from nudges.models import Nudge, Unsubscription
from tests.factories import NOW, OrganizationFactory, PersonFactory
from tests.nudges.sending import MINUTE, send_all

# Owing


def owe_twice(organization, person):
    for _ in range(2):
        with acting_as(WORKER):
            services.owe(
                Nudge(
                    organization=organization, recipient=person, kind="test_reminder", dedupe_key="why", send_after=NOW
                )
                for _ in range(2)
            )


@pytest.fixture
def somebody(arranging):
    with arranging():
        return OrganizationFactory(), PersonFactory()


def test_what_is_owed_twice_is_sent_once(sink, owed, somebody):
    owe_twice(*somebody)

    send_all()

    assert len(sink.mails) == 1


def test_sending_once_rests_on_the_dedupe_key(sink, owed, somebody, as_owner):
    with as_owner("ALTER TABLE nudges_nudge DROP CONSTRAINT nudges_nudge_dedupe_key_key"):
        owe_twice(*somebody)

        send_all()

        assert len(sink.mails) == 4


def test_owe_takes_more_than_one_batch(somebody):
    organization, person = somebody

    with acting_as(WORKER):
        services.owe(
            Nudge(organization=organization, recipient=person, kind="k", dedupe_key=str(number), send_after=NOW)
            for number in range(501)
        )

        assert Nudge.objects.count() == 501


# Claiming


def test_claim_takes_what_is_due_soonest_first(owed):
    late = owed(send_after=NOW - MINUTE)
    later = owed(send_after=NOW)
    owed(send_after=NOW + MINUTE)

    assert services.claim(now=NOW) == [late, later]


def test_claim_takes_a_row_once(owed, row):
    pk = owed()

    assert [services.claim(now=NOW), services.claim(now=NOW)] == [[pk], []]
    assert (row(pk).state, row(pk).attempts, row(pk).claimed_at) == ("sending", 1, NOW)


def test_claim_takes_no_more_than_its_limit(owed):
    first, second, third = owed(), owed(), owed()

    assert [services.claim(now=NOW, limit=2), services.claim(now=NOW, limit=2)] == [[first, second], [third]]


@pytest.mark.parametrize("state", [state for state in Nudge.State if state != "pending"])
def test_claim_leaves_what_is_not_pending(owed, state):
    owed(state=state)

    assert services.claim(now=NOW) == []


# Delivering


def test_deliver_sends_and_marks(sink, owed, row):
    pk = owed()

    assert services.deliver(services.claim(now=NOW), now=NOW) is True

    assert sink.ids == [str(pk)]
    assert (row(pk).state, row(pk).sent_at, row(pk).reason) == ("sent", NOW, "")


def test_deliver_twice_sends_once(sink, owed):
    owed()
    ids = services.claim(now=NOW)

    services.deliver(ids, now=NOW)
    services.deliver(ids, now=NOW)

    assert len(sink.mails) == 1


@pytest.mark.parametrize("state", [state for state in Nudge.State if state != "sending"])
def test_deliver_leaves_what_was_not_claimed(sink, owed, state_of, state):
    pk = owed(state=state)

    services.deliver([pk], now=NOW)

    assert (sink.mails, state_of(pk)) == ([], (state, ""))


def test_a_batch_goes_over_one_connection(sink, owed):
    for _ in range(3):
        owed()

    send_all()

    assert (len(sink.mails), sink.sessions) == (3, 1)


def not_wanted(nudge, now):
    raise NotWanted("The session is over")


def test_what_is_no_longer_wanted_is_dropped_with_the_reason(sink, owed, kind, state_of):
    kind("test_door", build=not_wanted)
    pk = owed(kind="test_door")

    send_all()

    assert (sink.mails, state_of(pk)) == ([], ("dropped", "The session is over"))


def test_a_closed_account_gets_nothing(sink, owed, arranging, state_of):
    with arranging():
        recipient = PersonFactory(is_active=False)
    pk = owed(recipient=recipient)

    send_all()

    assert (sink.mails, state_of(pk)) == ([], ("dropped", "The account is closed"))


@pytest.fixture
def unsubscribed(arranging):
    with arranging():
        person = PersonFactory(email="amara@example.com")
        Unsubscription.objects.create(email="Amara@Example.com", kind="test_reminder")
        Unsubscription.objects.create(email="amara@example.com", kind="test_door")
    return person


def test_an_unsubscribed_kind_is_dropped(sink, owed, unsubscribed, state_of):
    pk = owed(recipient=unsubscribed)

    send_all()

    assert (sink.mails, state_of(pk)) == ([], ("dropped", "Unsubscribed"))


def test_the_row_of_unsubscribing_is_what_stops_it(sink, owed, unsubscribed, as_owner):
    owed(recipient=unsubscribed)

    with as_owner("TRUNCATE nudges_unsubscription"):
        send_all()

    assert len(sink.mails) == 1


def test_a_needed_kind_is_sent_whatever_was_unsubscribed(sink, owed, kind, unsubscribed):
    kind("test_door", label="")
    pk = owed(recipient=unsubscribed, kind="test_door")

    send_all()

    assert sink.ids == [str(pk)]


def test_what_others_or_other_kinds_were_unsubscribed_from_is_sent(sink, owed, arranging):
    with arranging():
        person = PersonFactory(email="amara@example.com")
        Unsubscription.objects.create(email="amara@example.com", kind="test_door")
        Unsubscription.objects.create(email="other@example.com", kind="test_reminder")
    pk = owed(recipient=person)

    send_all()

    assert sink.ids == [str(pk)]


@pytest.mark.parametrize(("age", "state"), [(timedelta(days=3), "sent"), (timedelta(days=3, seconds=1), "dropped")])
def test_what_is_too_old_is_dropped(sink, owed, state_of, age, state):
    pk = owed(send_after=NOW - age)

    send_all()

    assert state_of(pk) == (state, "Too late." if state == "dropped" else "")


def test_each_kind_says_how_long_it_is_good_for(sink, owed, kind, state_of):
    kind("test_door", label="", good_for=timedelta(days=14))
    pk = owed(kind="test_door", send_after=NOW - timedelta(days=13))

    send_all()

    assert state_of(pk) == ("sent", "")


# Quiet hours


@pytest.fixture
def asleep(arranging):
    """It is one in the morning where this person is."""
    with arranging():
        return PersonFactory(timezone="America/Los_Angeles")


def test_a_reminder_waits_for_the_morning(sink, owed, asleep, row):
    pk = owed(recipient=asleep)

    send_all()
    assert sink.mails == []
    assert (row(pk).state, row(pk).send_after, row(pk).attempts) == ("pending", NOW + timedelta(hours=6), 0)

    send_all(NOW + timedelta(hours=6))
    assert sink.ids == [str(pk)]


def test_a_needed_mail_goes_at_once(sink, owed, kind, asleep):
    kind("test_door", label="")
    pk = owed(recipient=asleep, kind="test_door")

    send_all()

    assert sink.ids == [str(pk)]


# Preferences


@pytest.fixture
def person(arranging, kind):
    kind()
    kind("test_door", label="")
    with arranging():
        return PersonFactory(email="Amara@example.com")


def test_a_person_stops_a_kind_and_has_it_again(person):
    with acting_as(MEMBER, person=person):
        assert services.unsubscriptions_of(person) == set()

        for _ in range(2):
            services.set_unsubscribed(person=person, kind="test_reminder", unsubscribed=True)
        assert services.unsubscriptions_of(person) == {"test_reminder"}

        for _ in range(2):
            services.set_unsubscribed(person=person, kind="test_reminder", unsubscribed=False)
        assert services.unsubscriptions_of(person) == set()


@pytest.mark.parametrize("kind_name", ["test_door", "unheard_of"])
def test_a_needed_kind_cannot_be_stopped(person, kind_name):
    with acting_as(MEMBER, person=person), pytest.raises(ValueError, match="cannot be unsubscribed"):
        services.set_unsubscribed(person=person, kind=kind_name, unsubscribed=True)


def test_nobody_sees_or_changes_what_others_stopped(kind, unsubscribed, arranging):
    kind()
    with arranging():
        other = PersonFactory()

    with acting_as(MEMBER, person=other):
        assert services.unsubscriptions_of(unsubscribed) == set()
        services.set_unsubscribed(person=unsubscribed, kind="test_reminder", unsubscribed=False)
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Unsubscription.objects.create(email=unsubscribed.email, kind="other")

    with acting_as(MEMBER, person=unsubscribed):
        assert services.unsubscriptions_of(unsubscribed) == {"test_reminder", "test_door"}


def test_seeing_only_ones_own_rests_on_row_security(unsubscribed, arranging, as_owner):
    with arranging():
        other = PersonFactory()

    with as_owner("ALTER TABLE nudges_unsubscription DISABLE ROW LEVEL SECURITY"), acting_as(MEMBER, person=other):
        assert services.unsubscriptions_of(unsubscribed) == {"test_reminder", "test_door"}
