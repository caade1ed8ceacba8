"""The same pages as somebody would write them by hand: SQL and f-strings, nothing else.

They are the floor of ``bench/pages.py``: they find out who asks, act as that member behind row security, read the same
rows, open the same texts, and put them into a page of the same outline. They have no forms that check anything, no
escaping for other languages, no navigation, no middleware.
"""

import json
from dataclasses import dataclass, field
from html import escape
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection

from accounts.login_sessions import stored
from common.fences import MEMBER, REPORT
from common.keys import read_key_file

CONTEXT = "SELECT set_config('role', %s, true), set_config('app.actor', %s, true), set_config('app.org', %s, true)"
NONCE, HEAD = 12, 5


@dataclass
class Asking:
    """One request: who it is, and the keys that were unwrapped for it."""

    cursor: object
    person: object
    name: str = ""
    keys: dict = field(default_factory=dict)

    def rows(self, sql, *values):
        return self.cursor.execute(sql, values).fetchall()

    def words(self, value, table, column, row, author, organization, group):
        """The text in a sealed column; see common/sealed.py for the format."""
        value = bytes(value)
        version = int.from_bytes(value[1:HEAD], "big")
        bound = f"{organization}|group|{group}|{table}|{column}|{row}|{author}|{version}".encode()
        sealed = value[HEAD:]
        plain = self.key(organization, group, version).decrypt(sealed[:NONCE], sealed[NONCE:], bound)
        return escape(plain[4 : 4 + int.from_bytes(plain[:4], "big")].decode())

    def key(self, organization, group, version):
        if (group, version) not in self.keys:
            ((wrapped, kek),) = self.rows(
                "SELECT wrapped, kek_id FROM common_scopekey"
                " WHERE scope_kind = 'group' AND scope_id = %s AND organization_id = %s AND version = %s",
                group, organization, version,
            )  # fmt: skip
            wrapped, bound = bytes(wrapped), f"{organization}|group|{group}|{version}|{kek}".encode()
            key = AESGCM(read_key_file().keys[kek]).decrypt(wrapped[:NONCE], wrapped[NONCE:], bound)
            self.keys[group, version] = AESGCM(key)
        return self.keys[group, version]


def page_by_hand(make, person_id, session_key, *ids):
    """The text of the page that ``make`` writes for the person, in one transaction."""
    connection.ensure_connection()
    raw = connection.connection
    with raw.transaction(), raw.cursor() as cursor:
        cursor.execute("SELECT session_data FROM django_session WHERE session_key = %s", [stored(session_key)])
        cursor.fetchone()
        cursor.execute("SELECT name, timezone FROM accounts_person WHERE id = %s", [person_id])
        name, zone = cursor.fetchone()
        cursor.execute(CONTEXT, [MEMBER, str(person_id), ""])
        body = make(Asking(cursor, person_id, name), ZoneInfo(zone), *ids)
    return f"<!doctype html><title>Colloquy</title><header>{escape(name)}</header><main>{body}</main>"


