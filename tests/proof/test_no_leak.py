"""No context leaks between requests, threads, tasks, async pages and pooled connections."""

import random
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from celery import Celery
from django.conf import settings as site_settings
from django.db import connection, transaction

from coaching_site.celery import app as clock
from common import actor
from common.fences import MEMBER
from goals.models import ActionStep
from tests.proof.leaks import sabotage
from tests.proof.leaks.people import WORDS, build_two
from tests.proof.leaks.storm import NOTHING_LEFT, Seen, Wish, leaks, left_in_pool, serving, storm, wait_until_it_answers
from tests.proof.leaks.ways import CLEAN, NAMES, Ways, go, leaking, left, titles
from tests.proof.visitor import Answer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def two(arranging):
    """Two people of different groups, by word."""
    with arranging():
        return build_two()


@pytest.fixture
def ways(services):
    return Ways(services["superuser"])


# Out of a block, on one connection -----------------------------------------------------------------------------------


def test_no_way_out_of_a_block_leaves_anything(two, ways):
    assert leaking(ways, two["quokka"].person) == {}


real_acting_as = actor.acting_as


@contextmanager
def tidy_after_success_only(role, *, person=None, organization=None):
    outer = actor.current_context()
    with transaction.atomic():
        actor._write_context((role, actor._key(person), actor._key(organization)))
        yield
    if connection.in_atomic_block:
        actor._write_context(outer)
    connection.colloquy_context = outer
    if outer == actor.NOBODY:
        connection.colloquy_keys = {}


@contextmanager
def believing_in_the_outer_block(role, **who):
    outer = actor.current_context()
    try:
        with real_acting_as(role, **who):
            yield
    finally:
        connection.colloquy_context = outer


@contextmanager
def keeping_keys(role, **who):
    with real_acting_as(role, **who):
        yield
        kept = dict(getattr(connection, "colloquy_keys", {}))
    connection.colloquy_keys = kept


@pytest.mark.parametrize(
    ("name", "mistake", "noticed_after"),
    [
        ("_write_context", sabotage.write_context_for_the_whole_session, "all_is_well"),
        ("acting_as", tidy_after_success_only, "error"),
        ("acting_as", believing_in_the_outer_block, "generator_outlives_its_block"),
        ("acting_as", keeping_keys, "all_is_well"),
    ],
)
def test_what_is_left_by_a_mistake_is_noticed(two, ways, monkeypatch, name, mistake, noticed_after):
    monkeypatch.setattr(actor, name, mistake)

    assert noticed_after in leaking(ways, two["quokka"].person)


# Threads and tasks ---------------------------------------------------------------------------------------------------


def in_threads(work, *, threads=4):
    """Run ``work(random)`` in each of some threads, on connections of their own; all that they found."""

    def run(number):
        try:
            return work(random.Random(number))
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return [found for list_of_one in pool.map(run, range(threads)) for found in list_of_one]


def words_read(person):
    with actor.acting_as(MEMBER, person=person):
        return titles()


def crossing(two, ways, *, rounds=60):
    """Let the two go all ways in several threads at once; what was left, and what each read that was not their own."""

    def work(chance):
        found = []
        for _ in range(rounds):
            half, name = chance.choice(list(two.values())), chance.choice(NAMES)
            go(getattr(ways, name), half.person)
            if (now := left()) != CLEAN:
                found.append(f"{name} left {now}")
            if (words := words_read(half.person)) != [f"Meet a {half.word}"]:
                found.append(f"{half.word} read {words}")
        return found

    return in_threads(work)


def test_threads_share_no_context(two, ways):
    assert crossing(two, ways) == []


def test_a_context_that_threads_share_is_noticed(two, ways, monkeypatch):
    first = {}  # whoever comes first is taken for everybody: one dictionary for the whole process

    def as_the_first(role, *, person, **more):
        return real_acting_as(role, person=first.setdefault(role, person), **more)

    monkeypatch.setattr(actor, "acting_as", as_the_first)

    found = crossing(two, ways, rounds=20)

    assert {"narwhal read ['Meet a quokka']", "quokka read ['Meet a narwhal']"} & set(found)


tasks = Celery("proof", set_as_current=False)


@tasks.task
def read_words(person_id):
    return words_read(person_id)


@tasks.task
def break_down(person_id):
    with actor.acting_as(MEMBER, person=person_id):
        titles()
        raise ValueError(person_id)


