"""What reading a roster gives: rows, problems and facts."""

import re
import unicodedata
from collections import Counter
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
PARTS_OF_NAME = ("first_name", "last_name")  # read as the name where no column holds it whole
SAMPLE = 5
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
# A person corrects some, uploads again, and sees the next: more at once help nobody and cost everybody.
MOST_PROBLEMS = 500
MOST_ON_A_LINE = 5

INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_SPACE = re.compile(r"\s+")


def clean(text: str) -> str:
    """One line of visible text, composed, without spaces at the ends."""
    return _SPACE.sub(" ", INVISIBLE.sub("", unicodedata.normalize("NFC", text))).strip()


def is_blank(text: str) -> bool:
    """Whether nothing of a text can be seen; unlike ``clean``, quick for a text of any length."""
    return not INVISIBLE.sub("", text).strip()


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
    """What a file says: its heading, all its rows, what is wrong or odd with them, and facts worth knowing."""

    rows: tuple[RosterRow, ...] = ()
    problems: tuple[Problem, ...] = ()
    facts: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    places: dict[str, int] = field(default_factory=dict)  # column → which of the headings
    sample: tuple[tuple[str, ...], ...] = ()  # the first lines below the heading, as they stand there

    @property
    def columns(self) -> set[str]:
        """The columns that the file has something to say about."""
        return {"name" if column in PARTS_OF_NAME else column for column in self.places}

    @property
    def is_unmatched(self) -> bool:
        """Whether the file has a heading, and nobody knows yet which column is the address or the name."""
        return bool(self.headings) and not set(REQUIRED) <= self.columns

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

    def problems_by_line(self) -> dict[int | None, list[Problem]]:
        """The problems of each line that has some; those of the whole file under None."""
        found: dict[int | None, list[Problem]] = {}
        for problem in self.problems:
            found.setdefault(problem.line, []).append(problem)
        return found

    def problems_elsewhere(self) -> list[Problem]:
        """What no row shows: problems of the whole file and of its header."""
        shown = {row.line for row in self.rows}
        return [problem for problem in self.problems if problem.line not in shown]

    def error_pages(self, size: int) -> list[tuple[int, int]]:
        """Each row's line that has an error, and its page when ``size`` rows are on one."""
        wrong = {problem.line for problem in self.errors}
        return [(row.line, place // size + 1) for place, row in enumerate(self.rows) if row.line in wrong]


@dataclass
class Notes:
    """Collects problems while a file is read: a few on a line and some hundreds in all, of errors and of warnings.

    What is left out is said, and errors that are left out leave an error behind.
    """

    problems: list[Problem] = field(default_factory=list)
    _counts: Counter = field(default_factory=Counter)

    def error(self, code: str, message: str, *, line: int | None = None, column: str = "", value: str = "") -> None:
        if self._has_room("error", line):
            self.problems.append(Problem(line, column, short(value), message, "error", code))

    def warn(self, code: str, message: str, *, line: int | None = None, column: str = "", value: str = "") -> None:
        if self._has_room("warning", line):
            self.problems.append(Problem(line, column, short(value), message, "warning", code))

    def _has_room(self, severity: str, line: int | None) -> bool:
        """Whether one more is kept; the first that is not becomes a sentence. The whole file's own are few."""
        if line is None:
            return True
        if self._counts[severity] >= MOST_PROBLEMS:
            self._say_more(severity, None)
            return False
        if self._counts[severity, line] >= MOST_ON_A_LINE:
            self._say_more(severity, line)
            return False
        self._counts[severity] += 1
        self._counts[severity, line] += 1
        return True

    def _say_more(self, severity: str, line: int | None) -> None:
        if self._counts["more", severity, line]:
            return
        self._counts["more", severity, line] = 1
        where, code = ("in this file", "more_in_file") if line is None else ("on this line", "more_on_line")
        if severity == "error":
            message = f"There are more errors {where} than are shown; correct these first."
        else:
            message = f"There is more to look at {where} than is shown."
        self.problems.append(Problem(line, "", "", message, severity, code))
