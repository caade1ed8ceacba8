import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groups.roster import COLUMNS, LIMITS, MAX_BYTES, MAX_ROWS, RosterReading, RosterRow, read_roster
from groups.roster.cells import as_address
from groups.roster.file import MAX_COLUMNS, MAX_LINES
from groups.roster.model import LISTS, MOST_ON_A_LINE, MOST_PROBLEMS

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
DATA = Path(__file__).parents[1] / "data"
SENATE = Path(__file__).parents[3] / "shared" / "data" / "rosters" / "senate.csv"
INVENTED = DATA / "roster.csv"
REAL = SENATE if SENATE.exists() else INVENTED

HEADER = "email,name,team,manager_email,level,years_in_role,function,location,timezone,gender,languages,goals"


def table(*lines, header=HEADER):
    return "\n".join([header, *lines]).encode()


def codes(reading):
    return [(problem.line, problem.column, problem.code) for problem in reading.problems]


def one_cell(column, text):
    """Read a roster of one person who has this text in one column."""
    cells = {"email": "amara@example.com", "name": "Amara", column: text}
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([COLUMNS, [cells.get(name, "") for name in COLUMNS]])
    reading = read_roster(stream.getvalue().encode())
    return reading.rows[0], reading


def test_read_roster_takes_a_real_roster_unmodified():
    data = REAL.read_bytes()

    reading = read_roster(data)

    expected = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    expected = [row for row in expected if row["email"]]
    assert [row.email for row in reading.rows] == [row["email"].lower() for row in expected]
    assert (reading.errors, reading.can_import) == ([], True)


@pytest.mark.skipif(not SENATE.exists(), reason="the supplied roster lies beside the project, not in it")
def test_read_roster_finds_nothing_to_say_about_the_senate():
    reading = read_roster(SENATE.read_bytes())

    assert (len(reading.rows), reading.problems, reading.facts) == (100, (), ())
    assert reading.rows[6] == RosterRow(
        line=8,
        email="angus.s.king.jr.k000383@senate.example",
        name="Angus S. King, Jr.",
        team="Senate Select Committee on Intelligence",
        level=3,
        years_in_role=Decimal("13.0"),
        function="Independent",
        location="ME",
        timezone="America/New_York",
        gender="M",
        languages=("en",),
        goals=(
            "Senate Committee on Energy and Natural Resources",
            "Senate Committee on Veterans' Affairs",
            "Senate Committee on Armed Services",
        ),
    )


def test_read_roster_warns_about_the_invented_roster_and_lets_it_in():
    reading = read_roster(INVENTED.read_bytes())

    assert (len(reading.rows), reading.errors, reading.can_import) == (60, [], True)
    assert codes(reading) == [
        (1, "", "extra_columns"),
        (42, "goals", "formula"),
        (44, "manager_email", "own_manager"),
        (55, "location", "hidden_characters"),
    ]
    assert reading.facts == (
        "15 people report to someone who is not in this roster.",
        "1 of 60 has no team; that keeps nobody out of a group.",
        "1 of 60 has no level; that keeps nobody out of a group.",
    )


def test_read_roster_names_each_kind_of_dirt_by_its_line():
    reading = read_roster((DATA / "roster_dirty.csv").read_bytes())

    assert codes(reading) == [
        (1, "", "extra_columns"),
        (3, "email", "no_email"),
        (4, "name", "no_name"),
        (5, "email", "bad_email"),
        (6, "manager_email", "bad_email"),
        (7, "level", "bad_level"),
        (8, "years_in_role", "bad_years"),
        (9, "timezone", "unknown_zone"),
        (11, "email", "hidden_characters"),
        (11, "name", "hidden_characters"),
        (15, "team", "too_long"),
        (16, "email", "email_twice"),
        (17, "name", "formula"),
        (18, "manager_email", "own_manager"),
        (19, "manager_email", "manager_circle"),
        (22, "", "extra_cells"),
        (22, "manager_email", "bad_email"),
        (22, "timezone", "unknown_zone"),
        (23, "languages", "too_many_entries"),
        (24, "", "open_quote"),
        (25, "years_in_role", "bad_years"),
        (25, "name", "name_twice"),
        (26, "name", "unreadable_character"),
    ]


def test_read_roster_keeps_every_row_of_a_dirty_file_for_the_preview():
    reading = read_roster((DATA / "roster_dirty.csv").read_bytes())

    assert [row.line for row in reading.rows] == [2, 3, 4, 5, 6, 7, 8, 9, 11, 12, *range(15, 27)]
    assert reading.can_import is False


