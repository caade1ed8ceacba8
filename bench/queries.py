"""The hot queries, taken from the real pages and sweeps, and how long each takes behind row security and without it.

Without it is measured twice: with the same conditions written out in the statement (``explicit``), and with none.
"""

import json
import re
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import cache, partial

from django.apps import apps
from django.db import connection

from common.actor import NOBODY, acting_as, current_context
from common.bootstrap import ARRANGER
from common.fences import RowSecurity

EXECUTIONS, LEAST, ENOUGH = 5, 15, 1000
FENCED = {
    model._meta.db_table: constraint
    for model in apps.get_models()
    for constraint in model._meta.constraints
    if isinstance(constraint, RowSecurity)
}


@dataclass
class HotQuery:
    """One statement as the page sent it: text, parameters, and who acted; the times come in rounds."""

    name: str
    sql: str
    params: tuple
    context: tuple  # role, person id, organization id
    is_streamed: bool
    explicit: str = ""  # the statement with the conditions of row security written into it
    behind: list = field(default_factory=list)
    written: list = field(default_factory=list)
    bare: list = field(default_factory=list)


def capture(page, act):
    """The statements that ``act()`` reads fenced tables with, named after the page and the table they begin at."""
    found, seen = [], Counter()

    def record(execute, sql, params, many, context):
        table = _first_table(sql)
        if table and current_context() != NOBODY:
            seen[table] += 1
            name = f"{page}: {table}" + (f" {seen[table]}" if seen[table] > 1 else "")
            is_streamed = bool(getattr(context["cursor"].cursor, "name", ""))
            found.append(HotQuery(name, sql, params, current_context(), is_streamed))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(record):
        act()
    return found


def without_repetitions(queries):
    """Of what several pages ask in the same words, such as the group's door, the first."""
    different = {}
    for query in queries:
        different.setdefault((query.sql, str(query.params), query.context), query)
    return list(different.values())


def _first_table(sql):
    """The fenced table that a SELECT begins at, else the first one that it mentions; None for other statements."""
    if not sql.startswith("SELECT"):
        return None
    outer, inner = sql, None
    while outer != inner:
        inner, outer = outer, re.sub(r"\([^()]*\)", "", outer)
    named = re.findall(r'(?:FROM|JOIN) "(\w+)"', outer) + re.findall(r'(?:FROM|JOIN) "(\w+)"', sql)
    return next((table for table in named if table in FENCED), None)


def write_out(query):
    """Give the query its ``explicit`` form: each table narrowed by a WHERE that says what its policies say."""
    narrowed = partial(_narrowed, query.context)
    query.explicit = re.sub(
        r'(FROM|JOIN) "(\w+)"( (?!ON\b|WHERE\b|INNER\b|LEFT\b|ORDER\b|GROUP\b|LIMIT\b)\w+)?', narrowed, query.sql
    )


def _narrowed(context, match):
    keyword, table, alias = match[1], match[2], match[3]
    if table not in FENCED:
        return match[0]
    condition = _conditions(FENCED[table], *context).replace("%", "%%")
    called = alias or f' "{table}"'
    return f'{keyword} (SELECT * FROM "{table}" WHERE {condition}){called}'  # noqa: S608


def _conditions(walls, role, person, organization):
    """What the role reads of the table, as a careful developer would write it: subqueries on the person's own rows."""
    allowed = [policy.using for policy in walls.policies if policy.role == role and policy.command in ("SELECT", "ALL")]
    condition = " OR ".join(f"({one})" for one in allowed) or "false"
    if role in walls.fence:
        condition = f"({walls.fence[role]}) AND ({condition})"
    return _without_helpers(condition, person, organization)


def _without_helpers(condition, person, organization):
    remembered = r"\(SELECT coalesce\(nullif\(current_setting\('app\.(\w+)', true\), ''\)::[\w\[\]]+, \1\(\)\)\)"
    condition = re.sub(remembered, r"(SELECT \1())", condition)
    while helper := re.search(r"\(SELECT (my_\w+|office_\w+)\(\)\)|\b(my_office)\(\)", condition):
        condition = condition.replace(helper[0], _query_of(helper[1] or helper[2]))
    condition = re.sub(
        r"nullif\(current_setting\('app.actor', true\), ''\)::uuid|current_actor\(\)", f"'{person}'::uuid", condition
    )
    return condition.replace("current_org()", f"'{organization}'::uuid" if organization else "NULL::uuid")


