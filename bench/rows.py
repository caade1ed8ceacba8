"""Rows for the benchmark: many organizations whose groups have met, written and reported for months.

Rows are made in the database, in the order in which life makes them (all groups' first week, then their second), so
that one group's rows lie as scattered as they do in a real table. Only what the benchmark opens is really sealed; all
other sealed values are the same bytes of the usual length, which no key opens.
"""

from dataclasses import dataclass
from math import ceil

import psycopg
from django.db import models
from psycopg import sql

from accounts.models import Organization, OrganizationRole, Person
from common.models import ScopeKey
from common.sealed import SealedTextField
from feedback.models import FeedbackNote
from goals.models import ActionStep, CheckIn, Goal
from groups.models import Charter, CharterSignature, CoachingGroup, Invitation, Membership, Participant, Program
from nudges.models import Nudge
from sessions.models import AgendaBlock, Attendance, CoachingSession

MEMBERS = 6  # of a group, besides its facilitator; each fourth group has a seventh who has left
GOALS, STEPS, NOTES = 2, 4, 2  # of each member; one goal in six is a draft
WEEKS, MEETINGS, BLOCKS = 8, 8, 6  # check-ins on a shared goal; sessions of a group; parts of a session
COUNTED = (Goal, CheckIn, ActionStep, FeedbackNote, CoachingSession, Attendance)
_SHARED = MEMBERS * GOALS * 5 // 6
ROWS_OF_A_GROUP = MEMBERS * (GOALS + STEPS + NOTES + MEETINGS) + _SHARED * WEEKS + MEETINGS
BIG = 10_000  # rows from which reading a whole table is worth an index
SEALED_BYTES = b"\x01" + bytes(3) + b"\x01" + bytes(range(256)) + bytes(28)  # as long as a sealed text of 200 letters


@dataclass(frozen=True)
class Loaded:
    """How much there is: rows of what members do, all rows, groups, and the tables of at least ``BIG`` rows."""

    counted: int
    total: int
    groups: int
    big_tables: frozenset


def load(conninfo, *, rows, organizations, checked=False):
    """Fill the empty database. ``checked`` has every foreign key looked at, which the million rows do without."""
    groups = max(organizations, ceil(rows / ROWS_OF_A_GROUP * 1.005))  # drafts are scattered by chance
    with psycopg.connect(conninfo) as connection, connection.cursor() as cursor:
        if not checked:
            cursor.execute("SET session_replication_role = replica")
        _organizations(cursor, organizations, groups)
        _groups(cursor, organizations, groups)
        _sessions(cursor)
        _words(cursor)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")
        counts = {model: _count(connection, model) for model in _MODELS}
    return Loaded(
        counted=sum(counts[model] for model in COUNTED),
        total=sum(counts.values()),
        groups=groups,
        big_tables=frozenset(model._meta.db_table for model, count in counts.items() if count >= BIG),
    )


_MODELS = [
    *(Organization, Person, OrganizationRole, Program, CoachingGroup, Participant, Invitation, Membership, Charter),
    *(CharterSignature, ScopeKey, AgendaBlock, Nudge, *COUNTED),
]


def _count(connection, model):
    return connection.execute(sql.SQL("SELECT count(*) FROM {}").format(_name(model))).fetchone()[0]


def _insert(cursor, model, source, **columns):
    """INSERT … SELECT of these expressions; columns not named get the model's own default, so new ones do no harm."""
    fields = model._meta.concrete_fields
    values = [sql.SQL(columns[field.column]) if field.column in columns else _default(field) for field in fields]
    assert set(columns) <= {field.column for field in fields}, columns
    names = sql.SQL(", ").join(sql.Identifier(field.column) for field in fields)
    statement = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM " + source)
    cursor.execute(statement.format(_name(model), names, sql.SQL(", ").join(values)))


def _name(model):
    return sql.Identifier(model._meta.db_table)


def _default(field):
    if field.primary_key:
        return sql.SQL("uuidv7()")
    if isinstance(field, SealedTextField):
        return sql.Literal(SEALED_BYTES)
    if field.null:
        return sql.SQL("NULL")
    if getattr(field, "auto_now_add", False):
        return sql.SQL("now()")
    if isinstance(field, models.JSONField):
        return sql.SQL("'{}'" if field.get_default() == {} else "'[]'")
    if field.has_default() or field.blank:
        return sql.Literal(field.get_default())
    raise ValueError(f"The benchmark has no value for {field}.")