def test_every_problem_is_a_sentence_without_control_characters():
    reading = read_roster((DATA / "roster_dirty.csv").read_bytes())

    texts = [problem.message for problem in reading.problems]
    assert [text for text in texts if not text.isprintable() or text[-1] not in ".?"] == []
    assert [p for p in reading.problems if not p.value.isprintable() or len(p.value) > 60] == []


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_read_roster_recognizes_encoding_separator_and_line_ends(encoding, separator, ending):
    lines = [
        ["Name", "E-Mail", "years in role"],
        ["Zoë Núñez", "Zoe@Example.com", '"3,5"'],
        ["", "", ""],
        ["Bo", "bo@x.example", ""],
    ]
    data = ending.join(separator.join(cells) for cells in lines).encode(encoding)

    reading = read_roster(data)

    assert [(row.name, row.email, row.years_in_role) for row in reading.rows] == [
        ("Zoë Núñez", "zoe@example.com", Decimal("3.5")),
        ("Bo", "bo@x.example", None),
    ]
    assert codes(reading) == ([(None, "", "guessed_encoding")] if encoding == "cp1252" else [])


def test_read_roster_obeys_the_separator_that_excel_announces():
    reading = read_roster(b"sep=;\r\nname;email\r\nBo, Di;bo@x.example\r\n")

    assert reading.rows == (RosterRow(line=3, email="bo@x.example", name="Bo, Di"),)


@pytest.mark.parametrize("title", ["EMAIL", " e-mail ", "E mail", "Email address", "“email”"])
def test_read_roster_knows_a_column_by_its_other_spellings(title):
    reading = read_roster(f"{title},Name\na@x.example,Bo\n".encode())

    assert (reading.rows, reading.problems) == ((RosterRow(line=2, email="a@x.example", name="Bo"),), ())


def test_read_roster_reads_the_first_of_two_columns_with_one_name():
    reading = read_roster(b"email,name,Name\na@x.example,Bo,Di\n")

    assert (reading.rows[0].name, codes(reading)) == ("Bo", [(1, "name", "column_twice")])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"sep=;", "empty"),
        (b"\0\0\0\0\0\0", "empty"),
        (b"\xd0\xcf\x11\xe0 and more", "workbook"),
        (b"%PDF-1.7", "not_csv"),
        (b"just a letter to a friend", "no_header"),
        (b"a@x.example,Bo\nc@x.example,Di\n", "no_header"),
        (b"name,team\nBo,Sales\n", "missing_column"),
        (HEADER.encode(), "no_people"),
        (HEADER.encode() + b"\n\n,,,,,,,,,,,\n", "no_people"),
        (b"x" * (MAX_BYTES + 1), "too_big"),
        (b"email,name" + b"," * 2_000_000 + b"\na@x.example,Bo\n", "too_many_columns"),
        (b"email,name" + b"," * (MAX_COLUMNS - 1) + b"\na@x.example,Bo\n", "too_many_columns"),
        (b"email,name\n" + b"\n" * 5_000_000, "too_many_lines"),
        (b"email,name\na@x.example,Bo\n" + b",\n" * MAX_LINES, "too_many_lines"),
    ],
)
def test_read_roster_refuses_what_is_no_roster_with_one_sentence(data, code):
    reading = read_roster(data)

    assert (reading.rows, [problem.code for problem in reading.errors]) == ((), [code])


def test_read_roster_says_how_many_columns_a_header_may_have():
    (problem,) = read_roster(b"email,name" + b"," * 2_000_000).problems

    assert problem.message == ("The first line has 2,000,002 columns; at most 200 fit. Remove those you do not need.")


def test_a_header_may_have_many_columns_that_nobody_uses():
    reading = read_roster(b"email,name" + b"," * (MAX_COLUMNS - 2) + b"\na@x.example,Bo\n")

    assert (reading.rows, reading.problems) == ((RosterRow(line=2, email="a@x.example", name="Bo"),), ())


def test_read_roster_tells_how_to_save_an_old_excel_file():
    (problem,) = read_roster(b"\xd0\xcf\x11\xe0").problems

    assert "“CSV UTF-8”" in problem.message