@cache
def _query_of(helper):
    """The query inside a helper function, so that the two cannot say different things."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [helper])
        (source,) = cursor.fetchone()
    inside = re.search(r"RETURN (.*);\s*END", source, re.DOTALL)[1]
    if inside.startswith("nullif("):
        return "(" + re.search(r"coalesce\(\((.*)\)::text, ''\)", inside, re.DOTALL)[1] + ")"
    inside = re.sub(r"^set_config\('app\.\w+', (.*)::text, true\)$", r"\1", inside, flags=re.DOTALL)
    return inside


def run(query, sql=None):
    """The rows, and the seconds from sending the statement to having them all."""
    with connection.chunked_cursor() if query.is_streamed else connection.cursor() as cursor:
        start = time.perf_counter()
        cursor.execute(sql or query.sql, query.params)
        rows = cursor.fetchall()
        return rows, time.perf_counter() - start


def _sides(query):
    """Statement, times and role: behind row security, with written conditions, and with neither."""
    return [
        (query.sql, query.behind, query.context[0]),
        (query.explicit, query.written, ARRANGER),
        (query.sql, query.bare, ARRANGER),
    ]


def check_same_rows(query):
    """All three find the same: row security takes nothing away that the explicit conditions leave."""
    answers = []
    _role, person, organization = query.context
    for sql, _times, role in _sides(query):
        with acting_as(role, person=person, organization=organization):
            answers.append(sorted(map(repr, run(query, sql)[0])))
    if not answers[0] == answers[1] == answers[2]:
        raise AssertionError(f"{query.name}: {[len(rows) for rows in answers]} rows behind row security and without.")
    return len(answers[0])


def measure(queries, *, seconds, least=LEAST):
    """Measure all of them, round after round, until the time is over; slow ones rest once they have had their share.

    Each is executed ``least`` times at the least, on each side.
    """
    end, share = time.monotonic() + seconds, seconds / len(queries)
    for query in queries:
        _measure_round(query, 1)
        for _sql, times, _role in _sides(query):
            times.clear()
    while True:
        for query in queries:
            if len(query.bare) < least or sum(query.behind) + sum(query.written) + sum(query.bare) < share:
                _measure_round(query, EXECUTIONS)
        fewest = min(len(query.bare) for query in queries)
        if fewest >= ENOUGH or (fewest >= least and time.monotonic() > end):
            return


def _measure_round(query, executions):
    """Add some executions to each side, each side's in one transaction of its own, as a page has them."""
    sides = _sides(query)
    if len(query.behind) // executions % 2:
        sides.reverse()
    _role, person, organization = query.context
    for sql, times, role in sides:
        with acting_as(role, person=person, organization=organization):
            times.extend(run(query, sql)[1] for _ in range(executions))


def milliseconds(query):
    """Behind row security, and with its conditions written out."""
    return usual(query.behind) * 1000, usual(query.written) * 1000


def all_together(queries):
    """Milliseconds of all statements behind row security, and with no condition but the product's own."""
    return (sum(usual(query.behind) for query in queries) * 1000, sum(usual(query.bare) for query in queries) * 1000)


def usual(times):
    """The median of the best of each five: whatever else runs on the machine only ever makes things slower."""
    return statistics.median(min(times[at : at + EXECUTIONS]) for at in range(0, len(times), EXECUTIONS))


def plan(query):
    """What PostgreSQL says about the statement behind row security."""
    role, person, organization = query.context
    declare = "DECLARE bench NO SCROLL CURSOR FOR " if query.is_streamed else ""
    with acting_as(role, person=person, organization=organization), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {declare}{query.sql}", query.params)
        return cursor.fetchall()[0][0]


def sequential_scans(query, big_tables):
    """Big tables that the statement reads from end to end behind row security."""
    found = plan(query)
    found = json.loads(found) if isinstance(found, str) else found
    return sorted(_scanned(found[0]["Plan"]) & big_tables)


def _scanned(node):
    own = {node["Relation Name"]} if node["Node Type"] == "Seq Scan" else set()
    return own.union(*(_scanned(child) for child in node.get("Plans", [])))
