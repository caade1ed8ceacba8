"""The soft wishes as sliders: what each asks for, in words at both of its ends, and how much a step counts."""

from dataclasses import asdict
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from groups.formation import Weights

# A slider has five steps; the middle one counts as usual.
FACTORS = (0, 0.5, 1, 2, 4)
USUAL = 2


class Wish(NamedTuple):
    """One soft wish: its name in the solver, what it is about, and the words at the ends of its slider."""

    name: str
    label: str
    low: str
    high: str


WISHES = (
    Wish("level", _("Levels"), _("may differ as far as the rule allows"), _("as equal as can be")),
    Wish("years", _("Years in the role"), _("may be far apart"), _("about as long in the role")),
    Wish("function", _("Functions"), _("may be the same"), _("as many functions as can be")),
    Wish("location", _("Places"), _("may be the same"), _("as many places as can be")),
    Wish("gender", _("Gender"), _("may be the same"), _("as mixed as can be")),
    Wish("alone", _("Only one of a gender"), _("may happen"), _("nobody should be the only one")),
    Wish("goals", _("What they work on"), _("may be the same"), _("as different as can be")),
    Wish("style", _("Style"), _("may be the same"), _("as different as can be")),
    Wish("met", _("Who met before"), _("may meet again"), _("should meet new people")),
    Wish("hours", _("Hours in common"), _("as many as needed"), _("many to choose from")),
)
LABELS = {wish.name: wish.label for wish in WISHES}


def steps_of(kept):
    """The step of each slider, from what is kept of a program or a proposal."""
    return {wish.name: kept.get(wish.name, USUAL) for wish in WISHES}


def weights_of(kept):
    """What the solver counts with."""
    usual = asdict(Weights())
    return Weights(**{name: usual[name] * FACTORS[step] for name, step in steps_of(kept).items()})
