"""Read an uploaded roster: every line becomes a row to look at, every doubt a sentence.

Nothing here raises on bad input and nothing is written: the caller shows the reading and imports it when there
are no errors and somebody has agreed.
"""

import re
import unicodedata

from groups.roster.cells import read_cell
from groups.roster.file import MAX_BYTES, FileProblem, Record, Table, read_table
from groups.roster.model import (
    COLUMNS,
    LIMITS,
    MAX_ROWS,
    REQUIRED,
    Notes,
    Problem,
    RosterReading,
    RosterRow,
    is_blank,
    short,
)
from groups.roster.people import compare_people, facts_about
from groups.roster.workbook import ZIP, read_workbook

__all__ = ["COLUMNS", "LIMITS", "MAX_BYTES", "MAX_ROWS", "Problem", "RosterReading", "RosterRow", "read_roster"]

# Longer than any title that means something, with white space and punctuation around it.
LONGEST_TITLE = 100
OTHER_NAMES = {
    "e_mail": "email",
    "mail": "email",
    "email_address": "email",
    "e_mail_address": "email",
    "full_name": "name",
    "manager": "manager_email",
    "manager_e_mail": "manager_email",
    "managers_email": "manager_email",
    "years": "years_in_role",
    "time_zone": "timezone",
    "tz": "timezone",
    "zone": "timezone",
    "language": "languages",
    "goal": "goals",
}


def read_roster(data: bytes, filename: str = "") -> RosterReading:
    """Read the bytes of a CSV file or a workbook into rows and problems, without ever raising.

    What kind of file it is, its bytes say; a name that says something else is noted. All rows are there for the
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
    places = _read_header(table.header, table.header_line, notes)
    if not set(REQUIRED) <= set(places.values()):
        return RosterReading(problems=tuple(notes.problems))

    for record in table.records:
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
    return RosterReading(tuple(rows), tuple(problems), tuple(facts_about(rows)))


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


def column_for(title: str) -> str | None:
    """The column that a title in the header means, in any case and with common other names, or None."""
    if len(title) > LONGEST_TITLE:
        return None
    key = re.sub(r"[\W_]+", "_", unicodedata.normalize("NFKC", title).replace("’", "'").replace("'", "").casefold())
    key = OTHER_NAMES.get(key.strip("_"), key.strip("_"))
    return key if key in COLUMNS else None


def _read_header(header: list[str], line: int, notes: Notes) -> dict[int, str]:
    """Where each column is; without e-mail and name there is nothing to read."""
    columns = [column_for(title) for title in header]
    if not any(columns):
        message = (
            "The first line has to name the columns, and “email” and “name” have to be among them. "
            "Add that line, or check that this is the right file."
        )
        notes.error("no_header", message, line=line, value=" ".join(header[:5]))
        return {}

    places: dict[int, str] = {}
    extra = []
    for place, (title, column) in enumerate(zip(header, columns, strict=True)):
        if column is None:
            extra.append(short(title))
        elif column in places.values():
            message = f"There are two columns for “{column}”; we read the first. Remove the one that is wrong."
            notes.warn("column_twice", message, line=line, column=column, value=title)
        else:
            places[place] = column
    if extra := [title for title in extra if title]:
        named = ", ".join(f"“{title}”" for title in extra[:8])
        more = f" and {len(extra) - 8} more" if len(extra) > 8 else ""
        message = f"We do not use {named}{more}; nothing in {'it' if len(extra) == 1 else 'them'} is imported."
        notes.warn("extra_columns", message, line=line, value=extra[0])
    for column in REQUIRED:
        if column not in places.values():
            message = f"We could not find the column “{column}” in the first line. Add it, or correct its title."
            notes.error("missing_column", message, line=line, column=column)
    return places


def _read_row(record: Record, places: dict[int, str], width: int, notes: Notes) -> RosterRow:
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
    for place, column in places.items():
        if place < len(cells) and cells[place]:
            setattr(row, column, read_cell(cells[place], line=line, column=column, notes=notes))
    noted = {problem.column for problem in notes.problems[before:] if problem.severity == "error"}
    for column, what in (("email", "e-mail address"), ("name", "name")):
        if not getattr(row, column) and column not in noted:
            message = f"This line has no {what}. Add it, or remove the line."
            notes.error(f"no_{column}", message, line=line, column=column)
    return row
