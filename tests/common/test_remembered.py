"""Row security asks who one is once in a transaction, and again as soon as that may have changed."""

import pytest
from django.db import connection

from common.actor import acting_as
from common.fences import HR, MEMBER, REMEMBERED, remembering
from goals.models import Goal


def remembered(name="my_groups"):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [f"app.{name}"])
        return cursor.fetchone()[0]


def reads(goal):
    return Goal.objects.filter(pk=goal.pk).exists()


def end_by_hand(world):
    """The peer's place ends in the transaction that is under way, without a change of context that would forget."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE colloquy_arranger")
        cursor.execute(
            "UPDATE groups_membership SET left_at = now(), ended_as = 'left' WHERE id = %s",
            [world.memberships["peer"].pk],
        )
        cursor.execute("SET LOCAL ROLE colloquy_member")


def test_groups_are_asked_for_once_in_a_transaction(world):
    with acting_as(MEMBER, person=world.people["peer"]):
        before = remembered()
        assert reads(world.goal)
        after = remembered()
        with connection.cursor() as cursor:  # what is remembered is what is used
            cursor.execute("SELECT set_config('app.my_groups', '{}', true)")
        assert not reads(world.goal)

    assert (before or "", after) == ("", f"{{{world.group.pk}}}")
    assert remembered() in ("", None)


def test_nobody_is_taken_for_whoever_acted_before(world):
    with acting_as(MEMBER, person=world.people["peer"]):
        assert reads(world.goal)
        with acting_as(MEMBER, person=world.people["elsewhere"]):
            assert not reads(world.goal)
            with acting_as(MEMBER, person=world.people["peer"]):
                assert reads(world.goal)
            assert not reads(world.goal)
        assert reads(world.goal)


def test_that_nobody_is_rests_on_forgetting(world, monkeypatch):
    monkeypatch.setattr("common.actor._SET_CONTEXT", CONTEXT_ALONE)

    with acting_as(MEMBER, person=world.people["peer"]):
        assert reads(world.goal)
        with acting_as(MEMBER, person=world.people["elsewhere"]):
            assert reads(world.goal)


CONTEXT_ALONE = (
    "SELECT set_config('role', %s, true), set_config('app.actor', %s, true), set_config('app.org', %s, true)"
)


def test_a_membership_that_ends_in_the_transaction_is_noticed(world):
    with acting_as(MEMBER, person=world.people["peer"]):
        assert reads(world.goal)
        end_by_hand(world)
        assert not reads(world.goal)


def test_that_it_is_rests_on_the_trigger(world, as_owner):
    drop = "DROP TRIGGER groups_membership_forget ON groups_membership"
    with as_owner(drop), acting_as(MEMBER, person=world.people["peer"]):
        assert reads(world.goal)
        end_by_hand(world)
        assert reads(world.goal)


def test_an_insert_asks_anew(world):
    """A writer may have waited for a lock behind which the membership ended: see tests/groups/test_going_races.py."""
    policies = [
        policy
        for constraint in Goal._meta.constraints
        for policy in getattr(constraint, "policies", ())
        if policy.role == MEMBER
    ]

    asks_memory = {policy.command: "current_setting('app.my_groups'" in policy.using for policy in policies}

    assert asks_memory == {"SELECT": True, "INSERT": False, "UPDATE": False, "DELETE": False}


def test_all_that_is_remembered_is_forgotten(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'forget_mine'")
        (source,) = cursor.fetchone()
        cursor.execute("SELECT proname FROM pg_proc WHERE prosrc LIKE '%RETURN%set_config(''app.%'")
        helpers = {name for (name,) in cursor.fetchall()} - {"forget_mine"}

    assert helpers == set(REMEMBERED)
    assert {name for name in REMEMBERED if f"'app.{name}'" in source} == set(REMEMBERED)


def test_remembering_changes_only_what_it_knows():
    assert remembering("id = (SELECT my_office()) AND x = (SELECT my_peers_ever())") == (
        "id = (SELECT coalesce(nullif(current_setting('app.my_office', true), '')::uuid, my_office()))"
        " AND x = (SELECT my_peers_ever())"
    )
    once = remembering("id = (SELECT my_office())")
    assert remembering(once) == once


@pytest.mark.parametrize("role", [MEMBER, HR])
def test_what_is_remembered_ends_with_the_block(world, role):
    context = acting_as(role, person=world.people["peer"], organization=world.organization)
    with context, connection.cursor() as cursor:
        cursor.execute("SELECT my_organizations(), my_office_roles()")

    assert {remembered(name) or "" for name in REMEMBERED} == {""}
