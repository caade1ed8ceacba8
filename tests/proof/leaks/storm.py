"""A real server, two people who ask it for everything at once, and whoever checks what each was shown."""

import json
import os
import random
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from pathlib import Path

from common.ids import new_id
from tests.proof.leaks.people import PASSWORD
from tests.proof.leaks.probe import HEADER
from tests.proof.leaks.ways import CLEAN
from tests.proof.visitor import Answer, Visitor
from tests.services.processes import wait_for

ROOT = Path(__file__).resolve().parents[3]
NOTHING_LEFT = json.loads(json.dumps(astuple(CLEAN)))
NOTHING_SET = ["none", "", ""]


@contextmanager
def serving(services, *, folder, database, sabotage=""):
    """The site under uvicorn, on the tests' database, as the real web login; its port."""
    url = f"postgresql://colloquy_web:{services['passwords']['colloquy_web']}@"
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener, open(folder / "web.log", "wb") as log:
        port = listener.getsockname()[1]
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("COLLOQUY_", "DJANGO_"))}
        environment |= {
            "COLLOQUY_DATA": str(folder),
            "COLLOQUY_DATABASE_POOL": "1",
            "COLLOQUY_EMBEDDED": "1",  # pictures and style sheets from where they lie
            "COLLOQUY_DATABASE_URL": f"{url}{services['socket_dir'].replace('/', '%2F')}/{database}",
            "COLLOQUY_KEY_FILE": services["key_file"],
            "COLLOQUY_REDIS_URL": services["redis_url"],
            "COLLOQUY_SECRET_KEY": "known to nobody but this test",
            "COLLOQUY_SITE_URL": f"http://localhost:{port}",
            "DJANGO_SETTINGS_MODULE": "tests.proof.leaks.settings",
            "SABOTAGE": sabotage,
        }
        command = [sys.executable, "-m", "uvicorn", "coaching_site.asgi:application", "--fd", str(listener.fileno())]
        process = subprocess.Popen(
            [*command, "--lifespan", "off", "--no-access-log", "--timeout-graceful-shutdown", "2"],
            cwd=ROOT, env=environment, stdout=log, stderr=log, pass_fds=[listener.fileno()],
        )  # fmt: skip
        try:
            yield port
        finally:
            process.terminate()
            process.wait(20)


@dataclass(frozen=True)
class Wish:
    """One request; ``name`` says which, and ``status`` what it is answered with."""

    word: str
    name: str
    status: int
    path: str
    fields: dict | None = None


def wishes(half, other):
    """What one of the two asks for: their own pages, the other's, forms, and pages that go wrong in the middle."""
    mine, theirs = f"/groups/{half.group.pk}", f"/groups/{other.group.pk}"
    soon = (date.today() + timedelta(days=30)).isoformat()
    pages = [
        ("today", 200, "/today/"),
        ("my groups", 200, "/groups/"),
        ("my group", 200, f"{mine}/"),
        ("my board", 200, f"{mine}/goals/"),
        ("my goal", 200, f"{mine}/goals/{half.goal.pk}/"),
        ("what I sent", 200, f"{mine}/feedback/?box=sent"),
        ("my note", 200, f"{mine}/feedback/{half.note.pk}/"),
        ("my session", 200, f"{mine}/sessions/{half.session.pk}/"),
        ("my settings", 200, "/you/"),
        ("my organization", 200, f"/o/{half.organization.slug}/programs/"),
        ("my report", 200, f"/o/{half.organization.slug}/report/"),
        ("for owners only", 403, f"/o/{half.organization.slug}/people/"),
        ("their group", 404, f"{theirs}/"),
        ("their goal in my group", 404, f"{mine}/goals/{other.goal.pk}/"),
        ("their organization", 404, f"/o/{other.organization.slug}/report/"),
        ("breaks", 500, "/probe/fails/"),
        ("is refused", 403, "/probe/refuses/"),
        ("goes on", 200, "/probe/nested/"),
        ("waits", 200, "/probe/waits/"),
    ]
    forms = [
        ("writes", 302, f"{mine}/steps/new/", {"text": f"Find another {half.word}", "due_on": soon}),
        ("writes nothing", 422, f"{mine}/steps/new/", {"text": "", "due_on": soon}),
        ("writes to them", 404, f"{theirs}/steps/new/", {"text": f"I am a {half.word}", "due_on": soon}),
    ]
    return [Wish(half.word, *page) for page in pages] + [Wish(half.word, *form) for form in forms]


@dataclass(frozen=True)
class Seen:
    """What came of a wish; ``connection`` served it, and of what it held ``before`` and ``after`` there is record."""

    wish: Wish
    answer: Answer
    connection: int | None
    before: list | None
    after: list | None


def storm(two, port, *, requests, threads=12, seed=1, now_and_then=lambda: None):
    """Have the two ask in turn, from many threads; everything that they have seen."""
    first, second = two.values()
    visitors = {half.word: Visitor(port).sign_in(half.person.email, PASSWORD) for half in two.values()}
    plan = [wish for pair in zip(_shuffled(wishes(first, second), requests // 2, seed),
                                 _shuffled(wishes(second, first), requests // 2, -seed), strict=True)
            for wish in pair]  # fmt: skip

    def ask(numbered):
        number, wish = numbered
        if number % 50 == 25:
            now_and_then()
        fields = wish.fields and {**wish.fields, "key": new_id()}
        answer = visitors[wish.word].ask("POST" if fields else "GET", wish.path, fields)
        known = json.loads(answer.headers.get(HEADER.lower(), "[null, null, null]"))
        return Seen(wish, answer, *known)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(ask, enumerate(plan)))


def _shuffled(wished, count, seed):
    chosen = (wished * (count // len(wished) + 1))[:count]
    random.Random(seed).shuffle(chosen)
    return chosen


def leaks(seen, words):
    """Each sign of a context that was not the asker's own."""
    found = []
    for one in seen:
        text, who = one.answer.body.lower(), f"{one.wish.word}, {one.wish.name}"
        found += [f"{who}: shown a {word}" for word in words if word != one.wish.word and word in text]
        if one.answer.status == 200 and one.wish.word not in text:
            found.append(f"{who}: not shown their own")
        if "left before" in text and text.count(str(astuple(CLEAN)).lower()) != 2:
            found.append(f"{who}: something was left in a lasting thread")
        if one.answer.status != 500 or one.connection:
            found += [f"{who}: {when} {what}" for when, what in (("found", one.before), ("left", one.after))
                      if what != NOTHING_LEFT]  # fmt: skip
    return found


def left_in_pool(port):
    """The connections of the pool on which something is still set; and how many there are."""
    answer = Visitor(port).get("/probe/pool/")
    connections = json.loads(answer.body)
    return {key: value for key, value in connections.items() if value != NOTHING_SET}, len(connections)


def wait_until_it_answers(port):
    def answers():
        try:
            return Visitor(port).get("/healthz").status == 200
        except OSError:
            return False

    assert wait_for(answers, seconds=30), "the site does not start"
