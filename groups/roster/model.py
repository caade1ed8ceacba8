"""What reading a roster gives: rows, problems and facts."""

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal

MAX_ROWS = 5000
COLUMNS = (
    "email",
    "name",
    "team",
    "manager_email",
    "level",
    "years_in_role",
    "function",
    "location",
    "timezone",
    "gender",
    "languages",
    "goals",
)
REQUIRED = ("email", "name")
LISTS = {"languages": 20, "goals": 30}
LIMITS = {
    "email": 254,
    "name": 150,
    "team": 200,
    "manager_email": 254,
    "function": 100,
    "location": 100,
    "timezone": 64,
    "gender": 50,
    "languages": 50,
    "goals": 200,
}
HIGHEST_LEVEL = 99
MOST_YEARS = 80

INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_SPACE = re.compile(r"\s+")


def clean(text: str) -> str:
    """One line of visible text, composed, without spaces at the ends."""
    return _SPACE.sub(" ", INVISIBLE.sub("", unicodedata.normalize("NFC", text))).strip()


def short(text: str, length: int = 60) -> str:
    """The beginning of a cell, fit to stand in a sentence."""
    text = clean(text[: length * 4])
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to look at, in words for the person who uploaded the file; ``line`` is None for the whole file."""

    line: int | None
    column: str
    value: str
    message: str
    severity: str = "error"
    code: str = ""


@dataclass(slots=True)
class RosterRow:
    """One person as the file has them; a cell that could not be read is empty, except e-mail and zone."""

    line: int
    email: str = ""
    name: str = ""
    team: str = ""
    manager_email: str = ""
    level: int | None = None
    years_in_role: Decimal | None = None
    function: str = ""
    location: str = ""
    timezone: str = ""
    gender: str = ""
    languages: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()


@dataclass(frozen=True)
class RosterReading:
    """What a file says: all its rows, what is wrong or odd with them, and facts worth knowing."""

    rows: tuple[RosterRow, ...] = ()
    problems: tuple[Problem, ...] = ()
    facts: tuple[str, ...] = ()

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == "error"]

    @property
    def warnings(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == "warning"]

    @property
    def can_import(self) -> bool:
        """Whether there is somebody to import and nothing left to correct."""
        return bool(self.rows) and not self.errors

    def problems_on(self, line: int) -> list[Problem]:
        return [problem for problem in self.problems if problem.line == line]


@dataclass
class Notes:
    """Collects problems while a file is read."""

    problems: list[Problem] = field(default_factory=list)

    def error(self, code: str, message: str, *, line: int | None = None, column: str = "", value: str = "") -> None:
        self.problems.append(Problem(line, column, short(value), message, "error", code))

    def warn(self, code: str, message: str, *, line: int | None = None, column: str = "", value: str = "") -> None:
        self.problems.append(Problem(line, column, short(value), message, "warning", code))