def person(kind, number):
    """SQL: the id of a person of the benchmark; the same for each of its things that has a number."""
    return f"md5('{kind} ' || {number})::uuid"


_ORGANIZATION = "md5('organization ' || o)::uuid"
_PROGRAM = "md5('program ' || (g % organizations) || ' ' || (g / organizations % 2))::uuid"


def _organizations(cursor, organizations, groups):
    """Organizations, each with an HR person, a facilitator and two programs."""
    every = f"generate_series(0, {organizations - 1}) o"
    _insert(
        cursor, Organization, every,
        id=_ORGANIZATION, name="'Organization ' || o", slug="'organization-' || o",
    )  # fmt: skip
    for kind in ("hr", "facilitator"):
        _insert(
            cursor, Person, every,
            id=person(kind, "o"), email=f"'{kind}-' || o || '@example.com'", name=f"'{kind} ' || o", password="'!'",
        )  # fmt: skip
        _insert(
            cursor, OrganizationRole, every,
            organization_id=_ORGANIZATION, person_id=person(kind, "o"), role=f"'{kind}'",
        )  # fmt: skip
    _insert(
        cursor, Program, f"{every}, generate_series(0, 1) p",
        id="md5('program ' || o || ' ' || p)::uuid", organization_id=_ORGANIZATION, name="'Program ' || p",
        state="'running'", created_by_id=person("hr", "o"), created_at="now() - interval '150 days'",
    )  # fmt: skip


def _groups(cursor, organizations, groups):
    """Groups of six and their facilitator, all of whom have signed; each fourth group has somebody who has left."""
    cursor.execute(
        f"CREATE TEMP TABLE seat ON COMMIT DROP AS SELECT g, g % {organizations} AS o, k, k > {MEMBERS} AS has_left,"
        f" md5('group ' || g)::uuid AS group_id, g || '-' || k AS name,"
        f" md5('seat ' || g || '-' || k)::uuid AS person_id,"
        f" {_PROGRAM.replace('organizations', str(organizations))} AS program_id"
        f" FROM generate_series(0, {groups - 1}) g, generate_series(0, {MEMBERS + 1}) k"
        f" WHERE k <= {MEMBERS} OR g % 4 = 0"
    )
    org = {"organization_id": _ORGANIZATION}
    email = "'member-' || name || '@example.com'"
    _insert(
        cursor, CoachingGroup, "seat WHERE k = 0",
        id="group_id", **org, program_id="program_id", name="'Group ' || g",
        published_at="now() - interval '121 days'",
    )  # fmt: skip
    _insert(cursor, Charter, "seat WHERE k = 0", **org, group_id="group_id", created_at="now() - interval '121 days'")
    _insert(
        cursor, Person, "seat WHERE k > 0",
        id="person_id", email=email, name="'Member ' || name", password="'!'",
    )  # fmt: skip
    _insert(
        cursor, Participant, "seat WHERE k > 0",
        **org, program_id="program_id", person_id="person_id", email=email, name="'Member ' || name",
    )  # fmt: skip
    _insert(
        cursor, Invitation, "groups_participant p JOIN seat USING (person_id)",
        organization_id="p.organization_id", group_id="group_id", participant_id="p.id", email="p.email",
        token_hash="md5(p.id::text)", expires_at="now()", accepted_at="now() - interval '120 days'",
    )  # fmt: skip
    _insert(
        cursor, Membership, "seat LEFT JOIN groups_participant p USING (person_id)",
        **org, group_id="group_id", participant_id="p.id",
        person_id=f"CASE WHEN k = 0 THEN {person('facilitator', 'o')} ELSE seat.person_id END",
        role="CASE WHEN k = 0 THEN 'facilitator' ELSE 'member' END", joined_at="now() - interval '120 days'",
        admitted_at="now() - interval '119 days'", left_at="CASE WHEN has_left THEN now() - interval '20 days' END",
    )  # fmt: skip
    _insert(
        cursor, CharterSignature, "groups_membership m JOIN groups_charter c USING (group_id)",
        organization_id="m.organization_id", charter_id="c.id", group_id="group_id", membership_id="m.id",
        signed_at="m.admitted_at",
    )  # fmt: skip


