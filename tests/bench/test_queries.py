"""What the benchmark holds row security against says the same as row security."""

import pytest
from django.db import connection

from bench import queries
from common.actor import acting_as
from common.bootstrap import ARRANGER
from common.fences import MEMBER

TABLES = (
    "goals_goal",
    "goals_checkin",
    "goals_actionstep",
    "feedback_feedbacknote",
    "coaching_sessions_coachingsession",
    "groups_membership",
    "accounts_person",
    "groups_charter",
)


def found(sql, role, person):
    with acting_as(role, person=person), connection.cursor() as cursor:
        cursor.execute(sql)
        return sorted(cursor.fetchall())


@pytest.mark.parametrize("who", ["member", "newcomer", "former", "elsewhere", "both", "facilitator"])
@pytest.mark.parametrize("table", TABLES)
def test_written_conditions_find_what_row_security_shows(world, table, who):
    person = world.people[who]
    query = queries.HotQuery(table, f'SELECT "{table}"."id" FROM "{table}"', (), (MEMBER, str(person.pk), ""), False)

    queries.write_out(query)

    everything = found(query.sql, ARRANGER, person)
    assert found(query.explicit, ARRANGER, person) == found(query.sql, MEMBER, person)
    assert everything
    assert who != "former" or found(query.explicit, ARRANGER, person) != everything


def test_a_joined_table_keeps_its_alias_and_its_conditions(world):
    person = world.people["member"]
    sql = (
        'SELECT "groups_membership"."id" FROM "groups_membership" INNER JOIN "groups_membership" T2'
        ' ON (T2."group_id" = "groups_membership"."group_id") WHERE T2."left_at" IS NULL'
    )
    query = queries.HotQuery("join", sql, (), (MEMBER, str(person.pk), ""), False)

    queries.write_out(query)

    assert query.explicit.count("(SELECT * FROM") == 2
    assert found(query.explicit, ARRANGER, person) == found(sql, MEMBER, person) != found(sql, ARRANGER, person)
