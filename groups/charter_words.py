"""The words of a charter: how they are kept, which of them count, and how two versions differ."""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from groups.charter_text import COMMITMENTS
from groups.models import Charter

MOST_CLAUSES = 12
TITLE_LIMIT = 80
TEXT_LIMIT = 800


# Kept as JSON, [[title, text], …] ------------------------------------------------------------------------------------


def packed(clauses: list[tuple[str, str]]) -> str:
    """What is sealed."""
    return json.dumps(clauses, ensure_ascii=False, separators=(",", ":"))


def words_of(charter: Charter) -> object:
    """What tells the words of one version from those of another: the version that holds them, or the product's key."""
    return charter.pk if charter.written_by_id else charter.words_in_id or charter.text_key


def clauses_of(charter: Charter) -> list[tuple[str, str]]:
    """(title, text) of each clause; one query where a version holds words of its own or another's."""
    if charter.written_by_id or charter.words_in_id:
        holder = Charter.objects.get(pk=words_of(charter))
        return [(title, text) for title, text in json.loads(holder.clauses.open())]
    return [(str(title), str(text)) for title, text in COMMITMENTS[charter.text_key]]


def rearranged(rows: list[tuple[str, str]], verb: str, number: str = "") -> list[tuple[str, str]]:
    """Rows of a form after "add", or after "up", "down" or "drop" of one; anything else changes nothing."""
    at = int(number) - 1 if number.isascii() and number.isdigit() and len(number) < 3 else -1
    rows = list(rows)
    if verb == "add" and len(rows) < MOST_CLAUSES:
        rows.append(("", ""))
    if verb in ("up", "down", "drop") and 0 <= at < len(rows):
        row = rows.pop(at)
        if verb != "drop":
            rows.insert(max(at - 1, 0) if verb == "up" else at + 1, row)
    return rows


# Which version counts ------------------------------------------------------------------------------------------------


def in_force(versions: list[Charter], readers: set, signed: set) -> Charter:
    """The version that counts: the newest that nobody said no to and that everybody who reads the group has signed.

    ``versions`` newest first, ``readers`` ids of memberships, ``signed`` pairs (charter id, membership id). Whoever
    came in by a later version is not asked about an earlier one. ``is_in_force`` in ``0005_decline_words.sql`` is the
    same rule. Before anybody has signed, the founding version counts.
    """
    numbers = {charter.pk: charter.version for charter in versions}
    first = {}
    for charter_id, membership_id in signed:
        first[membership_id] = min(numbers[charter_id], first.get(membership_id, numbers[charter_id]))
    standing = [charter for charter in versions if charter.withdrawn_at is None]
    for charter in standing:
        if all((charter.pk, one) in signed or first.get(one, 0) > charter.version for one in readers):
            return charter
    return standing[-1]


# How two versions differ ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """What became of one clause: ``kind`` is same, new, changed, moved or gone.

    ``title`` and ``text`` are runs of (same | new | gone, words), for a page to mark.
    """

    kind: str
    title: list = field(default_factory=list)
    text: list = field(default_factory=list)


def changes(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> list[Change]:
    """Each clause of ``new`` in its place with what changed in it, and then what is gone."""
    pairs = _pairs(old, new)
    in_place = _longest_rise([pairs[index] for index in sorted(pairs)])
    found = []
    for index, clause in enumerate(new):
        if index not in pairs:
            found.append(Change("new", [("new", clause[0])], [("new", clause[1])]))
            continue
        before = old[pairs[index]]
        kind = "changed" if before != clause else "same" if pairs[index] in in_place else "moved"
        found.append(Change(kind, runs(before[0], clause[0]), runs(before[1], clause[1])))
    kept = set(pairs.values())
    gone = [clause for index, clause in enumerate(old) if index not in kept]
    return found + [Change("gone", [("gone", title)], [("gone", text)]) for title, text in gone]


def _pairs(old, new):
    """Index in ``new`` → index in ``old`` of the same clause: equal ones first, then those of one title, then alike."""
    pairs = {}
    for alike in (
        lambda before, after: before == after,
        lambda before, after: before[0] == after[0],
        lambda before, after: _share_words(before[1], after[1]),
    ):
        for index, after in enumerate(new):
            free = (at for at in range(len(old)) if at not in pairs.values())
            match = None if index in pairs else next((at for at in free if alike(old[at], after)), None)
            if match is not None:
                pairs[index] = match
    return pairs


def _share_words(before, after):
    """Whether most words of the two are the same, in whatever order."""
    ours, theirs = Counter(before.split()), Counter(after.split())
    return 2 * (ours & theirs).total() > 1.2 * (ours.total() + theirs.total()) / 2


def _longest_rise(numbers):
    """The members of a longest rising part of ``numbers``: the clauses that did not move."""
    best = [[]]
    for number in numbers:
        best.append(max((part for part in best if not part or part[-1] < number), key=len) + [number])
    return set(max(best, key=len))


def runs(before: str, after: str) -> list[tuple[str, str]]:
    """Both texts in one, word by word, as runs of (same | new | gone, words); space between words does not count."""
    ours, theirs = re.findall(r"\S+\s*", before), re.findall(r"\S+\s*", after)
    bare = [[word.rstrip() for word in words] for words in (ours, theirs)]
    found = []
    for what, a, b, c, d in SequenceMatcher(None, *bare, autojunk=False).get_opcodes():
        if what == "equal":
            found.append(("same", "".join(theirs[c:d])))
            continue
        found += [("gone", "".join(ours[a:b]))] if a < b else []
        found += [("new", "".join(theirs[c:d]))] if c < d else []
    return found
