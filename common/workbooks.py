"""Excel workbooks that a spreadsheet program cannot be made to run."""

import io
from collections.abc import Iterable
from decimal import Decimal

from common.csv_guard import guard_cell


def guarded_workbook(rows: Iterable[Iterable[object]]) -> bytes:
    """Write rows as a workbook of one sheet. Numbers stay numbers; every text is guarded as in a CSV file."""
    from openpyxl import Workbook  # a third of a second, for who downloads one
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Roster")
    for row in rows:
        cells = (value if _is_number(value) else guard_cell(value) for value in row)
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell for cell in cells])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _is_number(value):
    return isinstance(value, int | float | Decimal)
