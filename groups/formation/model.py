"""What goes into forming groups and what comes out."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

PersonId = Hashable


class FormationError(ValueError):
    """The question makes no sense as it was put; the text is for the person who asks."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A participant as formation sees them. What is missing is neutral: it neither helps nor hinders.

    ``manager`` and ``conflicts`` name people by id or by e-mail address, also people who are not candidates.
    """

    id: PersonId
    name: str = ""
    email: str = ""
    team: str = ""
    manager: PersonId | None = None
    level: int | None = None
    years: float | Decimal | None = None
    function: str = ""
    location: str = ""
    timezone: str = ""
    gender: str = ""
    goals: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    conflicts: frozenset[PersonId] = frozenset()

    @property
    def label(self) -> str:
        """How sentences call this person."""
        return self.name or self.email or str(self.id)


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each soft wish counts beside the others."""

    level: float = 0.5
    years: float = 1.0
    function: float = 1.0
    location: float = 0.5
    gender: float = 1.0
    goals: float = 0.5

    def __post_init__(self):
        values = (self.level, self.years, self.function, self.location, self.gender, self.goals)
        if min(values) < 0 or not sum(values) > 0:
            raise FormationError("Weights cannot be negative, and one of them has to count.")

    @property
    def total(self) -> float:
        return self.level + self.years + self.function + self.location + self.gender + self.goals


@dataclass(frozen=True, slots=True)
class Rules:
    """The hard bounds of a group, and the weights of the soft wishes.

    ``level_band`` is the greatest difference of levels within a group; None lets all levels mix.
    """

    size_min: int = 4
    size_target: int = 6
    size_max: int = 8
    level_band: int | None = 1
    weights: Weights = field(default_factory=Weights)

    def __post_init__(self):
        if self.size_min < 2:
            raise FormationError("A group has at least 2 people.")
        if not self.size_min <= self.size_target <= self.size_max:
            raise FormationError("The planned size has to lie between the smallest and the greatest size.")
        if self.level_band is not None and self.level_band < 0:
            raise FormationError("Levels can be 0 or more apart, or left out of account.")


@dataclass(frozen=True, slots=True)
class Lock:
    """People who stay together; ``open`` lets the solver add others to them."""

    members: tuple[PersonId, ...]
    open: bool = False


class Reason(NamedTuple):
    """One sentence on a group: what they share, how they differ, or a soft wish that is bent."""

    kind: str  # shared, different, bent
    attribute: str
    text: str


class Violation(NamedTuple):
    """One hard rule broken in one group. A declared conflict names nobody."""

    kind: str  # team, line, conflict, level, size, twice, unknown
    group: int
    members: tuple[PersonId, ...]
    message: str


class Unplaced(NamedTuple):
    """Somebody for whom no group was found, and why."""

    id: PersonId
    why: str


class Progress(NamedTuple):
    """How far the search is, from 0 to 1, and the best it has so far."""

    share: float
    score: float
    placed: int
    unplaced: int


@dataclass(frozen=True, slots=True)
class ProposedGroup:
    """A group with its reasons; the score goes from 0 to 100."""

    members: tuple[PersonId, ...]
    reasons: tuple[Reason, ...] = ()
    score: float = 0.0
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """Groups that keep every hard rule, and who is left.

    Only locked groups can appear in ``broken``: they are kept as they were given. In the score, from 0 to 100,
    somebody unplaced counts nothing. ``ended_by`` is moves (the same again with the same seed), clock or stop.
    """

    groups: tuple[ProposedGroup, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()
    broken: tuple[Violation, ...] = ()
    score: float = 0.0
    ended_by: str = "moves"
    moves: int = 0


def key_of(reference: object) -> str:
    """The one form of an id or an address, so that a manager may be named by either."""
    return str(reference).strip().casefold()


def word_key(text: str) -> str:
    """The one form of a team, function or other word."""
    return " ".join(text.split()).casefold()


def listed(words: Iterable[str]) -> str:
    """Words as a sentence has them: ``a, b and c``."""
    words = list(words)
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def in_words(number: int) -> str:
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else str(number)
