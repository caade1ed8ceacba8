import csv
import io
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from common.csv_guard import guard_cell, guarded_csv, looks_like_formula

unhurried = settings(deadline=None)


def first_visible(text):
    """What a spreadsheet looks at, worked out without the guard's own code."""
    visible = [c for c in text if unicodedata.category(c)[0] not in "CMZ" and not c.isspace()]
    return unicodedata.normalize("NFKC", visible[0])[0] if visible else ""


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        " =1",
        "\t=1",
        "\r\n=1",
        "\x00=1",
        "\ufeff=1",
        "\u200b=1",
        "\xa0@x",
        "＝1",
        "\u2212 1",
    ],
)
def test_guard_cell_disarms_what_a_spreadsheet_would_run(text):
    assert guard_cell(text) == "'" + text


@pytest.mark.parametrize("text", ["", " ", "Amara", "a=b", "1-2", "'=1", "name@company.example", "–", "Łódź"])
def test_guard_cell_leaves_plain_text_alone(text):
    assert guard_cell(text) == text


@pytest.mark.parametrize(
    ("value", "cell"), [(None, ""), (-3, "-3"), (-2.5, "-2.5"), (Decimal("-0.5"), "-0.5"), (True, "True")]
)
def test_guard_cell_keeps_numbers_as_numbers(value, cell):
    assert guard_cell(value) == cell


@unhurried
@given(st.text())
@example("\t=1")
@example("\u202e\x1f+1")
@example("\ufe0f=1")
@example("\U00018cd6=")
def test_no_guarded_cell_begins_like_a_formula(text):
    assert first_visible(guard_cell(text)) not in tuple("=+-@")


@pytest.mark.parametrize("text", ["=1", "\t=1", " =1"])
def test_the_property_can_fail(text):
    assert first_visible(text) in tuple("=+-@")


@unhurried
@given(st.text())
def test_guarding_twice_changes_nothing_more(text):
    assert guard_cell(guard_cell(text)) == guard_cell(text)


@unhurried
@given(st.text())
def test_guard_cell_keeps_every_character(text):
    assert guard_cell(text).removeprefix("'") == text.removeprefix("'")


@unhurried
@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1), min_size=1))
def test_guarded_csv_reads_back_as_guarded_cells(rows):
    written = guarded_csv(rows)

    read = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert read == [[guard_cell(cell).replace("\0", "") for cell in row] for row in rows]


def test_guarded_csv_leaves_no_formula_in_any_cell():
    written = guarded_csv([["name", "years"], ["=HYPERLINK()", -1], ["\0=1", "@x"]])

    read = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert read == [["name", "years"], ["'=HYPERLINK()", "-1"], ["'=1", "'@x"]]
    assert [looks_like_formula(row[0]) for row in read] == [False, False, False]


def test_guarded_csv_tells_excel_its_encoding():
    assert guarded_csv([["Zoë"]]) == b'\xef\xbb\xbf"Zo\xc3\xab"\r\n'
