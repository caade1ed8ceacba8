"""The hot queries, taken from the real pages and sweeps, and how long each takes behind row security and without it."""

import json
import re
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field

from django.apps import apps
from django.db import connection

from common.actor import NOBODY, acting_as, current_context
from common.bootstrap import ARRANGER
from common.fences import RowSecurity

EXECUTIONS, LEAST, ENOUGH = 5, 15, 1000
FENCED = {
    model._meta.db_table
    for model in apps.get_models()
    if any(isinstance(constraint, RowSecurity) for constraint in model._meta.constraints)
}


@dataclass
class HotQuery:
    """One statement as the page sent it: text, parameters, and who acted; the times come in rounds."""

    name: str
    sql: str
    params: tuple
    context: tuple  # role, person id, organization id
    is_streamed: bool
    behind: list = field(default_factory=list)
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


def run(query):
    """The rows, and the seconds from sending the statement to having them all."""
    with connection.chunked_cursor() if query.is_streamed else connection.cursor() as cursor:
        start = time.perf_counter()
        cursor.execute(query.sql, query.params)
        rows = cursor.fetchall()
        return rows, time.perf_counter() - start


def _sides(query):
    role, person, organization = query.context
    return [
        (query.behind, (role, person, organization)),
        (query.bare, (ARRANGER, person, organization)),
    ]


def check_same_rows(query):
    """Row security takes nothing away that the explicit conditions leave, and how many rows there are."""
    answers = []
    for _, (role, person, organization) in _sides(query):
        with acting_as(role, person=person, organization=organization):
            answers.append(sorted(map(repr, run(query)[0])))
    if answers[0] != answers[1]:
        raise AssertionError(f"{query.name}: {len(answers[0])} rows behind row security, {len(answers[1])} without.")
    return len(answers[0])


def measure(queries, *, seconds):
    """Measure all of them, round after round, until the time is over; slow ones rest once they have had their share."""
    end, share = time.monotonic() + seconds, seconds / len(queries)
    for query in queries:
        _measure_round(query, 1)
        query.behind.clear()
        query.bare.clear()
    while True:
        for query in queries:
            if len(query.bare) < LEAST or sum(query.behind) + sum(query.bare) < share:
                _measure_round(query, EXECUTIONS)
        fewest = min(len(query.bare) for query in queries)
        if fewest >= ENOUGH or (fewest >= LEAST and time.monotonic() > end):
            return


def _measure_round(query, executions):
    """Add some executions to both sides, each side's in one transaction of its own, as a page has them."""
    sides = _sides(query)
    if len(query.behind) // executions % 2:
        sides.reverse()
    for times, (role, person, organization) in sides:
        with acting_as(role, person=person, organization=organization):
            times.extend(run(query)[1] for _ in range(executions))


def milliseconds(query):
    """Behind row security, and without it."""
    return usual(query.behind) * 1000, usual(query.bare) * 1000


def usual(times):
    """The median of the best of each five: whatever else runs on the machine only ever makes things slower."""
    return statistics.median(min(times[at : at + EXECUTIONS]) for at in range(0, len(times), EXECUTIONS))


def plan(query, *, bare=False, options="FORMAT JSON"):
    """What PostgreSQL says about the statement."""
    _, (role, person, organization) = _sides(query)[bare]
    declare = "DECLARE bench NO SCROLL CURSOR FOR " if query.is_streamed and "ANALYZE" not in options else ""
    with acting_as(role, person=person, organization=organization), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN ({options}) {declare}{query.sql}", query.params)
        rows = cursor.fetchall()
        return rows[0][0] if "JSON" in options else "\n".join(row[0] for row in rows)


def sequential_scans(query, big_tables):
    """Big tables that the statement reads from end to end behind row security."""
    found = plan(query)
    found = json.loads(found) if isinstance(found, str) else found
    return sorted(_scanned(found[0]["Plan"]) & big_tables)


def _scanned(node):
    own = {node["Relation Name"]} if node["Node Type"] == "Seq Scan" else set()
    return own.union(*(_scanned(child) for child in node.get("Plans", [])))
