"""From the bytes of an upload to lines of cells: encodings, separators and broken quotation marks."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from groups.roster.model import MAX_ROWS

MAX_BYTES = 5 * 1024 * 1024
MAX_COLUMNS = 200
# A quotation mark that is still open after so many lines was never meant to span them.
MOST_LINES_IN_A_RECORD = 20
MAX_LINES = MAX_ROWS * MOST_LINES_IN_A_RECORD
SEPARATORS = ",;\t|"

BLANK = "\0 \t\r\n\v\f\ufeff"

EMPTY = ("empty", "The file is empty. Upload one with a header and one line for each person.")
SAVE_AS_CSV = "Open it in your spreadsheet program, choose “Save as” and the type “CSV UTF-8”, and upload that file."
OTHER_KINDS = {
    b"\xd0\xcf\x11\xe0": (
        "workbook",
        f"This is an old Excel file, or one with a password. Save it as “xlsx” without a password. {SAVE_AS_CSV}",
    ),
    b"%PDF": ("not_csv", f"This is a PDF, not a CSV file. Ask for the table it was made from. {SAVE_AS_CSV}"),
    b"{\\rtf": ("not_csv", f"This is a text document, not a CSV file. {SAVE_AS_CSV}"),
}

Record = tuple[int, list[str], bool]


class FileProblem(Exception):
    """The file as a whole cannot be read; the text is for the person who uploaded it."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


@dataclass
class Table:
    """A header and the records below it, each with its line and whether a quotation mark was left open."""

    header: list[str]
    header_line: int
    records: Iterator[Record]
    warnings: list[tuple[str, str]]


def read_table(data: bytes, *, known: Callable[[list[str]], int]) -> Table:
    """Find encoding, separator and header; ``known`` counts the titles that mean something.

    Raises FileProblem.
    """
    for magic, problem in OTHER_KINDS.items():
        if data.startswith(magic):
            raise FileProblem(*problem)

    text, warnings = decode(data)
    if not text.strip(BLANK + SEPARATORS):
        raise FileProblem(*EMPTY)
    lines = list(islice(io.StringIO(text, newline=""), MAX_LINES + 1))
    if len(lines) > MAX_LINES:
        message = f"This file has more than {MAX_LINES:,} lines. Remove the empty ones, or split it into smaller files."
        raise FileProblem("too_many_lines", message)
    first = next(number for number, line in enumerate(lines) if line.strip(BLANK + SEPARATORS))
    separators = SEPARATORS
    announced = lines[first].strip().strip('"').lower()
    if announced.startswith("sep=") and len(announced) <= 5:  # Excel's own note in front of a CSV file
        separators = announced[4:] or "\t"
        first += 1
        if first == len(lines):
            raise FileProblem(*EMPTY)

    records = max(
        (list_header(lines, separator, first) for separator in separators),
        key=lambda found: (known(found[0][1][:MAX_COLUMNS]), len(found[0][1])),
    )
    (header_line, header, _broken), rest = records
    if len(header) > MAX_COLUMNS:
        message = (
            f"The first line has {len(header):,} columns; at most {MAX_COLUMNS} fit. Remove those you do not need."
        )
        raise FileProblem("too_many_columns", message)
    return Table(header, header_line, rest, warnings)


def list_header(lines: list[str], separator: str, first: int) -> tuple[Record, Iterator[Record]]:
    rest = filled_records(lines, separator, first)
    return next(rest, (first + 1, [""], False)), rest


def decode(data: bytes) -> tuple[str, list[tuple[str, str]]]:
    """The text of a file, by its byte order mark or by what it can be, with warnings."""
    for mark, encoding in (
        (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\x00\x00\xfe\xff", "utf-32"),
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace").removeprefix("\ufeff"), []

    sample = data[:2000]
    if len(sample) >= 4 and sample.count(0) > len(sample) // 3:
        odd_zeros = sample[1::2].count(0)
        little = odd_zeros >= sample[0::2].count(0)
        return data.decode("utf-16-le" if little else "utf-16-be", errors="replace"), []
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        message = (
            "The file does not say how its letters are stored; we read it as Windows text. "
            "Check the names with accents below, or save it again as “CSV UTF-8”."
        )
        return data.decode("cp1252", errors="replace"), [("guessed_encoding", message)]


def filled_records(lines: list[str], separator: str, first: int) -> Iterator[Record]:
    """All records with something in them."""
    for record in split_records(lines, separator, first):
        if any(cell.strip(BLANK) for cell in record[1]):
            yield record


def split_records(lines: list[str], separator: str, first: int) -> Iterator[Record]:
    """Split lines into records, losing no line to a quotation mark that is never closed.

    Such a line is read by itself, without regard to quotation marks, and the next begins afresh.
    """
    start, width = first, None
    while start < len(lines):
        feed = _Feed(lines, start)
        reader = csv.reader(feed, delimiter=separator, skipinitialspace=True)
        while start < len(lines):
            feed.allow_from(start)
            try:
                cells = next(reader, None)
            except csv.Error:  # a cell beyond the limit of the csv module
                cells = None
            swallowed = lines[start + 1 : feed.at]
            if cells is None or feed.ran_out or any(is_record(line, separator, width) for line in swallowed):
                yield start + 1, split_plainly(lines[start], separator), '"' in lines[start]
                start += 1
                break
            width = width or len(cells)
            yield start + 1, cells, False
            start = feed.at


def is_record(line: str, separator: str, width: int | None) -> bool:
    """Whether a line inside quotation marks looks like a person of its own: two stray marks can swallow several."""
    head, _mark, tail = line.partition('"')
    # A cell that ends here starts the line with its last words or with a mark and a separator.
    begins = separator in head or (not head.strip() and bool(tail) and not tail.startswith((separator, "\r", "\n")))
    return begins and "@" in line and line.count(separator) + 1 >= (width or 2)


class _Feed:
    """Gives a csv reader one record's worth of lines at most, and knows where it is."""

    def __init__(self, lines: list[str], start: int):
        self.lines = lines
        self.at = start
        self.end = start
        self.ran_out = False

    def allow_from(self, start: int) -> None:
        self.end = min(start + MOST_LINES_IN_A_RECORD, len(self.lines))

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        if self.at >= self.end:
            self.ran_out = True
            raise StopIteration
        self.at += 1
        return self.lines[self.at - 1]


def split_plainly(line: str, separator: str) -> list[str]:
    """Cut a line at every separator; quotation marks are dropped."""
    return [cell.strip().strip('"') for cell in line.rstrip("\r\n").split(separator)]