def test_read_roster_stops_at_the_greatest_number_of_people():
    lines = [f"p{number}@x.example,Person {number}" for number in range(MAX_ROWS + 2)]

    reading = read_roster(table(*lines, header="email,name"))

    assert (len(reading.rows), codes(reading)) == (MAX_ROWS, [(None, "", "too_many_rows")])


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("Amara.Okafor@Example.COM", "amara.okafor@example.com"),
        (" a+b_c@mail.co.uk ", "a+b_c@mail.co.uk"),
        ("jörg@example.com", None),
        ("amara@bücher.example", "amara@xn--bcher-kva.example"),
        ("amara", None),
        ("amara@localhost", None),
        ("a..b@x.example", None),
        (".a@x.example", None),
        ("a@-x.example", None),
        ("a@x.example.", None),
        ("a@x..example", None),
        ("a@192.168.0.1", None),
        ("Amara <a@x.example>", None),
        ("a@x.example, b@x.example", None),
        ("a" * 65 + "@x.example", None),
        ("a@" + "x" * 64 + ".example", None),
        ("a@" + "x." * 130 + "example", None),
    ],
)
def test_as_address_knows_what_mail_can_reach(typed, address):
    assert as_address(typed) == address


@pytest.mark.parametrize(
    ("typed", "level"),
    [
        ("3", 3),
        (" 3.0 ", 3),
        ("3,0", 3),
        ("0", 0),
        ("99", 99),
        ("", None),
        ("100", None),
        ("3.5", None),
        ("-1", None),
        ("L3", None),
    ],
)
def test_a_level_is_a_small_whole_number(typed, level):
    row, reading = one_cell("level", typed)

    assert (row.level, bool(reading.errors)) == (level, level is None and typed != "")


@pytest.mark.parametrize(
    ("typed", "years"),
    [
        ("3", "3"),
        ("3.5", "3.5"),
        ("3,5", "3.5"),
        (".5", "0.5"),
        ("25.", "25"),
        ("4.98765", "4.99"),
        ("", None),
        ("81", None),
        ("-1", None),
        ("NaN", None),
        ("1e2", None),
        ("3 years", None),
    ],
)
def test_years_are_a_number_with_point_or_comma(typed, years):
    row, reading = one_cell("years_in_role", typed)

    assert row.years_in_role == (None if years is None else Decimal(years))
    assert bool(reading.errors) == (years is None and typed != "")


@pytest.mark.parametrize(
    ("typed", "zone", "hint"),
    [
        ("Asia/Calcutta", "Asia/Calcutta", ""),
        ("Asia/Kolkata", "Asia/Kolkata", ""),
        ("america/new york", "America/New_York", ""),
        ("UTC", "UTC", ""),
        ("", "", ""),
        ("Berlin", "Berlin", "Did you mean “Europe/Berlin”?"),
        ("CEST", "CEST", "Write it like “Europe/Berlin”, or leave it empty."),
        ("../etc/passwd", "../etc/passwd", "Write it like “Europe/Berlin”, or leave it empty."),
    ],
)
def test_a_zone_is_a_name_or_alias_of_the_tz_database(typed, zone, hint):
    row, reading = one_cell("timezone", typed)

    assert row.timezone == zone
    assert [problem.message.partition(f"“{typed}”. ")[2] for problem in reading.errors] == ([hint] if hint else [])


@pytest.mark.parametrize(
    ("column", "typed", "entries"),
    [
        ("languages", "en;de ; ;EN", ("en", "de")),
        ("languages", "English, Deutsch", ("English", "Deutsch")),
        ("languages", "en de pt", ("en", "de", "pt")),
        ("languages", "en/de | Haitian Creole", ("en", "de", "Haitian Creole")),
        ("goals", "Say no, kindly; Delegate;", ("Say no, kindly", "Delegate")),
        ("goals", "Delegate\nListen", ("Delegate", "Listen")),
        ("goals", " ; ", ()),
    ],
)
def test_lists_are_split_and_hold_each_entry_once(column, typed, entries):
    row, _reading = one_cell(column, typed)

    assert getattr(row, column) == entries


@pytest.mark.parametrize("column", sorted(LIMITS))
def test_a_cell_beyond_its_limit_is_an_error_and_is_cut(column):
    typed = "x" * (LIMITS[column] + 1)

    row, reading = one_cell(column, typed)

    assert [(problem.column, problem.code) for problem in reading.errors][:1] == [(column, "too_long")]
    stored = getattr(row, column)
    assert len(stored[0] if isinstance(stored, tuple) else stored) <= LIMITS[column]


