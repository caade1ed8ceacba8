"""People who write, and who send a form again until it is acknowledged; and whoever checks what became of it."""

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from http.client import HTTPException

from tests.proof.crash.read_back import BROKEN

SOON = (date.today() + timedelta(days=30)).isoformat()
BREAKDOWNS = {500, 502, 503}
# Why a form that has been acknowledged is sent again: the answer was lost on the way, or somebody has clicked twice.
LOST, AT_ONCE = "answer lost", "clicked twice"


@dataclass(frozen=True)
class Write:
    """One form of one person: ``texts`` are the words that must be found in the row of ``table``."""

    email: str
    table: str
    path: str
    fields: dict
    texts: list


def writes_of(email, places, count):
    """``count`` different writes of one person, of every kind in turn."""
    group = f"/groups/{places['group']}"
    made = []
    for number in range(count):
        words = f"{email.split('@')[0]} {number:04d}"
        made.append(
            [
                Write(email, "goals_actionstep", f"{group}/steps/new/",
                      {"text": words, "due_on": SOON}, [words]),
                Write(email, "goals_checkin", f"{group}/goals/{places['goal']}/check-in/",
                      {"how_it_went": words, "what_next": f"{words} next"}, [words, f"{words} next"]),
                Write(email, "goals_goal", f"{group}/goals/new/",
                      {"title": words, "behavior": f"{words} seen", "target_on": SOON}, [words, f"{words} seen"]),
                Write(email, "feedback_feedbacknote", f"{group}/feedback/new/",
                      {"recipient": places["peer"], "kind": "keep", "situation": words, "behavior": f"{words} seen",
                       "impact": f"{words} felt"}, [words, f"{words} seen", f"{words} felt"]),
            ][number % 4]
        )  # fmt: skip
    return made


class Ledger:
    """What was sent and what was acknowledged, by the key of its form; and why it had to be sent again."""

    def __init__(self):
        self.acknowledged = {}
        self.setbacks = Counter()
        self.again = Counter()
        self._changed = threading.Condition()

    def acknowledge(self, key, write, *, again):
        with self._changed:
            self.again.update(again)
            self.acknowledged[key] = write
            self._changed.notify_all()

    def set_back(self, why):
        with self._changed:
            self.setbacks[why] += 1

    def wait_for(self, count, *, seconds):
        with self._changed:
            return self._changed.wait_for(lambda: len(self.acknowledged) >= count, seconds)


def send_all(visitors, writes, ledger, *, seconds, threads=6, seed=1):
    """Send every write until it is acknowledged. Raises AssertionError for one that is not, in time."""
    deadline = time.monotonic() + seconds
    patience = threading.Event()

    def send(numbered):
        number, write = numbered
        visitor, chance = visitors[write.email], random.Random(seed * 1000 + number).random()
        key = _until(lambda: _open_form(visitor, write), ledger, patience, deadline)
        times = [AT_ONCE] * 2 if chance < 0.1 else [LOST, ""] if chance < 0.2 else [""]
        with ThreadPoolExecutor(2 if AT_ONCE in times else 1) as hands:
            sent = [hands.submit(_until, lambda: _post(visitor, write, key), ledger, patience, deadline) for _ in times]
            for one in sent:
                one.result()
        ledger.acknowledge(key, write, again=filter(None, times))

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(send, enumerate(writes)))


def _until(attempt, ledger, patience, deadline):
    while True:
        try:
            return attempt()
        except (OSError, HTTPException, Setback) as error:
            ledger.set_back(str(error) if isinstance(error, Setback) else type(error).__name__)
            assert time.monotonic() < deadline, f"not acknowledged in time; {dict(ledger.setbacks)}"
            patience.wait(0.1)


class Setback(Exception):
    """The site says that it could not; whoever writes tries again."""


def _ask(visitor, method, path, fields=None):
    answer = visitor.ask(method, path, fields)
    if answer.status in BREAKDOWNS:
        raise Setback(answer.status)
    return answer


def _open_form(visitor, write):
    answer = _ask(visitor, "GET", write.path)
    assert answer.status == 200, f"the form of {write.path} is refused: {answer.status} {answer.location}"
    return answer.hidden("key")


def _post(visitor, write, key):
    answer = _ask(visitor, "POST", write.path, {**write.fields, "key": key})
    is_done = answer.status == 302 and answer.location.startswith("/groups/")
    assert is_done, f"{write.path} is refused: {answer.status} {answer.location}"


def problems(acknowledged, *, before, after, written, owed):
    """What is wrong with what was kept: a set of (what, id or words).

    ``acknowledged`` is the ledger's; ``before`` and ``after`` are all ids there are; ``written`` is what the people
    read back, ``owed`` the notes of which somebody is to be told.
    """
    found = set()
    read = {(table, pk): texts for table, pk, texts in written}
    for key, write in acknowledged.items():
        texts = read.get((write.table, key))
        if (write.table, key) not in after:
            found.add(("missing", key))
        elif texts != write.texts:
            found.add(("does not open" if texts == [BROKEN] else "other words", key))
        if write.table == "feedback_feedbacknote" and owed.count(key) != 1:
            found.add((f"owed {owed.count(key)} times", key))
    first_words = Counter((table, texts[0]) for table, _pk, texts in written)
    found |= {("doubled", write.texts[0]) for write in acknowledged.values()
              if first_words[write.table, write.texts[0]] > 1}  # fmt: skip
    known = {(write.table, key) for key, write in acknowledged.items()}
    return found | {("never sent", pk) for table, pk in after - before - known}
