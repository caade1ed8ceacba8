"""Rosters as Excel workbooks: what they hold is read, and what they might do does not happen."""

import io
import time
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import Workbook

from groups.roster import RosterRow, read_roster, workbook

HEADING = ["Email", "Name", "Team", "Level", "Years in role"]
AMARA = ["amara@x.example", "Amara Okafor", "Finance", 3, 2.5]
BO = ["bo@x.example", "Bo Li", "Sales", 4.0, 1]


def saved(*rows, merged=(), title="People", change=None):
    """The bytes of a workbook with these rows."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for cells in merged:
        sheet.merge_cells(cells)
    if change:
        change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def repacked(data, name, change):
    """The same workbook with one part changed."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part == name else old.read(part))
    return stream.getvalue()


def codes(reading):
    return [(problem.line, problem.code) for problem in reading.problems]


def test_a_workbook_is_read_as_a_csv_file_would_be():
    reading = read_roster(saved(HEADING, AMARA, [], BO), "roster.xlsx")

    assert (reading.problems, reading.can_import) == ((), True)
    assert reading.rows == (
        RosterRow(2, "amara@x.example", "Amara Okafor", "Finance", level=3, years_in_role=Decimal("2.5")),
        RosterRow(4, "bo@x.example", "Bo Li", "Sales", level=4, years_in_role=Decimal(1)),
    )


def test_lines_above_the_heading_and_other_sheets_are_left_out():
    def add(book):
        book.create_sheet("Budget").append(["Cost", 3])
        hidden = book.create_sheet("Hidden")
        hidden.append(HEADING)
        hidden.sheet_state = "hidden"

    reading = read_roster(saved(["Leading at scale"], [date(2026, 5, 1)], HEADING, AMARA, change=add))

    assert [row.line for row in reading.rows] == [4]
    assert codes(reading) == [(None, "other_sheets")]
    assert reading.problems[0].message == "We read the sheet “People”. Nothing of “Budget” is imported."


def test_a_title_above_headings_that_nobody_knows_is_not_the_heading():
    reading = read_roster(saved(["Teilnehmende"], ["Dienstadresse", "Vorname"], ["a@x.example", "Ada"]))

    assert (reading.headings, reading.is_unmatched) == (("Dienstadresse", "Vorname"), True)


def test_a_formula_counts_as_what_was_saved_of_it_and_never_runs():
    reading = read_roster(saved(HEADING, ["a@x.example", "=1+1", "x"], ["b@x.example", "'=cmd|' /C calc'!A0", "x"]))

    assert [row.name for row in reading.rows] == ["", "'=cmd|' /C calc'!A0"]
    assert codes(reading) == [(None, "calculated"), (2, "no_name")]


def test_text_that_looks_like_a_formula_stays_text():
    data = saved(HEADING, ["a@x.example", "+Amara"], change=lambda book: None)

    reading = read_roster(data)

    assert (reading.rows[0].name, codes(reading)) == ("+Amara", [(2, "formula")])


def test_merged_cells_count_for_each_of_their_lines_and_are_told():
    data = saved(HEADING, AMARA, [*BO[:2], None, 4], ["c@x.example", "Cy", "Ops"], merged=["C2:C3", "C4:D4"])

    reading = read_roster(data)

    assert [row.team for row in reading.rows] == ["Finance", "Finance", "Ops"]
    assert [problem.message for problem in reading.problems] == [
        "Cells are merged on lines 2 to 3. Each of these lines gets the value of all.",
        "Cells are merged across columns on line 4. Their value counts for the first of the columns.",
    ]


def test_too_many_merged_cells_are_an_error_in_words():
    reading = read_roster(saved(HEADING, AMARA, merged=[f"A{n}:B{n}" for n in range(2, 2100)]))

    assert (reading.rows, codes(reading)) == ((), [(None, "merged_cells")])


def test_a_file_that_is_not_what_its_name_says_is_read_as_what_it_is():
    text = read_roster(b"email,name\na@x.example,Bo\n", "roster.xlsx")
    book = read_roster(saved(HEADING, AMARA), "roster.csv")

    assert [(len(reading.rows), codes(reading)) for reading in (text, book)] == [(1, [(None, "misnamed")])] * 2


def test_a_zip_bomb_is_not_unpacked():
    bomb = repacked(saved(HEADING, AMARA), "xl/worksheets/sheet1.xml", lambda text: text + b" " * 200_000_000)
    began = time.process_time()

    reading = read_roster(bomb)

    assert (reading.rows, codes(reading)) == ((), [(None, "too_big")])
    assert "32 MB" in reading.problems[0].message
    assert time.process_time() - began < 1


def test_a_part_that_lies_about_its_size_is_counted(monkeypatch):
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 20_000)
    bomb = bytearray(repacked(saved(HEADING, AMARA), "xl/styles.xml", lambda text: text + b" " * 1_000_000))
    with zipfile.ZipFile(io.BytesIO(bytes(bomb))) as packed:
        size = packed.getinfo("xl/styles.xml").file_size.to_bytes(4, "little")
    lied = bytes(bomb).replace(size, (500).to_bytes(4, "little"))

    assert codes(read_roster(lied)) in ([(None, "workbook")], [(None, "too_big")])


def test_an_xml_bomb_is_no_workbook():
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<?xml version="1.0"?><!DOCTYPE worksheet [<!ENTITY a0 "ha">{entities}]>'.encode()
    data = repacked(
        saved(HEADING, AMARA),
        "xl/worksheets/sheet1.xml",
        lambda text: head + text.replace(b"Amara Okafor", b"&a11;"),
    )

    assert codes(read_roster(data)) == [(None, "workbook")]


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04",
        b"PK\x03\x04 and more",
        saved(HEADING, AMARA)[:-300],
        repacked(saved(HEADING, AMARA), "xl/workbook.xml", lambda _text: b"<nothing"),
        repacked(saved(HEADING, AMARA), "xl/worksheets/sheet1.xml", lambda text: text[:-200]),
    ],
    ids=["nothing", "noise", "cut", "not XML", "half a sheet"],
)
def test_a_broken_workbook_is_refused_with_one_sentence(data):
    reading = read_roster(data)

    assert (reading.rows, codes(reading)) == ((), [(None, "workbook")])
    assert reading.problems[0].message.endswith("upload that file.")


def test_a_zip_file_of_something_else_is_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr("letter.txt", "Dear all")

    assert "zip file" in read_roster(stream.getvalue()).problems[0].message


def test_an_empty_workbook_is_empty():
    assert codes(read_roster(saved())) == [(None, "empty")]


def test_emptiness_without_end_is_not_walked_through():
    def far(book):
        book.active["A1048576"] = "nobody"

    began = time.process_time()
    reading = read_roster(saved(HEADING, AMARA, change=far))

    assert (len(reading.rows), codes(reading)) == (1, [(None, "cut_off")])
    assert time.process_time() - began < 1