def today(ask, zone):
    groups = ask.rows(
        "SELECT m.group_id, g.name, m.role, p.name FROM groups_membership m JOIN groups_coachinggroup g"
        " ON g.id = m.group_id LEFT JOIN groups_program p ON p.id = g.program_id"
        " WHERE m.person_id = %s AND m.left_at IS NULL ORDER BY g.name", ask.person,
    )  # fmt: skip
    ids = [row[0] for row in groups]
    session = ask.rows(
        "SELECT s.id, s.title, s.starts_at, g.name, a.answer FROM coaching_sessions_coachingsession s"
        " JOIN groups_coachinggroup g ON g.id = s.group_id"
        " LEFT JOIN groups_membership m ON m.group_id = s.group_id AND m.person_id = %s AND m.left_at IS NULL"
        " LEFT JOIN coaching_sessions_attendance a ON a.coaching_session_id = s.id AND a.membership_id = m.id"
        " WHERE s.group_id = ANY(%s) AND s.ends_at > now() AND s.cancelled_at IS NULL ORDER BY s.starts_at LIMIT 1",
        ask.person, ids,
    )  # fmt: skip
    due = ask.rows(
        "SELECT g.id, g.title, g.membership_id, g.organization_id, g.group_id, coalesce(c.at, g.shared_at)"
        " FROM goals_goal g JOIN groups_membership m ON m.id = g.membership_id"
        " LEFT JOIN LATERAL (SELECT max(created_at) AS at FROM goals_checkin WHERE goal_id = g.id) c ON true"
        " WHERE m.person_id = %s AND m.left_at IS NULL AND g.closed_at IS NULL AND g.shared_at IS NOT NULL"
        " AND coalesce(c.at, g.shared_at) <= now() - interval '7 days' ORDER BY 6", ask.person,
    )  # fmt: skip
    steps = ask.rows(
        "SELECT s.id, s.text, s.membership_id, s.organization_id, s.group_id, s.due_on, p.name FROM goals_actionstep s"
        " JOIN groups_membership m ON m.id = s.membership_id LEFT JOIN groups_membership a ON a.id = s.asker_id"
        " LEFT JOIN accounts_person p ON p.id = a.person_id"
        " WHERE m.person_id = %s AND m.left_at IS NULL AND s.closed_at IS NULL ORDER BY s.due_on", ask.person,
    )  # fmt: skip
    notes = ask.rows(
        "SELECT n.id, g.name, p.name FROM feedback_feedbacknote n JOIN groups_membership m ON m.id = n.recipient_id"
        " JOIN groups_membership a ON a.id = n.author_id JOIN accounts_person p ON p.id = a.person_id"
        " JOIN groups_coachinggroup g ON g.id = n.group_id"
        " WHERE m.person_id = %s AND m.left_at IS NULL AND n.opened_at IS NULL ORDER BY n.sent_at", ask.person,
    )  # fmt: skip
    parts = [f"<h1>Good morning, {escape(ask.name)}</h1>"]
    parts += [
        f'<section><a href="/sessions/{id}/">{escape(title)}</a> {at.astimezone(zone):%A %d %B %H:%M} {escape(name)}'
        f" {answer or ''}</section>" for id, title, at, name, answer in session
    ]  # fmt: skip
    parts += [
        f'<li><a href="/groups/{group}/goals/{id}/check-in/">'
        f"{ask.words(title, 'goals_goal', 'title', id, by, org, group)}</a></li>"
        for id, title, by, org, group, _at in due
    ]
    parts += [
        f"<li>{ask.words(text, 'goals_actionstep', 'text', id, by, org, group)} {on:%d %B} {escape(asker or '')}</li>"
        for id, text, by, org, group, on, asker in steps
    ]
    parts += [f'<li><a href="/notes/{id}/">A note from {escape(by)}</a> {escape(name)}</li>' for id, name, by in notes]
    parts += [f'<p><a href="/groups/{id}/">{escape(name)}</a> {role}</p>' for id, name, role, _program in groups]
    return "".join(parts)


def door(ask, group):
    """The reader's own membership and their group."""
    ((membership, name, organization),) = ask.rows(
        "SELECT m.id, g.name, g.organization_id FROM groups_membership m JOIN groups_coachinggroup g"
        " ON g.id = m.group_id WHERE m.group_id = %s AND m.person_id = %s AND m.left_at IS NULL"
        " AND m.admitted_at IS NOT NULL", group, ask.person,
    )  # fmt: skip
    return membership, escape(name), organization


def board(ask, zone, group):
    mine, name, organization = door(ask, group)
    goals = ask.rows(
        "SELECT g.id, g.title, g.behavior, g.why, g.membership_id, g.target_on, g.shared_at, p.name FROM goals_goal g"
        " JOIN groups_membership m ON m.id = g.membership_id JOIN accounts_person p ON p.id = m.person_id"
        " WHERE g.group_id = %s AND g.closed_at IS NULL AND m.left_at IS NULL"
        " AND (g.shared_at IS NOT NULL OR g.membership_id = %s) ORDER BY g.created_at", group, mine,
    )  # fmt: skip
    latest = {
        row[0]: row for row in ask.rows(
            "SELECT DISTINCT ON (goal_id) goal_id, id, membership_id, how_it_went, confidence, what_next, help_wanted,"
            " created_at FROM goals_checkin WHERE goal_id = ANY(%s) ORDER BY goal_id, created_at DESC",
            [row[0] for row in goals],
        )
    }  # fmt: skip
    steps = ask.rows(
        "SELECT s.id, s.text, s.membership_id, s.due_on, p.name, q.name FROM goals_actionstep s"
        " JOIN groups_membership m ON m.id = s.membership_id JOIN accounts_person p ON p.id = m.person_id"
        " LEFT JOIN groups_membership a ON a.id = s.asker_id LEFT JOIN accounts_person q ON q.id = a.person_id"
        " WHERE s.group_id = %s AND s.closed_at IS NULL AND m.left_at IS NULL ORDER BY s.due_on", group,
    )  # fmt: skip

    def words(value, table, column, row, by):
        return ask.words(value, table, column, row, by, organization, group)

    parts = [f"<h1>{name}</h1>"]
    for id, title, behavior, why, by, on, _shared, person in goals:
        texts = [words(value, "goals_goal", column, id, by) for column, value in
                 (("title", title), ("behavior", behavior), ("why", why))]  # fmt: skip
        parts.append(f'<article><h3><a href="/groups/{group}/goals/{id}/">{texts[0]}</a></h3><p>{texts[1]}</p>'
                     f"<p>{texts[2]}</p><p>{escape(person)} {on:%d %B}</p>")  # fmt: skip
        if last := latest.get(id):
            said = [words(last[at], "goals_checkin", column, last[1], last[2]) for at, column in
                    ((3, "how_it_went"), (4, "confidence"), (5, "what_next"), (6, "help_wanted"))]  # fmt: skip
            parts.append(f"<p>{said[0]}</p><p>{said[1]} of 10</p><p>{said[2]}</p><p>{said[3]}</p>"
                         f"<p>{last[7].astimezone(zone):%d %B}</p>")  # fmt: skip
        parts.append("</article>")
    parts += [
        f"<li>{words(text, 'goals_actionstep', 'text', id, by)} {on:%d %B} {escape(person)} {escape(asker or '')}</li>"
        for id, text, by, on, person, asker in steps
    ]
    return "".join(parts)


