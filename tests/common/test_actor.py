import pytest
from django.db import connection, transaction

from common.actor import NOBODY, acting_as, current_context
from common.fences import HR, MEMBER
from tests.factories import PersonFactory


def in_database():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user::text, current_setting('app.actor', true), current_setting('app.org', true)"
        )
        return cursor.fetchone()


@pytest.fixture
def person(arranging):
    with arranging():
        return PersonFactory()


def test_blocks_nest_and_restore_the_outer_context(person):
    with acting_as(MEMBER, person=person):
        with acting_as(HR, person=person, organization=person.pk):
            inner = in_database()
        outer = in_database()
    after = in_database()

    assert inner == (HR, str(person.pk), str(person.pk))
    assert outer == (MEMBER, str(person.pk), "")
    assert after[0] == "colloquy_web"
    assert current_context() == NOBODY


def test_a_failing_block_restores_the_outer_context(person):
    with acting_as(MEMBER, person=person):
        with pytest.raises(ValueError, match="boom"), acting_as(HR, person=person):
            raise ValueError("boom")
        assert in_database() == (MEMBER, str(person.pk), "")
        assert current_context() == (MEMBER, str(person.pk), "")
    assert current_context() == NOBODY


@pytest.mark.django_db(transaction=True)
def test_the_context_ends_with_its_transaction():
    with acting_as(MEMBER):
        pass

    assert in_database()[0] == "colloquy_web"


@pytest.mark.django_db(transaction=True)
def test_a_lost_block_leaves_nothing_behind():
    with pytest.raises(ValueError, match="boom"), transaction.atomic(), acting_as(MEMBER):
        raise ValueError("boom")

    assert (in_database()[0], current_context()) == ("colloquy_web", NOBODY)


def test_unwrapped_keys_are_forgotten_at_the_end_of_the_outermost_block(person):
    with acting_as(MEMBER, person=person):
        connection.colloquy_keys = {"scope": "key"}
        with acting_as(MEMBER, person=person):
            pass
        assert connection.colloquy_keys == {"scope": "key"}

    assert connection.colloquy_keys == {}
