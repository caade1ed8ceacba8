"""Gentle questions about the words of a goal: simple rules over what was typed, no score, nothing stored.

The rules know English words. In other languages they stay silent, and the questions beside the form remain.
"""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

_STATES = re.compile(
    r"\b(be|being|become|becoming|feel|feeling|feels|have|more|better|confident|confidence|calm|calmer|assertive"
    r"|present|strategic|leader|leadership|patient|visible)\b",
    re.I,
)
_ACTS = re.compile(
    r"\b(say|says|ask|asks|tell|tells|speak|speaks|give|gives|write|writes|call|calls|name|names|wait|waits|listen"
    r"|listens|let|lets|invite|invites|repeat|repeats|open|opens|close|closes|answer|answers|offer|offers|put|puts"
    r"|send|sends|meet|meets|show|shows|start|starts|begin|begins|decide|decides|hand|hands|leave|leaves|thank"
    r"|pause|pauses|stand|stands|come|comes|bring|brings|share|shares|comes first)\b",
    re.I,
)
_INSIDE = re.compile(
    r"\b(think|understand|know|realize|believe|feel|learn|reflect|remember|consider|accept|appreciate|am aware"
    r"|be aware|want|try)\b",
    re.I,
)
_MOMENT = re.compile(
    r"\b(when|whenever|before|after|at|during|in|on|every|each|first|last|until|once|while|within|meeting|meetings"
    r"|minutes|week|weekly|monday|tuesday|wednesday|thursday|friday|session|call|review|board)\b|\d",
    re.I,
)
_NOT_DOING = re.compile(r"\b(not|stop|avoid|never|less|no longer|without|don['’]t|won['’]t)\b", re.I)
_INSTEAD = re.compile(r"\b(instead|but|rather|and|then)\b", re.I)
_OTHERS = re.compile(
    r"^\W*(they|he|she|people|everyone|everybody|my (team|boss|peers|people|colleagues)|the (team|board|others))\b",
    re.I,
)
_MYSELF = re.compile(r"\b(i|i['’]m|i['’]ll|my own|myself)\b", re.I)
_SHOULD = re.compile(r"\b(should|must|have to|need to|ought to|supposed to|expects? me|told me|wants? me)\b", re.I)
FEW_WORDS = 4
MOST_OF_ONE_FIELD = 2


def prompts_for(*, behavior: str, why: str, first_steps: str) -> dict[str, list[str]]:
    """Questions by field, at most two each; a field for which there is nothing to ask is left out."""
    asked = {
        "behavior": list(_about_behavior(behavior)),
        "why": list(_about_why(why)),
        "first_steps": list(_about_first_steps(first_steps)),
    }
    return {name: questions[:MOST_OF_ONE_FIELD] for name, questions in asked.items() if questions}


def _about_behavior(text) -> Iterator[str]:
    if not text.strip():
        yield _("What would you do or say? One sentence is enough.")
        return
    if len(text.split()) < FEW_WORDS:
        yield _("Could a peer recognize it from these few words? Add where or with whom.")
    acts = _ACTS.search(text)
    if _INSIDE.search(text) and not acts:
        yield _("This happens inside you. What would somebody in the room see or hear?")
    elif _STATES.search(text) and not acts:
        yield _("This says how you want to be. What would you do or say that shows it?")
    if _OTHERS.search(text) and not _MYSELF.search(text):
        yield _("Here somebody else acts. What is your own part in it?")
    if _NOT_DOING.search(text) and not _INSTEAD.search(text):
        yield _("This says what you will not do. What will you do instead?")
    if not _MOMENT.search(text):
        yield _("When would it show? Name a moment, such as a meeting that comes again.")


def _about_why(text) -> Iterator[str]:
    if not text.strip():
        yield _("What would be different for you, or for others, if it worked?")
    elif _SHOULD.search(text) and not re.search(r"\bI want\b", text, re.I):
        yield _("This sounds like somebody else’s wish. Is it yours too, and what do you want from it?")


def _about_first_steps(text) -> Iterator[str]:
    if not text.strip():
        yield _("What is one small thing that you could do this week?")