@pytest.mark.parametrize("column", sorted(LIMITS))
def test_a_cell_at_its_limit_is_not_too_long(column):
    _row, reading = one_cell(column, "x" * LIMITS[column])

    assert [problem for problem in reading.problems if problem.code == "too_long"] == []


@pytest.mark.parametrize("typed", ["=1+1", "+1", "-1", "@x", "\t=1", " =1"])
def test_a_formula_is_kept_as_typed_and_reported(typed):
    row, reading = one_cell("name", typed)

    assert (row.name, codes(reading)) == (typed.strip(), [(2, "name", "formula")])


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("A\x00mara", "Amara"),
        ("Amara\u202e", "Amara"),
        ("A\x1bm\x7fara", "Amara"),
        ("\ufeffAmara", "Amara"),
    ],
)
def test_invisible_characters_are_removed_and_reported(typed, name):
    row, reading = one_cell("name", typed)

    assert (row.name, codes(reading)) == (name, [(2, "name", "hidden_characters")])


@pytest.mark.parametrize(
    ("typed", "name"),
    [(" Amara\t Okafor ", "Amara Okafor"), ("Maya\r\nGoldberg", "Maya Goldberg"), ("Zoe\u0308", "Zoë")],
)
def test_white_space_and_composition_are_set_right_in_silence(typed, name):
    row, reading = one_cell("name", typed)

    assert (row.name, reading.problems) == (name, ())


def test_the_same_address_twice_names_the_lines():
    reading = read_roster(
        table("a@x.example,Bo", "b@x.example,Di", "A@x.example,Bo", "a@X.example,Cy", header="email,name")
    )

    assert [(problem.line, problem.message) for problem in reading.errors] == [
        (4, "a@x.example is on lines 2, 4 and 5. Keep one of these lines."),
        (5, "a@x.example is on lines 2, 4 and 5. Keep one of these lines."),
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [("José Núñez", "Jose Nunez"), ("Jörg Weiß", "Joerg Weiss"), ("Li, Mei", "Mei Li"), ("Philipp Ott", "Philip Ott")],
)
def test_the_same_person_in_two_spellings_is_worth_a_look(one, other):
    reading = read_roster(f"email;name\na@x.example;{one}\nb@x.example;{other}\n".encode())

    assert (codes(reading), reading.can_import) == ([(3, "name", "name_nearly_twice")], True)


def test_an_address_on_very_many_lines_is_told_briefly():
    reading = read_roster(table(*["a@x.example,Bo"] * 400, header="email,name"))

    assert reading.errors[0].message == "a@x.example is on lines 2, 3, 4, 5, 6 and 395 more. Keep one of these lines."


def test_a_manager_outside_the_roster_is_a_fact_and_no_problem():
    reading = read_roster(table("a@x.example,Bo,boss@x.example", header="email,name,manager_email"))

    assert (reading.problems, reading.facts) == ((), ("1 person reports to someone who is not in this roster.",))


def test_who_manages_themselves_has_no_manager():
    reading = read_roster(table("a@x.example,Bo,A@x.example", header="email,name,manager_email"))

    assert (reading.rows[0].manager_email, codes(reading)) == ("", [(2, "manager_email", "own_manager")])


def test_each_circle_of_managers_is_reported_once():
    people = {"a": "b", "b": "a", "c": "a", "d": "e", "e": "f", "f": "d", "g": "", "h": "g"}
    lines = [f"{who}@x.example,Person {who},{boss and boss + '@x.example'}" for who, boss in people.items()]

    reading = read_roster(table(*lines, header="email,name,manager_email"))

    assert [(problem.line, problem.message.partition(" are ")[0]) for problem in reading.problems] == [
        (2, "The people on lines 2 and 3"),
        (5, "The people on lines 5, 6 and 7"),
    ]


def test_a_long_chain_of_managers_is_no_circle():
    lines = [f"p{number}@x.example,Person {number},p{number + 1}@x.example" for number in range(3000)]

    reading = read_roster(table(*lines, header="email,name,manager_email"))

    assert reading.problems == ()