def check_in(ask, zone, group, goal):
    _mine, name, organization = door(ask, group)
    ((title, by),) = ask.rows(
        "SELECT title, membership_id FROM goals_goal WHERE id = %s AND group_id = %s", goal, group
    )
    facilitators = ask.rows(
        "SELECT p.name FROM groups_membership m JOIN accounts_person p ON p.id = m.person_id"
        " WHERE m.group_id = %s AND m.left_at IS NULL AND m.role = 'facilitator'", group,
    )  # fmt: skip
    drafts = ask.rows(
        "SELECT id, fields FROM groups_draft WHERE person_id = %s AND group_id = %s AND place = %s",
        ask.person, group, f"goals:check_in:{goal}",
    )  # fmt: skip
    who = f"Your group and {', '.join(escape(row[0]) for row in facilitators)}"
    numbers = "".join(f'<label><input type="radio" name="confidence" value="{n}">{n}</label>' for n in range(11))
    texts = "".join(
        f'<label>{label} <textarea name="{name}"></textarea></label><p>{who}</p>'
        for name, label in (("how_it_went", "How did it go?"), ("what_next", "What comes next?"),
                            ("help_wanted", "What help do you want?"))
    )  # fmt: skip
    title = ask.words(title, "goals_goal", "title", goal, by, organization, group)
    return f"<h1>{title}</h1><p>{name}</p><form>{texts}{numbers}<button>Save</button></form>{len(drafts)}"


def session(ask, zone, group, coaching_session):
    _mine, name, _organization = door(ask, group)
    ((title, starts, ends, place, url),) = ask.rows(
        "SELECT title, starts_at, ends_at, place, video_url FROM coaching_sessions_coachingsession"
        " WHERE id = %s AND group_id = %s", coaching_session, group,
    )  # fmt: skip
    people = ask.rows(
        "SELECT p.name, m.role, a.answer, a.presence FROM groups_membership m JOIN accounts_person p"
        " ON p.id = m.person_id LEFT JOIN coaching_sessions_attendance a"
        " ON a.membership_id = m.id AND a.coaching_session_id = %s"
        " WHERE m.group_id = %s AND (m.left_at IS NULL OR m.left_at > %s) ORDER BY p.name",
        coaching_session, group, starts,
    )  # fmt: skip
    blocks = ask.rows(
        "SELECT title, minutes, instruction FROM coaching_sessions_agendablock WHERE coaching_session_id = %s"
        " ORDER BY position", coaching_session,
    )  # fmt: skip
    parts = [f"<h1>{escape(title)}</h1><p>{name} {starts.astimezone(zone):%A %d %B %H:%M}–{ends:%H:%M}</p>"
             f"<p>{escape(place)} {escape(url)}</p>"]  # fmt: skip
    parts += [f"<li>{escape(title)} {minutes} {escape(what)}</li>" for title, minutes, what in blocks]
    parts += [f"<li>{escape(who)} {role} {answer or ''} {here or ''}</li>" for who, role, answer, here in people]
    return "".join(parts)


def report(ask, zone, slug):
    ((organization, name),) = ask.rows("SELECT id, name FROM accounts_organization WHERE slug = %s", slug)
    ((is_member,),) = ask.rows(
        "SELECT EXISTS (SELECT FROM groups_membership WHERE person_id = %s AND organization_id = %s"
        " AND left_at IS NULL)", ask.person, organization,
    )  # fmt: skip
    assert is_member
    ask.cursor.execute(CONTEXT, [REPORT, str(ask.person), str(organization)])
    programs = ask.rows("SELECT id, name FROM groups_program WHERE organization_id = %s ORDER BY name", organization)
    groups = ask.rows(_GROUPS, [row[0] for row in programs])
    met = ask.rows(_MET, [row[0] for row in programs])
    sums = [sum(column) for column in zip(*(row[2:-1] for row in groups), strict=True)]
    parts = [f"<h1>{escape(name)}</h1><p>{met[0][0]} of {met[0][1]}</p><p>{sums}</p>"]
    parts += [f"<li>{escape(name)}</li>" for _id, name in programs]
    parts += [
        f"<tr><td>{escape(name)}</td>{''.join(f'<td>{n}</td>' for n in counts)}</tr>" for _id, name, *counts in groups
    ]
    return "".join(parts) + json.dumps(sums)