def _sessions(cursor):
    """A session each second week, the last two ahead, with its agenda, answers and mails."""
    starts = f"(date_trunc('hour', now()) + (k - {MEETINGS - 2}) * interval '14 days'"
    # not all groups meet on one day
    starts += " + abs(hashtext(m.group_id::text)) % 336 * interval '1 hour')"
    _insert(
        cursor, CoachingSession,
        f"generate_series(0, {MEETINGS - 1}) k, groups_membership m WHERE role = 'facilitator'",
        organization_id="m.organization_id", group_id="m.group_id", title="'Session ' || k + 1",
        agenda_key="'group_120'", starts_at=starts, ends_at=f"{starts} + interval '2 hours'",
        wall_time=f"to_char({starts} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI')", timezone="'UTC'",
        scheduled_by_id="m.id", created_at=f"{starts} - interval '20 days'",
    )  # fmt: skip
    _insert(
        cursor, AgendaBlock, f"coaching_sessions_coachingsession s, generate_series(1, {BLOCKS}) k",
        organization_id="s.organization_id", coaching_session_id="s.id", group_id="s.group_id", position="k",
        kind="'check_in'", title="'Part ' || k", minutes="20", instruction="'One after the other, without questions.'",
    )  # fmt: skip
    ours = "coaching_sessions_coachingsession s JOIN groups_membership m USING (group_id)"
    answered = f"{ours} WHERE m.role = 'member' AND m.left_at IS NULL"
    _insert(
        cursor, Attendance, answered,
        organization_id="s.organization_id", coaching_session_id="s.id", group_id="group_id", membership_id="m.id",
        answer="'yes'", answered_at="s.created_at", presence="CASE WHEN s.ends_at < now() THEN 'present' ELSE '' END",
    )  # fmt: skip
    _insert(
        cursor, Nudge, answered,
        organization_id="s.organization_id", recipient_id="m.person_id", kind="'session_tomorrow'", state="'sent'",
        dedupe_key="'session_tomorrow:' || s.id || ':' || m.id || ':' || left(s.wall_time, 10)",
        send_after="s.starts_at - interval '1 day'", sent_at="s.starts_at - interval '1 day'",
    )  # fmt: skip


def _words(cursor):
    """What members write: goals, a check-in a week on those they share, steps (one of four is open), notes."""
    members = "groups_membership m WHERE m.role = 'member' AND m.left_at IS NULL"
    mine = {"organization_id": "m.organization_id", "group_id": "m.group_id", "membership_id": "m.id"}
    is_draft = f"k = {GOALS} AND abs(hashtext(m.id::text)) % 3 = 0"
    _insert(
        cursor, Goal, f"generate_series(1, {GOALS}) k, {members}",
        **mine, target_on="current_date + 60", created_at="now() - interval '100 days'",
        shared_at=f"CASE WHEN {is_draft} THEN NULL ELSE now() - interval '99 days' END",
    )  # fmt: skip
    days_ago = f"({WEEKS} - w) * 7 + (abs(hashtext(m.id::text)) % 9)"
    _insert(
        cursor, CheckIn, f"generate_series(1, {WEEKS}) w, goals_goal m WHERE shared_at IS NOT NULL",
        organization_id="m.organization_id", group_id="m.group_id", goal_id="m.id", membership_id="m.membership_id",
        created_at=f"now() - ({days_ago}) * interval '1 day'",
    )  # fmt: skip
    _insert(
        cursor, ActionStep, f"generate_series(1, {STEPS}) k, {members}",
        **mine, due_on=f"current_date + (k - {STEPS}) * 14 + abs(hashtext(m.id::text)) % 14",
        created_at="now() - interval '90 days' + k * interval '14 days'",
        closed_at=f"CASE WHEN k < {STEPS} THEN now() - interval '30 days' + k * interval '7 days' END",
    )  # fmt: skip
    _insert(
        cursor, FeedbackNote,
        f"generate_series(1, {NOTES}) k, (SELECT *, lead(id) OVER (PARTITION BY group_id ORDER BY id) AS next,"
        " first_value(id) OVER (PARTITION BY group_id ORDER BY id) AS first FROM groups_membership"
        " WHERE role = 'member' AND left_at IS NULL) m",
        organization_id="m.organization_id", group_id="m.group_id", author_id="m.id",
        recipient_id="coalesce(m.next, m.first)", sent_at="now() - k * interval '10 days'",
        opened_at="CASE WHEN k > 1 THEN now() END",
    )  # fmt: skip
    _insert(
        cursor, ScopeKey, "groups_coachinggroup",
        organization_id="organization_id", scope_kind="'group'", scope_id="id", kek_id="'of the benchmark'",
        wrapped="decode(repeat('00', 60), 'hex')",
    )  # fmt: skip