@pytest.mark.parametrize(
    "stray",
    [
        ['"a@x.example,Bo', "b@x.example,Di", "c@x.example,Cy"],
        ['"a@x.example,Bo', '"b@x.example,Di', "c@x.example,Cy"],
        ['a@x.example,"Bo', "b@x.example,Di", 'c@x.example,"Cy'],
        ["a@x.example,Bo", "b@x.example,Di", 'c@x.example,"Cy'],
    ],
)
def test_a_stray_quotation_mark_swallows_nobody(stray):
    reading = read_roster(table(*stray, header="email,name"))

    assert [(row.email, row.name) for row in reading.rows] == [
        ("a@x.example", "Bo"),
        ("b@x.example", "Di"),
        ("c@x.example", "Cy"),
    ]
    assert {problem.code for problem in reading.errors} == {"open_quote"}


@pytest.mark.parametrize("cell", ["two\nlines", "a\n\n\nb", 'says ""hello""\nand goes', ", commas,\n, more,", "end\n"])
def test_a_cell_in_quotation_marks_may_have_several_lines(cell):
    reading = read_roster(f'email,name,team\na@x.example,"{cell}",Sales\nb@x.example,Di,Legal\n'.encode())

    assert [(row.email, row.team) for row in reading.rows] == [("a@x.example", "Sales"), ("b@x.example", "Legal")]
    assert reading.errors == []


@pytest.mark.parametrize(("mark", "codes_found"), [("", ["too_long"]), ('"', ["open_quote", "too_long"])])
def test_a_cell_beyond_what_the_csv_module_reads_costs_only_its_line(mark, codes_found):
    line = f"a@x.example,{mark}{'x' * 140_000}"

    reading = read_roster(table(line, "b@x.example,Di", header="email,name"))

    assert [(row.email, len(row.name)) for row in reading.rows] == [("a@x.example", LIMITS["name"]), ("b@x.example", 2)]
    assert [(problem.line, problem.code) for problem in reading.errors] == [(2, code) for code in codes_found]


def test_a_line_with_more_cells_than_the_header_is_an_error():
    reading = read_roster(table("a@x.example,Bo,Sales, Retail", header="email,name,team"))

    assert [(problem.line, problem.code) for problem in reading.errors] == [(2, "extra_cells")]


@pytest.mark.parametrize("line", ["a@x.example,Bo", "a@x.example,Bo,,,,,", "a@x.example,Bo, , "])
def test_missing_and_empty_cells_at_the_end_are_fine(line):
    reading = read_roster(table(line, header="email,name,team,level"))

    assert (reading.rows, reading.problems) == ((RosterRow(line=2, email="a@x.example", name="Bo"),), ())


