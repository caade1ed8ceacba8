"""Read single cells: each reader returns a value that can be stored and notes what is wrong with it."""

import re
from decimal import Decimal
from functools import cache
from itertools import islice
from zoneinfo import available_timezones

from common.csv_guard import looks_like_formula
from groups.roster.model import HIGHEST_LEVEL, INVISIBLE, LIMITS, LISTS, MOST_YEARS, Notes, clean, short

_LOCAL_PART = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9-]{0,62}[a-z0-9]")
_LEVEL = re.compile(r"(\d{1,3})([.,]0+)?")
_YEARS = re.compile(r"\d{1,3}([.,]\d{0,15})?|[.,]\d{1,15}")
# A cell, or an entry of a list, so many times longer than fits is cut before it is looked at more closely: composing
# its characters takes time that grows with the square of their number.
_FAR_TOO_LONG = 4
_LONGEST_NUMBER = 20
# An entry begins with what is neither a separator nor white space. Languages never hold a comma, goals often do.
_ENTRIES = {"languages": re.compile(r"[^\s;,/|][^;,/|\n\r]*"), "goals": re.compile(r"[^\s;][^;\n\r]*")}

_CODES = re.compile(r"\s*[A-Za-z]{2}(?:\s+[A-Za-z]{2}){1,20}\s*")  # of languages, with nothing but space between


def read_cell(raw: str, *, line: int, column: str, notes: Notes) -> object:
    """Read one cell in the way of its column."""
    if column in LISTS:
        return _read_list(raw, line, column, notes)
    return _READERS.get(column, _read_text)(_within_reach(raw, line, column, notes), line, column, notes)


def _within_reach(raw: str, line: int, column: str, notes: Notes) -> str:
    limit = LIMITS.get(column, _LONGEST_NUMBER)
    return raw if len(raw) <= _FAR_TOO_LONG * limit else _cut(raw, limit, line, column, notes)


def _read_text(raw: str, line: int, column: str, notes: Notes) -> str:
    """A cell as one line of visible text; what had to be dropped is reported, formulas stay text."""
    text = clean(raw)
    if INVISIBLE.search(raw):
        message = f"We removed invisible characters from “{column}”. Check that it reads well."
        notes.warn("hidden_characters", message, line=line, column=column, value=text)
    if "\ufffd" in text:
        message = f"A character in “{column}” could not be read and shows as “\ufffd”. Correct it in the file."
        notes.warn("unreadable_character", message, line=line, column=column, value=text)
    if "@" in raw and re.search(r"[\r\n]", raw.strip()):
        message = (
            f"“{column}” runs over several lines and holds an e-mail address: a quotation mark is missing or too many."
        )
        notes.error("swallowed_line", message, line=line, column=column, value=text)
    if len(text) > LIMITS[column]:
        text = _cut(text, LIMITS[column], line, column, notes)
    if looks_like_formula(text):
        message = f"“{short(text, 20)}” begins like a formula. We keep it as plain text and never calculate it."
        notes.warn("formula", message, line=line, column=column, value=text)
    return text


def _cut(text: str, limit: int, line: int, column: str, notes: Notes) -> str:
    message = f"“{column}” has {len(text):,} characters; at most {limit} fit. Shorten it."
    notes.error("too_long", message, line=line, column=column, value=text)
    return text[:limit]


def _read_email(raw: str, line: int, column: str, notes: Notes) -> str:
    text = _read_text(raw, line, column, notes).lower()
    if not text:
        return ""
    address = as_address(text)
    if address is None:
        advice = "Write it like name@company.com."
        if column != "email":
            advice = "Write the manager's address like name@company.com, or leave it empty."
        message = f"“{short(text)}” is not an e-mail address. {advice}"
        notes.error("bad_email", message, line=line, column=column, value=text)
        return text if column == "email" else ""
    return address


def as_address(text: str) -> str | None:
    """The address in the form that mail needs, lower case, or None where it is none."""
    local, at, domain = text.strip().lower().rpartition("@")
    if not at or len(text) > LIMITS["email"] or len(local) > 64:
        return None
    try:
        domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    if not _LOCAL_PART.fullmatch(local) or not _DOMAIN.fullmatch(domain) or len(local) + len(domain) > 253:
        return None
    return f"{local}@{domain}"


def _read_level(raw: str, line: int, column: str, notes: Notes) -> int | None:
    text = clean(raw)
    match = _LEVEL.fullmatch(text)
    if match and int(match[1]) <= HIGHEST_LEVEL:
        return int(match[1])
    if text:
        message = f"“{short(text)}” is not a level. Write a whole number from 0 to {HIGHEST_LEVEL}, or leave it empty."
        notes.error("bad_level", message, line=line, column=column, value=text)
    return None


def _read_years(raw: str, line: int, column: str, notes: Notes) -> Decimal | None:
    text = clean(raw)
    if _YEARS.fullmatch(text):
        years = Decimal(text.replace(",", "."))
        if years <= MOST_YEARS:
            return years if years.as_tuple().exponent >= -2 else years.quantize(Decimal("0.01"))
    if text:
        message = f"“{short(text)}” is not a number of years. Write a number from 0 to {MOST_YEARS}, such as 3.5."
        notes.error("bad_years", message, line=line, column=column, value=text)
    return None


def _read_zone(raw: str, line: int, column: str, notes: Notes) -> str:
    text = _read_text(raw, line, column, notes)
    if not text:
        return ""
    key = text.replace(" ", "_").casefold()
    if zone := zones().get(key):
        return zone
    guess = zones_by_city().get(key)
    hint = f"Did you mean “{guess}”?" if guess else "Write it like “Europe/Berlin”, or leave it empty."
    message = f"We do not know the time zone “{short(text)}”. {hint}"
    notes.error("unknown_zone", message, line=line, column=column, value=text)
    return text


@cache
def zones() -> dict[str, str]:
    """Every zone name and alias, from its lower-case form."""
    return {name.casefold(): name for name in sorted(available_timezones()) if name not in {"Factory", "localtime"}}


@cache
def zones_by_city() -> dict[str, str]:
    regions = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
    names = [name for name in zones().values() if name.startswith(regions)]
    return {name.rpartition("/")[2].casefold(): name for name in reversed(names)}


def _read_list(raw: str, line: int, column: str, notes: Notes) -> tuple[str, ...]:
    """The entries of a cell, each once; a cell with too many is not read, however long it goes on."""
    if column == "languages" and _CODES.fullmatch(raw):
        raw = ";".join(raw.split())
    parts = [match[0] for match in islice(_ENTRIES[column].finditer(raw), LISTS[column] + 1)]
    if len(parts) > LISTS[column]:
        message = f"“{column}” lists too many entries; at most {LISTS[column]} fit. Keep those that matter most."
        notes.error("too_many_entries", message, line=line, column=column, value=raw)
        return ()
    items: dict[str, str] = {}
    for part in parts:
        text = _read_text(_within_reach(part, line, column, notes), line, column, notes)
        if text:
            items.setdefault(text.casefold(), text)
    return tuple(items.values())


_READERS = {
    "email": _read_email,
    "manager_email": _read_email,
    "level": _read_level,
    "years_in_role": _read_years,
    "timezone": _read_zone,
}