def test_tasks_share_no_context(two):
    clock.loader.import_default_modules()
    names = sorted({entry["task"] for entry in site_settings.CELERY_BEAT_SCHEDULE.values()})

    def work(chance):
        found = []
        for _ in range(25):
            half = chance.choice(list(two.values()))
            ends = [
                clock.tasks[chance.choice(names)].apply().state,
                break_down.apply([half.person.pk]).state,
                read_words.apply([half.person.pk]).get(),
            ]
            expected = ["SUCCESS", "FAILURE", [f"Meet a {half.word}"]]
            found += [(ends, left())] if (ends, left()) != (expected, CLEAN) else []
        return found

    assert in_threads(work) == []


# The site, its pool and its async pages ------------------------------------------------------------------------------


@pytest.fixture
def site(two, services, tmp_path):
    """``with site(sabotage):`` the site under uvicorn; its port."""

    @contextmanager
    def start(sabotage=""):
        with serving(services, folder=tmp_path, database=connection.settings_dict["NAME"], sabotage=sabotage) as port:
            wait_until_it_answers(port)
            yield port

    return start


def test_500_interleaved_requests_of_two_people_show_each_their_own(two, site):
    with site() as port:
        seen = storm(two, port, requests=500)
        still_set, connections = left_in_pool(port)

    assert Counter((s.wish.name, s.answer.status) for s in seen if s.answer.status != s.wish.status) == {}
    assert leaks(seen, WORDS) == []
    assert still_set == {}
    assert (connections, both_on_each_connection(seen)) == (3, [set(WORDS)] * 3)
    assert written_by_each(two) == {
        word: {(word, f"Find another {word}"), (word, f"Call the {word}")} for word in WORDS
    }


def both_on_each_connection(seen):
    """Who was served by each of the connections."""
    served = defaultdict(set)
    for one in seen:
        served[one.connection].add(one.wish.word)
    return list(served.values())


def written_by_each(two):
    """Whose steps each of the two reads, and their words."""
    found = {}
    for word, half in two.items():
        with actor.acting_as(MEMBER, person=half.person):
            steps = ActionStep.objects.select_related("membership__person")
            found[word] = {(step.membership.person.name.split()[1].lower(), step.text.open()) for step in steps}
    return found


def test_connections_killed_in_the_midst_of_requests_leave_nothing(two, site, services):
    database = connection.settings_dict["NAME"]

    def kill_one():
        with psycopg.connect(services["superuser"]) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE usename = 'colloquy_web' AND application_name = 'colloquy-web' AND datname = %s LIMIT 1",
                [database],
            )

    with site() as port:
        seen = storm(two, port, requests=200, seed=2, now_and_then=kill_one)
        still_set, _connections = left_in_pool(port)

    assert len({one.connection for one in seen}) > 3
    assert leaks(seen, WORDS) == []
    assert still_set == {}


NOTHING_BUT_A_ROLE = ["colloquy_member", *NOTHING_LEFT[1:]]


@pytest.mark.parametrize(
    ("sign", "text", "status", "connection_id", "before", "after"),
    [
        ("", "The quokka", 200, 1, NOTHING_LEFT, NOTHING_LEFT),
        ("", "Not found", 404, 1, NOTHING_LEFT, NOTHING_LEFT),
        ("", "The database is away", 500, None, None, None),
        ("shown a narwhal", "The quokka and the Narwhal", 200, 1, NOTHING_LEFT, NOTHING_LEFT),
        ("shown a narwhal", "No narwhal here", 404, 1, NOTHING_LEFT, NOTHING_LEFT),
        ("not shown their own", "An empty page", 200, 1, NOTHING_LEFT, NOTHING_LEFT),
        ("found ['colloquy_member'", "The quokka", 200, 1, NOTHING_BUT_A_ROLE, NOTHING_LEFT),
        ("left ['colloquy_member'", "Broken", 500, 1, NOTHING_LEFT, NOTHING_BUT_A_ROLE),
        ("found None", "The quokka", 200, None, None, None),
        ("left in a lasting thread", "quokka, left before: ('colloquy_member',)", 200, 1, NOTHING_LEFT, NOTHING_LEFT),
    ],
)
def test_the_check_of_an_answer_finds_each_sign(sign, text, status, connection_id, before, after):
    seen = Seen(Wish("quokka", "a page", status, "/"), Answer(status, {}, text), connection_id, before, after)

    found = leaks([seen], WORDS)

    assert (bool(found), sign in "".join(found)) == (bool(sign), True)


@pytest.mark.parametrize(
    ("mistake", "sign"), [("session settings", "found ['colloquy_"), ("remembered pages", "shown a narwhal")]
)
def test_the_storm_notices_a_mistake(two, site, mistake, sign):
    with site(mistake) as port:
        found = leaks(storm(two, port, requests=100), WORDS)

    assert sign in "\n".join(found)