_GROUPS = """
WITH g AS (SELECT id, name, ended_at FROM groups_coachinggroup WHERE program_id = ANY(%s)),
i AS (SELECT group_id, count(DISTINCT participant_id) AS invited FROM groups_invitation
      WHERE group_id IN (SELECT id FROM g) AND (withdrawn_at IS NULL OR accepted_at IS NOT NULL) GROUP BY 1),
m AS (SELECT m.group_id, count(DISTINCT m.person_id) AS joined,
             count(DISTINCT m.person_id) FILTER (WHERE s.id IS NOT NULL) AS signed,
             count(DISTINCT m.person_id) FILTER (WHERE m.left_at IS NULL) AS current
      FROM groups_membership m LEFT JOIN groups_chartersignature s ON s.membership_id = m.id
      WHERE m.group_id IN (SELECT id FROM g) AND m.role = 'member' GROUP BY 1),
s AS (SELECT group_id, count(*) FILTER (WHERE cancelled_at IS NULL AND ends_at <= now()) AS held,
             count(*) FILTER (WHERE cancelled_at IS NULL AND ends_at > now()) AS ahead,
             count(*) FILTER (WHERE cancelled_at IS NOT NULL) AS cancelled,
             max(starts_at) FILTER (WHERE cancelled_at IS NULL AND ends_at <= now()) AS last
      FROM coaching_sessions_coachingsession WHERE group_id IN (SELECT id FROM g) GROUP BY 1),
a AS (SELECT a.group_id, count(*) FILTER (WHERE answer = 'yes') AS yes, count(*) FILTER (WHERE answer = 'late') AS late,
             count(*) FILTER (WHERE answer = 'no') AS no, count(*) FILTER (WHERE c.ends_at <= now()
                 AND presence IN ('present', 'late')) AS attended,
             count(*) FILTER (WHERE c.ends_at <= now() AND presence = 'absent') AS absent,
             count(DISTINCT membership_id) FILTER (WHERE presence IN ('present', 'late')) AS came
      FROM coaching_sessions_attendance a JOIN coaching_sessions_coachingsession c ON c.id = a.coaching_session_id
      WHERE a.group_id IN (SELECT id FROM g) AND c.cancelled_at IS NULL GROUP BY 1),
e AS (SELECT c.group_id, count(*) AS expected FROM coaching_sessions_coachingsession c JOIN groups_membership m
      ON m.group_id = c.group_id AND m.role = 'member' AND m.joined_at <= c.ends_at
      AND (m.left_at IS NULL OR m.left_at > c.ends_at)
      WHERE c.group_id IN (SELECT id FROM g) AND c.cancelled_at IS NULL AND c.ends_at <= now() GROUP BY 1)
SELECT g.id, g.name, coalesce(invited, 0), coalesce(joined, 0), coalesce(signed, 0), coalesce(current, 0),
       coalesce(held, 0), coalesce(ahead, 0), coalesce(cancelled, 0), coalesce(yes, 0), coalesce(late, 0),
       coalesce(no, 0), coalesce(attended, 0), coalesce(absent, 0), coalesce(came, 0), coalesce(expected, 0), last
FROM g LEFT JOIN i ON i.group_id = g.id LEFT JOIN m ON m.group_id = g.id LEFT JOIN s ON s.group_id = g.id
LEFT JOIN a ON a.group_id = g.id LEFT JOIN e ON e.group_id = g.id ORDER BY lower(g.name)
"""
_MET = """
SELECT count(DISTINCT m.person_id) FILTER (WHERE EXISTS (
           SELECT FROM coaching_sessions_attendance a JOIN coaching_sessions_coachingsession c
           ON c.id = a.coaching_session_id WHERE a.membership_id = m.id AND c.cancelled_at IS NULL
           AND c.ends_at BETWEEN now() - interval '28 days' AND now() AND a.presence IN ('present', 'late'))),
       count(DISTINCT m.person_id)
FROM groups_membership m JOIN groups_coachinggroup g ON g.id = m.group_id
WHERE g.program_id = ANY(%s) AND g.state = 'active' AND m.role = 'member' AND m.left_at IS NULL
"""
