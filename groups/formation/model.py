"""What goes into forming groups and what comes out."""

from collections.abc import Hashable, Iterable
from dataclasses import astuple, dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

PersonId = Hashable

# So many years apart in the role count as entirely different.
YEARS_APART = 10
LEVELS_APART = 3


class FormationError(ValueError):
    """The question makes no sense as it was put; the text is for the person who asks."""


@dataclass(slots=True, unsafe_hash=True)  # nobody changes one; frozen, each takes twice as long to make
class Candidate:
    """A participant as formation sees them. What is missing is neutral: it neither helps nor hinders.

    ``manager``, ``conflicts`` and ``met`` (who was in a group with them before) name people by id or by e-mail address,
    also people who are not candidates. ``free`` are hours of the week in their own zone, from 0 (Monday at midnight) to
    167; without it they are free from 7:00 to 22:00 each day.
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
    style: str = ""
    free: frozenset[int] | None = None
    met: frozenset[PersonId] = frozenset()

    @property
    def label(self) -> str:
        """How sentences call this person."""
        return self.name or self.email or str(self.id)


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each soft wish counts beside the others.

    ``alone`` is that nobody is the only one of a gender, ``hours`` that there are more hours in common than needed.
    """

    level: float = 0.5
    years: float = 1.0
    function: float = 1.0
    location: float = 0.5
    gender: float = 1.0
    goals: float = 0.5
    style: float = 0.5
    met: float = 1.0
    alone: float = 0.5
    hours: float = 0.25

    def __post_init__(self):
        if min(astuple(self)) < 0 or not sum(astuple(self)) > 0:
            raise FormationError("Weights cannot be negative, and one of them has to count.")

    @property
    def total(self) -> float:
        return sum(astuple(self))


@dataclass(frozen=True, slots=True)
class Rules:
    """The hard bounds of a group, and the weights of the soft wishes.

    ``level_band`` is the greatest difference of levels within a group; None lets all levels mix. ``hours`` in one
    piece, once a week, are free for everybody in a group, in winter and in summer; 0 asks for none.
    ``one_language`` asks for a language that all of a group list.
    """

    size_min: int = 4
    size_target: int = 6
    size_max: int = 8
    level_band: int | None = 1
    hours: float = 2
    one_language: bool = True
    weights: Weights = field(default_factory=Weights)

    def __post_init__(self):
        if self.size_min < 2:
            raise FormationError("A group has at least 2 people.")
        if not self.size_min <= self.size_target <= self.size_max:
            raise FormationError("The planned size has to lie between the smallest and the greatest size.")
        if self.level_band is not None and self.level_band < 0:
            raise FormationError("Levels can be 0 or more apart, or left out of account.")
        if not 0 <= self.hours <= 24:
            raise FormationError("A meeting takes from 0 to 24 hours.")


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

    kind: str  # team, line, conflict, level, language, hours, size, twice, unknown
    group: int
    members: tuple[PersonId, ...]
    message: str


class Unplaced(NamedTuple):
    """Somebody for whom no group was found, and why."""

    id: PersonId
    why: str


class Conflict(NamedTuple):
    """Rules that cannot be kept together, in one sentence; their kinds; and the people whom they name.

    A declared conflict names nobody.
    """

    text: str
    kinds: tuple[str, ...]
    people: tuple[PersonId, ...]


class Progress(NamedTuple):
    """How far the search is, from 0 to 1, and the best it has so far."""

    share: float
    score: float
    placed: int
    unplaced: int


@dataclass(frozen=True, slots=True)
class ProposedGroup:
    """A group with its reasons; the score goes from 0 to 100, and so does each of its parts (name, value)."""

    members: tuple[PersonId, ...]
    reasons: tuple[Reason, ...] = ()
    score: float = 0.0
    locked: bool = False
    parts: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """Groups that keep every hard rule, and who is left.

    Only locked groups can appear in ``broken``: they are kept as they were given. In the score, from 0 to 100,
    somebody unplaced counts nothing; its ``parts`` are over all who are placed. ``conflict`` says why there is no way
    for everybody, where that is certain. ``ended_by`` is moves (the same again with the same seed), clock or stop.
    """

    groups: tuple[ProposedGroup, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()
    broken: tuple[Violation, ...] = ()
    score: float = 0.0
    ended_by: str = "moves"
    moves: int = 0
    conflict: Conflict | None = None
    parts: tuple[tuple[str, float], ...] = ()


@lru_cache(maxsize=20_000, typed=True)
def key_of(reference: object) -> str:
    """The one form of an id or an address, so that a manager may be named by either."""
    return str(reference).strip().casefold()


@lru_cache(maxsize=20_000)
def word_key(text: str) -> str:
    """The one form of a team, function or other word."""
    return " ".join(text.split()).casefold()


@lru_cache(maxsize=20_000)
def word_keys(words: tuple[str, ...]) -> frozenset[str]:
    """The one form of several words; few different lists stand in many rosters."""
    return frozenset(filter(None, map(word_key, words)))


def listed(words: Iterable[str]) -> str:
    """Words as a sentence has them: ``a, b and c``."""
    words = list(words)
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def in_words(number: int) -> str:
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else str(number)
