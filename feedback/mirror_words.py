"""The words that a mirror is made of: plain ones that describe how somebody is with others."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

FEWEST, MOST = 5, 6
# What is stored is the key; it never changes its meaning. Add words, and take none away.
WORDS = {
    "adaptable": _("Adaptable"),
    "ambitious": _("Ambitious"),
    "analytical": _("Analytical"),
    "approachable": _("Approachable"),
    "blunt": _("Blunt"),
    "bold": _("Bold"),
    "calm": _("Calm"),
    "careful": _("Careful"),
    "cheerful": _("Cheerful"),
    "clear": _("Clear"),
    "competitive": _("Competitive"),
    "consistent": _("Consistent"),
    "creative": _("Creative"),
    "curious": _("Curious"),
    "decisive": _("Decisive"),
    "demanding": _("Demanding"),
    "diplomatic": _("Diplomatic"),
    "disciplined": _("Disciplined"),
    "driven": _("Driven"),
    "encouraging": _("Encouraging"),
    "energetic": _("Energetic"),
    "fair": _("Fair"),
    "focused": _("Focused"),
    "forgiving": _("Forgiving"),
    "frank": _("Frank"),
    "funny": _("Funny"),
    "generous": _("Generous"),
    "gentle": _("Gentle"),
    "grounded": _("Grounded"),
    "guarded": _("Guarded"),
    "hands_on": _("Hands-on"),
    "humble": _("Humble"),
    "impatient": _("Impatient"),
    "inclusive": _("Inclusive"),
    "independent": _("Independent"),
    "inventive": _("Inventive"),
    "loyal": _("Loyal"),
    "observant": _("Observant"),
    "open": _("Open"),
    "optimistic": _("Optimistic"),
    "organized": _("Organized"),
    "patient": _("Patient"),
    "persistent": _("Persistent"),
    "persuasive": _("Persuasive"),
    "practical": _("Practical"),
    "precise": _("Precise"),
    "private": _("Private"),
    "protective": _("Protective"),
    "quiet": _("Quiet"),
    "reflective": _("Reflective"),
    "relaxed": _("Relaxed"),
    "reliable": _("Reliable"),
    "restless": _("Restless"),
    "serious": _("Serious"),
    "spontaneous": _("Spontaneous"),
    "strategic": _("Strategic"),
    "stubborn": _("Stubborn"),
    "supportive": _("Supportive"),
    "thorough": _("Thorough"),
    "warm": _("Warm"),
}


def joined(words: Iterable[str]) -> str:
    """Keys of words as one text, in the order of the list, so that the text does not tell which came first."""
    order = list(WORDS)
    return " ".join(sorted(words, key=lambda word: order.index(word) if word in WORDS else len(order)))


def apart(text: str) -> list[str]:
    """The keys again."""
    return text.split()


def shown(words: Sequence[str]) -> list[str]:
    """Words as they are read."""
    return [str(WORDS.get(word, word)) for word in words]
