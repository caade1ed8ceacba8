"""Read an uploaded roster: every line becomes a row to look at, every doubt a sentence.

Nothing here raises on bad input and nothing is written: the caller shows the reading and imports it when there
are no errors and somebody has agreed.
"""

from collections.abc import Callable
from itertools import chain, islice

from groups.roster.cells import read_cell
from groups.roster.file import MAX_BYTES, FileProblem, Record, Table, read_table
from groups.roster.headings import column_for, find_places, heading_key
from groups.roster.model import (
    COLUMNS,
    LIMITS,
    MAX_ROWS,
    PARTS_OF_NAME,
    SAMPLE,
    Notes,
    Problem,
    RosterReading,
    RosterRow,
    is_blank,
    short,
)
from groups.roster.people import compare_people, facts_about
from groups.roster.workbook import ZIP, read_workbook

__all__ = [
    "COLUMNS",
    "LIMITS",
    "MAX_BYTES",
    "MAX_ROWS",
    "PARTS_OF_NAME",
    "Problem",
    "RosterReading",
    "RosterRow",
    "heading_key",
    "read_roster",
]

Matched = Callable[[tuple[str, ...]], dict[str, int] | None]


def read_roster(data: bytes, filename: str = "", matched: Matched | None = None) -> RosterReading:
    """Read the bytes of a CSV file or a workbook into rows and problems, without ever raising.

    ``matched`` is asked, with the headings, which columns they are; when it does not know, their names say. What kind
    of file it is, its bytes say; a name that says something else is noted. All rows are there for the
    preview, also those with errors. A file that is too long is not read past the limit, and one that is neither has no
    rows. The work and what is returned stay small whatever the bytes are.
    """
    notes = Notes()
    rows: list[RosterRow] = []
    try:
        table = table_in(data)
    except FileProblem as problem:
        notes.error(problem.code, str(problem))
        return RosterReading(problems=tuple(notes.problems))

    if message := _misnamed(data, filename):
        notes.warn("misnamed", message)
    for code, message in table.warnings:
        notes.warn(code, message)
    headings = tuple(short(title) for title in table.header)
    places = find_places(table.header, table.header_line, notes, matched(headings) if matched else None)
    first = list(islice(table.records, SAMPLE))
    found = {
        "headings": () if any(problem.code == "no_header" for problem in notes.problems) else headings,
        "places": places,
        "sample": tuple(tuple(short(cell) for cell in cells[: len(headings)]) for _line, cells, _broken in first),
    }
    if (empty := RosterReading(problems=tuple(notes.problems), **found)).is_unmatched or not places:
        return empty

    for record in chain(first, table.records):
        if len(rows) == MAX_ROWS:
            notes.error(
                "too_many_rows",
                f"This file has more than {MAX_ROWS:,} people; we read the first {MAX_ROWS:,}. "
                "Split it into one file for each program.",
            )
            break
        rows.append(_read_row(record, places, len(table.header), notes))

    if not rows:
        notes.error("no_people", "The file has a header but nobody below it. Add one line for each person.")
    compare_people(rows, notes)
    problems = sorted(notes.problems, key=lambda problem: problem.line or 0)
    return RosterReading(tuple(rows), tuple(problems), tuple(facts_about(rows)), **found)


def table_in(data: bytes) -> Table:
    """The header and the lines of a file. Raises FileProblem."""
    if len(data) > MAX_BYTES:
        message = f"This file is larger than {MAX_BYTES // 1024 // 1024} MB. Split it into smaller files."
        raise FileProblem("too_big", message)
    read = read_workbook if data.startswith(ZIP) else read_table
    return read(data, known=lambda header: sum(column is not None for column in map(column_for, header)))


def _misnamed(data: bytes, filename: str) -> str:
    ending = filename.lower().rpartition(".")[2]
    if data.startswith(ZIP) and ending in {"csv", "txt", "tsv"}:
        return f"The name ends in “.{ending}”, but this is an Excel workbook. We read it as that."
    if not data.startswith(ZIP) and ending in {"xlsx", "xlsm", "xls"}:
        return f"The name ends in “.{ending}”, but this is a text file. We read it as CSV."
    return ""


def _read_row(record: Record, places: dict[str, int], width: int, notes: Notes) -> RosterRow:
    line, cells, broken = record
    before = len(notes.problems)
    if broken:
        message = "A quotation mark on this line is never closed. Close it or remove it; we read the line as it stands."
        notes.error("open_quote", message, line=line)
    elif not is_blank("".join(cells[width:])):
        message = (
            f"This line has {len(cells)} cells and the header has {width}. "
            "Put quotation marks around a cell that holds the separator."
        )
        notes.error("extra_cells", message, line=line, value=cells[width])

    row = RosterRow(line)
    for column, place in places.items():
        if place >= len(cells) or not cells[place]:
            continue
        if column in PARTS_OF_NAME:
            part = read_cell(cells[place], line=line, column="name", notes=notes)
            row.name = f"{part} {row.name}".strip() if column == "first_name" else f"{row.name} {part}".strip()
        else:
            setattr(row, column, read_cell(cells[place], line=line, column=column, notes=notes))
    row.name = row.name[: LIMITS["name"]]
    noted = {problem.column for problem in notes.problems[before:] if problem.severity == "error"}
    for column, what in (("email", "e-mail address"), ("name", "name")):
        if not getattr(row, column) and column not in noted:
            message = f"This line has no {what}. Add it, or remove the line."
            notes.error(f"no_{column}", message, line=line, column=column)
    return row
