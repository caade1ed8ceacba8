"""The topics that members may tick when they tell their group about themselves."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

MOST = 6
# What is stored is the key; it never changes its meaning. Add topics, and take none away.
TOPICS = {
    "new_role": _("A new role"),
    "building_team": _("Building a team"),
    "delegating": _("Delegating"),
    "deciding": _("Deciding with few facts"),
    "conflict": _("Conflict"),
    "hard_talks": _("Hard conversations"),
    "letting_go": _("Letting somebody go"),
    "hiring": _("Hiring"),
    "listening": _("Listening"),
    "speaking_up": _("Speaking up"),
    "presence": _("Presence in a room"),
    "saying_no": _("Saying no"),
    "influence": _("Influence without a title"),
    "my_boss": _("Working with my boss"),
    "board": _("Working with a board"),
    "strategy": _("Strategy"),
    "change": _("Leading change"),
    "growth": _("Growing fast"),
    "cuts": _("Cutting back"),
    "across_cultures": _("Working across cultures"),
    "far_apart": _("Leading from far away"),
    "time": _("Too little time"),
    "energy": _("Energy and rest"),
    "family": _("Work and family"),
    "mistakes": _("Owning mistakes"),
    "doubt": _("Doubting myself"),
    "next_step": _("What comes next for me"),
    "successor": _("Who comes after me"),
}


def joined(topics: Iterable[str]) -> str:
    """Keys as one text, in the order of the list, so that the text does not tell which came first."""
    order = list(TOPICS)
    return " ".join(sorted(topics, key=lambda topic: order.index(topic) if topic in TOPICS else len(order)))


def apart(text: str) -> list[str]:
    """The keys again."""
    return text.split()


def shown(topics: Sequence[str]) -> list[str]:
    """Topics as they are read."""
    return [str(TOPICS.get(topic, topic)) for topic in topics]
