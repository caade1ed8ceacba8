"""Quiet help for whoever writes a note: simple rules over what was typed, for the giver alone; nothing is stored.

The rules are data, so that ``static/js/hints.js`` follows the same ones while somebody types. They know English words.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

JUDGING = (
    "always", "never", "every time", "constantly", "typical", "obviously", "rude", "arrogant", "lazy", "careless",
    "selfish", "aggressive", "defensive", "unprofessional", "disrespectful", "incompetent", "stupid", "childish",
    "weak", "negative", "passive", "bossy", "insensitive", "impatient", "unfair", "ridiculous", "bad", "wrong",
    "terrible", "great", "amazing", "awesome", "brilliant", "perfect", "wonderful", "fantastic", "excellent",
    "good job", "well done",
)  # fmt: skip
ABOUT_THE_PERSON = (
    "you are", "you're", "you are being", "as a person", "your personality", "your character", "your attitude",
    "your nature", "kind of person", "type of person", "people like you",
)  # fmt: skip
# Each rule is one of three kinds: phrases in some fields; a field that is empty beside one that is not; keep or try,
# where all that the giver wrote lately was of the same kind.
ALWAYS_ASKED = (
    {"name": "judged", "fields": ["situation", "behavior"], "phrases": list(JUDGING)},
    {"name": "person", "fields": ["behavior", "impact"], "phrases": list(ABOUT_THE_PERSON)},
    {"name": "effect", "beside": "behavior", "empty": "impact"},
)
ONE_SIDED = ({"name": "praise", "kind": "keep"}, {"name": "criticism", "kind": "try"})
ENOUGH_TO_TELL = 3


@dataclass(frozen=True)
class Hint:
    """One hint as the page holds it; ``is_on`` when its rule found something, ``found`` the words that it found."""

    name: str
    says: str
    why: str
    is_on: bool
    found: str


def rules_for(recent_kinds: Iterable[str]) -> list[dict]:
    """Rules for a giver whose latest notes were of these kinds; one side alone is asked about from three notes on."""
    kinds = list(recent_kinds)
    sides = set(kinds) if len(kinds) >= ENOUGH_TO_TELL else set()
    return [*ALWAYS_ASKED, *(rule for rule in ONE_SIDED if sides == {rule["kind"]})]


def hints_for(rules: list[dict], words: Mapping[str, str]) -> list[Hint]:
    """Every hint that these rules can give about the words, each on or off."""
    texts = _texts()
    return [_hint(rule, words, *texts[rule["name"]]) for rule in rules]


def _hint(rule, words, says, why):
    found = [
        phrase for phrase in rule.get("phrases", ()) if any(_has(words.get(f, ""), phrase) for f in rule["fields"])
    ]
    is_lacking = "empty" in rule and bool(_plain(words.get(rule["beside"], "")).strip())
    is_lacking = is_lacking and not _plain(words.get(rule["empty"], "")).strip()
    is_one_sided = "kind" in rule and words.get("kind", "") == rule["kind"]
    is_on = bool(found) or is_lacking or is_one_sided
    return Hint(rule["name"], says, why, is_on, ", ".join(f"“{phrase}”" for phrase in found))


def _has(text, phrase):
    return f" {phrase} " in _plain(text)


def _plain(text):
    """The words alone, in small letters, with one space around each; ``hints.js`` does the same."""
    return " " + re.sub(r"(?:[^\w']|_)+", " ", text.lower().replace("’", "'")).strip() + " "


def _texts():
    return {
        "judged": (
            _("Did you see it, or judge it?"),
            _(
                "These words sum up or judge. Whoever reads them can say no to a judgment, and not to what a camera "
                "would have seen. What did you see or hear?"
            ),
        ),
        "person": (
            _("Is it about the person, or about what they did?"),
            _("Nobody can change who they are by tomorrow. What they did in one moment, they can do again or leave."),
        ),
        "effect": (
            _("What did it do?"),
            _("Without an effect it stays open why it matters. One sentence is enough: on you, others, the matter."),
        ),
        "praise": (
            _("Your last notes in this group were all something to keep."),
            _("Praise alone makes people content where they are. Is there also something you would have them try?"),
        ),
        "criticism": (
            _("Your last notes in this group were all something to try."),
            _("Criticism alone makes people draw back. Is there also something that you would have them keep?"),
        ),
    }  # fmt: skip
