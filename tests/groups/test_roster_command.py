"""``python -m groups.formation --roster``: groups at the command line, and a sentence for everything that is wrong."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from groups.formation import check
from groups.formation.__main__ import main
from groups.formation.files import people_in, rules_from

ROOT = Path(__file__).resolve().parents[2]
ROSTER = ROOT / "tests" / "data" / "roster.csv"
HEAD = "email,name,team,manager_email,level,timezone\n"


@pytest.fixture
def roster(tmp_path):
    def write(*lines):
        path = tmp_path / "roster.csv"
        path.write_text(HEAD + "".join(f"{line}\n" for line in lines))
        return str(path)

    return write


def run(capsys, *arguments):
    code = main([*arguments, "--moves", "50", "--json"])
    said = capsys.readouterr()
    return code, json.loads(said.out.splitlines()[-1]) if said.out else None, said.err


def people(count, **cells):
    return [
        f"p{n}@x.example,Person {n},{cells.get('team', '')},{cells.get('manager', '')},{cells.get('level', '')},"
        f"{cells.get('zone', '')}"
        for n in range(count)
    ]


def test_the_command_prints_one_object_and_needs_no_django():
    command = [sys.executable, "-m", "groups.formation", "--roster", str(ROSTER), "--size", "5-7", "--moves", "500"]

    done = subprocess.run([*command, "--json"], cwd=ROOT, capture_output=True, text=True, check=True, env={})

    said = json.loads(done.stdout.splitlines()[-1])
    members, _notes = people_in(ROSTER)
    assert {"objective", "seconds", "groups", "violations", "unplaced", "parts"} <= set(said)
    assert (said["violations"], said["unplaced"]) == ([], [])
    assert check(said["groups"], members, rules_from("5-7", 2, 1)) == []
    assert sorted(email for group in said["groups"] for email in group) == sorted(one.email for one in members)
    assert sum(said["parts"].values()) > 0


def test_the_same_seed_and_moves_print_the_same_groups(capsys):
    groups = [run(capsys, "--roster", str(ROSTER), "--size", "6", "--seed", seed)[1]["groups"] for seed in "334"]

    assert groups[0] == groups[1]
    assert groups[0] != groups[2]


def test_without_json_it_prints_the_groups_and_who_is_left(roster, capsys):
    path = roster(*people(5), "q@x.example,Q,,,9,")

    assert main(["--roster", path, "--size", "5", "--moves", "5"]) == 0

    assert "6 people do not split into groups of 5 to 5." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("lines", "size", "said"),
    [
        (people(3), "5-7", "There are only 3 people, and a group needs at least 5."),
        (people(9), "5-7", "9 people do not split into groups of 5 to 7."),
        (
            people(10, team="Finance"),
            "5-7",
            "10 people are from Finance and there are 2 groups at most (10 people, 5 or more in each).",
        ),
    ],
)
def test_what_cannot_be_is_told_and_nobody_is_lost(roster, capsys, lines, size, said):
    code, answer, _notes = run(capsys, "--roster", roster(*lines), "--size", size)

    assert (code, answer["conflict"], answer["violations"]) == (0, said, [])
    assert len(answer["unplaced"]) + sum(map(len, answer["groups"])) == len(lines)


@pytest.mark.parametrize(
    ("lines", "size", "said"),
    [
        ([*people(5), *people(1)], "5", "Line 7: p0@x.example is on lines 2 and 7. Keep one of these lines."),
        (people(5, zone="Mars/Olympus"), "5", "We do not know the time zone “Mars/Olympus”."),
        (people(5, level="high"), "5", "“high” is not a level."),
        (people(5), "five", "“five” is not a size. Write it like 6, or 5-7."),
        (people(5), "7-5", "“7-5” goes from greater to smaller. Write it like 5-7."),
        (people(5), "1", "A group has at least 2 people."),
        ([], "5", "The file has a header but nobody below it."),
    ],
)
def test_bad_input_is_refused_with_a_sentence(roster, capsys, lines, size, said):
    code, answer, told = run(capsys, "--roster", roster(*lines), "--size", size)

    assert (code, answer) == (2, None)
    assert said in told


def test_a_missing_file_and_hours_that_make_no_sense_are_refused(roster, capsys):
    assert run(capsys, "--roster", "/nowhere.csv")[0] == 2
    code, _answer, told = run(capsys, "--roster", roster(*people(5)), "--hours", "-2")
    assert (code, told.strip()) == (2, "A meeting takes from 0 to 24 hours.")


def test_a_manager_outside_the_roster_and_circles_are_told_and_stop_nothing(roster, capsys):
    lines = people(6, manager="boss@x.example")
    lines[0] = "p0@x.example,Person 0,,p1@x.example,,"
    lines[1] = "p1@x.example,Person 1,,p0@x.example,,"

    code, answer, told = run(capsys, "--roster", roster(*lines), "--size", "3")

    assert (code, answer["unplaced"]) == (0, [])
    assert "4 people report to someone who is not in this roster." in told
    assert "one another's managers in a circle" in told
    assert not any({"p0@x.example", "p1@x.example"} <= set(group) for group in answer["groups"])
