"""From the bytes of an Excel workbook to lines of cells: values only, and never more than a limit."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from groups.roster.file import BLANK, MAX_COLUMNS, SAVE_AS_CSV, FileProblem, Record, Table
from groups.roster.model import short

ZIP = b"PK\x03\x04"
MAX_UNPACKED = 32 * 1024 * 1024
MAX_PARTS = 500
MAX_SHEETS = 20
LAST_ROW = 1_048_576  # of a sheet, in every program
# A heading stands at most so far down: above it are a title, a date, an empty line.
HEADING_WITHIN = 10
# So many empty lines one after the other are the end of the list, or a file made to keep us busy.
MOST_EMPTY = 1000
MOST_MERGED = 2000
MOST_TOLD = 20
PARTS = re.compile(
    r"(\[Content_Types\]\.xml|.*\.rels|xl/(workbook|sharedStrings|styles)\.xml|xl/worksheets/[^/]+\.xml)"
)

_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']")
_CALCULATED = re.compile(rb"<(?:\w+:)?f[\s/>]")

BROKEN = ("workbook", f"This file looks like an Excel workbook, but it cannot be opened. {SAVE_AS_CSV}")
NO_WORKBOOK = ("workbook", f"This is a zip file, not an Excel workbook or a CSV file. {SAVE_AS_CSV}")
LOCKED = ("workbook", f"This file is protected by a password. Remove it, and upload the file again. {SAVE_AS_CSV}")
TOO_BIG = (
    "too_big",
    f"Unpacked, this workbook is larger than {MAX_UNPACKED // 1024 // 1024} MB. "
    "Copy the list of people into a new workbook, and upload that.",
)


@dataclass
class Sheet:
    """A worksheet: its name, its filled rows with their numbers, and its own XML."""

    name: str
    rows: list[tuple[int, list[str]]]
    cut_at: int | None  # below this line stands nothing, or too much emptiness to look further
    xml: bytes


def read_workbook(data: bytes, *, known: Callable[[list[str]], int]) -> Table:
    """Read the sheet that holds the roster; ``known`` counts the titles that mean something.

    Raises FileProblem. The cells are what the program that saved the file last had computed; no formula is run.
    """
    sheets = _read_sheets(_unpack(data))
    filled = [sheet for sheet in sheets if sheet.rows]
    if not filled:
        raise FileProblem("empty", "The workbook is empty. Upload one with a header and one line for each person.")
    sheet = max(filled, key=lambda one: _best_heading(one.rows, known)[0])
    _score, at = _best_heading(sheet.rows, known)
    warnings = []
    if len(filled) > 1:
        others = ", ".join(f"“{short(one.name, 40)}”" for one in filled if one is not sheet)
        warnings.append(
            ("other_sheets", f"We read the sheet “{short(sheet.name, 40)}”. Nothing of {others} is imported.")
        )
    if _CALCULATED.search(sheet.xml):
        message = "Some cells are calculated. We read the values that were saved last, and calculate nothing."
        warnings.append(("calculated", message))
    if sheet.cut_at:
        message = f"Below line {sheet.cut_at} come more than {MOST_EMPTY:,} empty lines. We read nothing below them."
        warnings.append(("cut_off", message))
    warnings += _fill_merged(sheet)
    line, header = sheet.rows[at]
    if len(header) > MAX_COLUMNS:
        message = f"The heading has more than {MAX_COLUMNS} columns. Remove those you do not need."
        raise FileProblem("too_many_columns", message)
    return Table(header, line, _records(sheet.rows[at + 1 :]), warnings)


def _records(rows: list[tuple[int, list[str]]]) -> Iterator[Record]:
    return ((number, cells, False) for number, cells in rows)


def _best_heading(rows: list[tuple[int, list[str]]], known: Callable[[list[str]], int]) -> tuple[int, int]:
    """How many titles of the best heading mean something, and which of the rows it is: the first of equals.

    A line with one cell only is a title above the heading.
    """
    first = rows[:HEADING_WITHIN]
    scores = [
        (known(cells[:MAX_COLUMNS]), sum(bool(cell.strip(BLANK)) for cell in cells) > 1) for _number, cells in first
    ]
    best = max(scores)
    return best[0], scores.index(best)


def _unpack(data: bytes) -> io.BytesIO:
    """The parts that matter as an archive without compression.

    What a part says of its own size may be a lie, so it is unpacked in pieces and counted; the library that reads the
    workbook gets what was counted.
    """
    plain, left = io.BytesIO(), MAX_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(plain, "w") as unpacked:
            parts = packed.infolist()
            if len(parts) > MAX_PARTS:
                raise FileProblem(*TOO_BIG)
            if not any(part.filename == "xl/workbook.xml" for part in parts):
                raise FileProblem(*NO_WORKBOOK)
            for part in parts:
                if part.flag_bits & 1:
                    raise FileProblem(*LOCKED)
                if PARTS.fullmatch(part.filename):
                    text = _read_part(packed, part, left)
                    left -= len(text)
                    unpacked.writestr(part.filename, text)
    except FileProblem:
        raise
    except Exception as error:  # the archive is a stranger's: zlib, struct, zipfile and more complain in their own ways
        raise FileProblem(*BROKEN) from error
    plain.seek(0)
    return plain


def _read_part(packed: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> bytes:
    text = bytearray()
    with packed.open(part) as stream:
        while piece := stream.read(64 * 1024):
            text += piece
            if len(text) > most:
                raise FileProblem(*TOO_BIG)
    return bytes(text)


def _read_sheets(archive: io.BytesIO) -> list[Sheet]:
    from openpyxl import load_workbook  # a third of a second, for who uploads a workbook

    try:
        book = load_workbook(archive, read_only=True, data_only=True, keep_links=False)
        sheets = [sheet for sheet in book.worksheets[:MAX_SHEETS] if sheet.sheet_state == "visible"]
        return [
            Sheet(sheet.title, *_filled_rows(sheet), xml=book._archive.read(sheet._worksheet_path.lstrip("/")))
            for sheet in sheets
        ]
    except FileProblem:
        raise
    except Exception as error:  # as above: whatever a stranger's XML makes the library say
        raise FileProblem(*BROKEN) from error


def _filled_rows(sheet) -> tuple[list[tuple[int, list[str]]], int | None]:
    """The lines with something in them, and the last of them where so much emptiness follows that we stopped."""
    rows, last = [], 0
    values = sheet.iter_rows(min_row=1, max_row=LAST_ROW, max_col=MAX_COLUMNS + 1, values_only=True)
    for number, row in enumerate(values, start=1):
        width = len(row)
        while width and row[width - 1] is None:
            width -= 1
        if width:
            cells = [_text(value) for value in row[:width]]
            while cells and not cells[-1].strip(BLANK):
                cells.pop()
            if cells:
                rows.append((number, cells))
                last = number
        if number - last > MOST_EMPTY:
            return rows, last
    return rows, None


def _text(value: object) -> str:
    """A cell as somebody would have typed it into a CSV file."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return format(value, ".15g")
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _fill_merged(sheet: Sheet) -> list[tuple[str, str]]:
    """Give each line of cells that were merged downwards the value that stands for all of them, and say so."""
    rows = dict(sheet.rows)
    down, across = [], []
    found = 0
    for left, top, right, bottom in _MERGED.findall(sheet.xml):
        found += 1
        if found > MOST_MERGED:
            raise FileProblem(
                "merged_cells",
                f"More than {MOST_MERGED:,} cells are merged. Undo that in your spreadsheet program, so that each "
                "line has its own, and upload the file again.",
            )
        first, last, top, bottom = _column(left), _column(right), int(top), int(bottom)
        if top not in rows:
            continue
        if first != last:
            across.append(top)
        if top == bottom or first >= len(rows[top]):
            continue
        down.append((top, bottom))
        for number in range(top + 1, min(bottom, sheet.rows[-1][0]) + 1):
            if number in rows:
                cells = rows[number]
                cells.extend([""] * (first + 1 - len(cells)))
                cells[first] = cells[first] or rows[top][first]
    told = []
    if down:
        places = _told([f"{top} to {bottom}" for top, bottom in sorted(down)])
        told.append(("merged_cells", f"Cells are merged on lines {places}. Each of these lines gets the value of all."))
    if across:
        places = _told(sorted(set(across)))
        message = f"Cells are merged across columns on line {places}. Their value counts for the first of the columns."
        told.append(("merged_cells", message))
    return told


def _told(places: list) -> str:
    more = f" and {len(places) - MOST_TOLD} more" if len(places) > MOST_TOLD else ""
    return ", ".join(str(place) for place in places[:MOST_TOLD]) + more


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
