"""The role of the report cannot read what members write, nor can HR's: the database says no, not the page."""

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection
from django.urls import reverse

from common.actor import acting_as
from common.fences import HR, REPORT
from common.sealed import SealedTextField
from groups.models import CoachingGroup

CLOSED = ("goals_goal", "goals_checkin", "goals_actionstep", "feedback_feedbacknote", "common_scopekey")
SEALED = [
    (model._meta.db_table, field.column)
    for model in apps.get_models()
    for field in model._meta.local_fields
    if isinstance(field, SealedTextField)
]
# What the numbers are counted from; without any of these grants there is no report.
COUNTED = (
    "groups_program",
    "groups_coachinggroup",
    "groups_membership",
    "groups_invitation",
    "groups_chartersignature",
    "coaching_sessions_coachingsession",
    "coaching_sessions_attendance",
)


def read_as_hr(world, table, column="*", role=HR):
    """The rows that HR gets of a table, on the organization's pages or, as the role of the report, in the report."""
    with acting_as(role, person=world.people["hr"], organization=world.organization), connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")
        return cursor.fetchall()


@pytest.mark.parametrize("column", ["*", "count(*)", "1"])
@pytest.mark.parametrize("table", CLOSED)
def test_hr_is_denied_what_members_write_and_its_keys(world, table, column):
    with pytest.raises(ProgrammingError, match=f"permission denied for table {table}"):
        read_as_hr(world, table, column)


@pytest.mark.parametrize("table", CLOSED)
def test_hr_is_denied_test_can_fail(world, as_owner, table):
    with as_owner(f"GRANT SELECT ON {table} TO colloquy_hr"):
        assert read_as_hr(world, table) == []  # not denied any more; row security is the next wall


@pytest.mark.parametrize(("table", "column"), SEALED)
def test_hr_is_denied_every_sealed_column(world, table, column):
    with pytest.raises(ProgrammingError, match=f"permission denied for table {table}"):
        read_as_hr(world, table, column)


@pytest.mark.parametrize(("table", "column"), [*SEALED, *((table, "*") for table in CLOSED)])
def test_the_report_is_denied_every_sealed_column_and_all_keys(world, table, column):
    with pytest.raises(ProgrammingError, match=f"permission denied for table {table}"):
        read_as_hr(world, table, column, role=REPORT)


@pytest.mark.parametrize("table", CLOSED)
def test_that_the_report_is_denied_can_fail(world, as_owner, table):
    with as_owner(f"GRANT SELECT ON {table} TO colloquy_report"):
        assert read_as_hr(world, table, role=REPORT) == []  # row security is the next wall


@pytest.mark.parametrize("name", ["reports:participation", "reports:participation_csv"])
@pytest.mark.parametrize("table", COUNTED)
def test_the_report_reads_with_its_own_grants_and_no_others(world, as_person, as_owner, name, table):
    client = as_person(world.people["hr"])
    address = reverse(name, args=["meridian"])
    assert client.get(address).status_code == 200

    denied = pytest.raises(ProgrammingError, match=f"permission denied for table {table}")
    with as_owner(f"REVOKE SELECT ON {table} FROM colloquy_report"), denied:
        client.get(address)


def groups_in_report(world, caller, organization):
    with acting_as(REPORT, person=world.people[caller], organization=organization):
        return CoachingGroup.objects.count()


NOT_THEIRS = ("nobody", "former", "stranger", "foreign hr", "super")


def test_the_role_of_the_report_finds_nothing_of_an_organization_that_is_not_ones_own(world):
    assert {caller: groups_in_report(world, caller, world.organization) for caller in NOT_THEIRS} == dict.fromkeys(
        NOT_THEIRS, 0
    )
    assert {groups_in_report(world, caller, world.organization) for caller in ("member", "hr", "owner")} == {2}
    assert groups_in_report(world, "member", None) == 0
    assert groups_in_report(world, "member", world.foreign) == 0


def test_that_it_finds_nothing_is_row_securitys_doing(world, as_owner):
    with as_owner("ALTER TABLE groups_coachinggroup DISABLE ROW LEVEL SECURITY"):
        assert 0 not in {groups_in_report(world, caller, world.organization) for caller in NOT_THEIRS}