@pytest.mark.parametrize("column", sorted(LISTS))
@pytest.mark.parametrize("entry", ["=1;", "a;", "\x01;", "x" * 900 + ";"])
def test_a_list_that_goes_on_and_on_is_one_problem_that_says_how_many_fit(column, entry):
    row, reading = one_cell(column, entry * (100_000 // len(entry)))

    message = f"“{column}” lists too many entries; at most {LISTS[column]} fit. Keep those that matter most."
    assert [(problem.code, problem.message) for problem in reading.problems] == [("too_many_entries", message)]
    assert getattr(row, column) == ()


@pytest.mark.parametrize("column", sorted(LISTS))
def test_a_list_with_as_many_entries_as_fit_is_read_whole(column):
    entries = tuple(f"entry {number}" for number in range(LISTS[column]))

    row, reading = one_cell(column, " ;; " + "; ".join(entries) + ";" * 50_000)

    assert (getattr(row, column), reading.problems) == (entries, ())


@pytest.mark.parametrize("people", [20, 60])
def test_endless_lists_of_formulas_give_one_problem_for_each_person(people):
    lines = [f"p{number}@x.example,Person {number},{'=1;' * 20_000}" for number in range(people)]

    reading = read_roster(table(*lines, header="email,name,goals"))

    assert codes(reading) == [(line, "goals", "too_many_entries") for line in range(2, people + 2)]
    assert {row.goals for row in reading.rows} == {()}


@pytest.mark.parametrize("column", COLUMNS)
def test_a_cell_of_endless_accents_is_cut_before_it_is_composed(column):
    row, reading = one_cell(column, "a" + "\u0300\u0316" * 60_000)

    first = reading.errors[0]
    assert (first.column, first.code) == (column, "too_long")
    assert first.message.partition("; ")[0] == f"“{column}” has 120,001 characters"
    assert len(str(getattr(row, column))) <= 300


def test_a_title_of_endless_accents_is_no_column():
    reading = read_roster(("email,name,a" + "\u0300\u0316" * 1_000_000 + "\na@x.example,Bo\n").encode())

    assert (len(reading.rows), codes(reading)) == (1, [(1, "", "extra_columns")])
    assert len(reading.problems[0].message) < 200


def test_a_line_shows_a_few_of_its_problems_and_says_that_there_are_more():
    reading = read_roster(table("=e,=n,=t,=m,L,Y,=f,=l,=z,=g,=en;=de,=1;=2;=3"))

    kinds = [(problem.severity, problem.code == "more_on_line") for problem in reading.problems]
    assert kinds.count(("warning", False)) == MOST_ON_A_LINE
    assert kinds.count(("warning", True)) == 1
    assert kinds.count(("error", False)) == len({"email", "manager_email", "level", "years_in_role", "timezone"})
    assert reading.can_import is False


def test_a_file_full_of_errors_shows_some_and_cannot_be_imported():
    reading = read_roster(table(*["nobody,,,nobody,L,Y,,,Z"] * MAX_ROWS))

    lines = {problem.line for problem in reading.problems} - {None}
    assert len(reading.rows) == MAX_ROWS
    assert codes(reading)[0] == (None, "", "more_in_file")
    assert reading.errors[0].message == "There are more errors in this file than are shown; correct these first."
    assert len([problem for problem in reading.errors if not problem.code.startswith("more_")]) == MOST_PROBLEMS
    assert len(reading.problems) <= MOST_PROBLEMS + len(lines) + 1
    assert reading.can_import is False


def test_an_error_is_not_lost_behind_a_great_many_notes():
    lines = [f"p{number}@x.example,Person {number},- Listen;- Delegate" for number in range(2_000)]

    noted = read_roster(table(*lines, header="email,name,goals"))
    wrong = read_roster(table(*lines, "nobody,No Body,", header="email,name,goals"))

    assert (len(noted.problems), codes(noted)[0], noted.can_import) == (501, (None, "", "more_in_file"), True)
    assert [(problem.line, problem.code) for problem in wrong.errors] == [(2_002, "bad_email")]
    assert wrong.can_import is False


def test_error_pages_tell_where_each_line_with_an_error_is():
    lines = [f"p{number}@x.example,Person {number}" for number in range(250)]
    lines[0] = lines[99] = lines[100] = "nobody,=Person"

    reading = read_roster(table(*lines, header="email,name"))

    assert reading.error_pages(100) == [(2, 1), (101, 1), (102, 2)]
    assert reading.problems_elsewhere() == []


@unhurried
@given(st.binary(max_size=400))
def test_read_roster_never_raises_on_any_bytes(data):
    assert isinstance(read_roster(data), RosterReading)


_fragments = st.sampled_from(
    [
        "email",
        "name",
        "level",
        "goals",
        "a@x.example",
        "Bo",
        '"',
        '""',
        ",",
        ";",
        "\t",
        "\n",
        "\r\n",
        "\r",
        "\0",
        "=1",
        "\ufeff",
        "é",
        "🙂",
    ]
)


@unhurried
@given(st.lists(_fragments, max_size=60), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_read_roster_never_raises_on_nearly_right_files(fragments, encoding):
    reading = read_roster(("email,name,goals\n" + "".join(fragments)).encode(encoding))

    assert reading.rows or reading.errors
    assert [row for row in reading.rows if "\n" in row.name or "\0" in row.name or len(row.name) > LIMITS["name"]] == []


@unhurried
@given(st.lists(st.tuples(*[st.text(max_size=30)] * 3), min_size=1, max_size=8))
def test_read_roster_keeps_each_person_that_a_csv_writer_wrote(people):
    stream = io.StringIO(newline="")
    rows = [(f"p{number}@x.example", f"Bo {number}", *cells) for number, cells in enumerate(people)]
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([("email", "name", "team", "function", "location"), *rows])

    reading = read_roster(stream.getvalue().encode("utf-8", errors="replace"))

    assert [row.email for row in reading.rows] == [row[0] for row in rows]


def test_a_stray_quotation_mark_swallows_nobody_in_silence():
    reading = read_roster(b'email,name,team\na@x.example,"Bo\nb@x.example,"Di\nc@x.example,Cy,Sales\n')

    assert not reading.can_import
    assert {problem.code for problem in reading.errors} & {"swallowed_line", "open_quote"}


def test_a_name_over_two_lines_is_still_a_name():
    reading = read_roster(b'email,name,team\na@x.example,"Bo\nBerg",Sales\n')

    assert [row.name for row in reading.rows] == ["Bo Berg"]
    assert reading.can_import
