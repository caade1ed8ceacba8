"""CSV files that a spreadsheet program cannot be made to run.

A cell that begins with ``= + - @`` is a formula to a spreadsheet. Spreadsheets also skip white space and
invisible characters before they look, so the guard looks at the first character that can be seen.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

TRIGGERS = "=+-@"
MARK = "'"
# Unicode's controls and unassigned, marks, separators: what may have no shape of its own must not hide a formula.
_INVISIBLE = "CMZ"


def looks_like_formula(text: str) -> bool:
    """Tell whether a spreadsheet might read this cell as a formula."""
    for character in text:
        if unicodedata.category(character)[0] in _INVISIBLE or character.isspace():
            continue
        # NFKC turns the full-width signs of East Asian keyboards into the plain ones.
        return unicodedata.normalize("NFKC", character)[0] in TRIGGERS or character == "\u2212"
    return False


def guard_cell(value: object) -> str:
    """Return the text for one cell of a CSV file, with an apostrophe in front where it could be run.

    Numbers pass as they are, None becomes an empty cell. Guarding twice changes nothing more.
    """
    if value is None:
        return ""
    if isinstance(value, (int, float, Decimal)):
        return str(value)

    text = str(value)
    return MARK + text if looks_like_formula(text) else text


def guarded_csv(rows: Iterable[Iterable[object]], *, bom: bool = True) -> bytes:
    """Write rows as a CSV file in which every cell has been guarded.

    Every cell is quoted; the byte order mark makes Excel read the file as UTF-8.
    """
    stream = io.StringIO(newline="")
    # A NUL ends the cell for some readers, and Python's own reader of older files refuses it.
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows(
        [guard_cell(value).replace("\0", "") for value in row] for row in rows
    )
    text = stream.getvalue()
    return text.encode("utf-8-sig" if bom else "utf-8", errors="replace")
