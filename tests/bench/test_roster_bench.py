"""The benchmark of rosters makes files that the product takes as they are; how fast it is is not a test's business."""

from bench import roster
from groups.roster import read_roster


def test_both_files_hold_the_same_people_and_nothing_to_correct():
    people = list(roster.rows(12))
    text, book = roster.as_csv(people), roster.as_workbook(people)

    readings = [read_roster(text), read_roster(book)]

    assert [len(reading.rows) for reading in readings] == [12, 12]
    assert [reading.errors for reading in readings] == [[], []]
    assert (len(roster.read_csv(text)), len(roster.read_workbook(book))) == (12, 13)
