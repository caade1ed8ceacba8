"""How fast the formation board is: ``python bench/board.py --json`` measures it on a database of its own. See
docs/benchmarks.md.

The last line of ``--json`` is one object: figure → value, floor, ratio, reach, ok.

- ``consequences 1000``: milliseconds of the answer to what a move of one person would change, for every place at once,
  with 1,000 people in 200 groups (the median of whole requests); the floor is the fetching alone of the same people and
  the same proposal, by hand, in the same process. ``ok`` when the value itself is within reach.
- ``first look 1000``: the same in a process that has not looked at this board since something changed on it.
- ``board 100 queries``: how many statements the page of a board with 100 groups sends, without what each page of a
  signed-in person sends; the floor is the same with 10 groups.
- ``board 100``: milliseconds of that page, beside those of fetching alone.
"""

import json
import statistics
import sys
import time
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from bench.command import figure, run, say  # noqa: E402  # only now is there a path to it

CONSEQUENCES, FIRST, QUERIES, PAGE = 50, 100, 10, 1000
LEAST = 20


def measure(conninfo, options):
    """Make boards of three sizes and return the figures."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from bench import visits
    from bench.growth import EVERY_PAGE

    sizes = (4, 12, 20) if options.quick else (10, 100, 200)
    say(f"Making boards of {sizes[0]}, {sizes[1]} and {sizes[2]} groups")
    small, large, thousand = (Bench(groups, 5) for groups in sizes)
    clients = {bench: visits.signed_in(bench.hr) for bench in (small, large, thousand)}
    asked = [f"{thousand.path}consequences/{person}/" for person in thousand.first_members()]
    answers = [json.loads(visits.get(clients[thousand], url)) for url in asked]
    if {len(answer["targets"]) for answer in answers} != {sizes[2]}:  # the tray among them
        raise AssertionError("Not every place is among the consequences.")
    seconds = 0 if options.quick else min(options.seconds_limit, 60)
    say(f"Measuring for {seconds:.0f} seconds")
    visit = partial(_in_turn, [partial(visits.get, clients[thousand], url) for url in asked])
    page = partial(visits.get, clients[large], large.path)
    acts = [visit, partial(thousand.fetch, conninfo), page, partial(large.fetch, conninfo), partial(_anew, visit)]
    taken = _timed(acts, seconds, 3 if options.quick else LEAST)
    counted = []
    for bench in (small, large):
        with CaptureQueriesContext(connection) as captured:
            visits.get(clients[bench], bench.path)
        counted.append(sum(not any(part in one["sql"] for part in EVERY_PAGE) for one in captured))
    return {
        "consequences 1000": figure(taken[0], taken[1], CONSEQUENCES, by_value=True),
        "first look 1000": figure(taken[4], taken[1], FIRST, by_value=True),
        "board 100 queries": figure(counted[1], counted[0], QUERIES, by_value=True),
        "board 100": figure(taken[2], taken[3], PAGE, by_value=True),
    }


class Bench:
    """A program with a proposal of groups that keep every rule, each with a facilitator."""

    def __init__(self, groups, size):
        from bench.planted import planted
        from common.actor import acting_as
        from common.bootstrap import ARRANGER
        from groups.models import Formation, Participant
        from tests import factories

        with acting_as(ARRANGER):
            self.hr = _office()
            organization = self.hr.organization_roles.first().organization
            self.program = factories.ProgramFactory(
                organization=organization, size_min=4, size_target=size, size_max=size + 2
            )
            coaches = [
                factories.OrganizationRoleFactory(organization=organization, role="facilitator").person
                for _ in range(max(1, groups // 5))
            ]
            people = sorted(planted(groups * size, size, seed=groups), key=lambda one: one.id)
            rows = [_row(self.program, one) for one in people]
            Participant.objects.bulk_create(rows)
            seated = [
                {
                    "name": f"Group {number}",
                    "members": [str(row.pk) for row in rows[number * size : (number + 1) * size]],
                    "facilitator": str(coaches[number % len(coaches)].pk),
                }
                for number in range(groups)
            ]
            proposal = {"groups": seated, "unplaced": [], "score": 0}
            self.formation = Formation.objects.create(
                organization=organization, program=self.program, asked_by=self.hr, state="proposed", proposal=proposal
            )
        self.path = f"/o/{organization.slug}/programs/{self.program.pk}/groups/{self.formation.pk}/"

    def first_members(self):
        return [group["members"][0] for group in self.formation.proposal["groups"]][::20]

    def fetch(self, conninfo):
        """The same people and the same proposal, fetched by hand and nothing done with them."""
        if not hasattr(self, "_connection"):
            import psycopg

            self._connection = psycopg.connect(conninfo, autocommit=True)
        columns = "id, email, name, team, manager_email, level, years_in_role, function, location, timezone, gender"
        people = self._connection.execute(
            f"SELECT {columns}, languages, goals FROM groups_participant WHERE program_id = %s",  # noqa: S608
            [self.program.pk],
        ).fetchall()
        self._connection.execute("SELECT proposal FROM groups_formation WHERE id = %s", [self.formation.pk]).fetchone()
        return people


def _office():
    from tests import factories

    return factories.OrganizationRoleFactory(role="hr").person


def _row(program, one):
    from groups.models import Participant

    return Participant(
        organization_id=program.organization_id,
        program=program,
        email=f"{program.pk.hex[-6:]}-{one.email}",
        name=f"Person {one.id}",
        team=one.team,
        manager_email=f"{program.pk.hex[-6:]}-{one.manager}@x.example" if one.manager else "",
        level=one.level,
        years_in_role=one.years,
        function=one.function,
        location=one.location,
        timezone=one.timezone,
        gender=one.gender,
        languages=list(one.languages),
        goals=list(one.goals),
    )


def _anew(visit):
    """A visit that finds nothing of what was made before."""
    from groups.board import looking

    looking.forget()
    return visit()


def _in_turn(acts):
    """The next of some acts, round and round."""
    acts.append(acts.pop(0))
    return acts[-1]()


def _timed(acts, seconds, least):
    """The median milliseconds of each act; they take turns, so that a slow moment meets all of them."""
    taken = [[] for _ in acts]
    for act in acts:
        act()
    end = time.monotonic() + seconds
    while time.monotonic() < end or len(taken[0]) < least:
        for times, act in zip(taken, acts, strict=True):
            start = time.perf_counter()
            act()
            times.append((time.perf_counter() - start) * 1000)
    return [statistics.median(times) for times in taken]


if __name__ == "__main__":
    sys.exit(run(measure, description=__doc__.split("\n")[0], seconds_limit=30))
