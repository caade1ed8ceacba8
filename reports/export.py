"""The participation report as rows for a file: one line per group, in the words of the page."""

from django.utils.translation import gettext as _

from reports.selectors import COUNTS


def headings():
    """The first row. Every count has a column of its own, so that a spreadsheet can add them up."""
    words = {
        "invited": _("Invited"),
        "joined": _("Joined"),
        "signed": _("Signed"),
        "came": _("Came to a session"),
        "current": _("In the group now"),
        "left": _("Left"),
        "held": _("Sessions held"),
        "ahead": _("Sessions ahead"),
        "cancelled": _("Sessions cancelled"),
        "yes": _("Answered yes"),
        "late": _("Answered late"),
        "no": _("Answered no"),
        "expected": _("Expected"),
        "attended": _("Attended"),
        "absent": _("Absent"),
        "unrecorded": _("Attendance not recorded"),
    }
    return [
        _("Program"), _("Group"), _("State"), _("Ended on"), *(words[name] for name in columns()), _("Last met on")
    ]  # fmt: skip


def columns():
    """The names of the counts in the order of the file; what is worked out stands beside what it comes from."""
    after = {"current": ["current", "left"], "absent": ["absent", "unrecorded"]}
    return [column for name in COUNTS for column in after.get(name, [name])]


def rows(report):
    """Headings, then every group; days as in ISO 8601."""
    yield headings()
    for line in report.groups:
        counts = (getattr(line.counts, name) for name in columns())
        yield [line.group.program.name, line.group.name, line.state_words, line.ended_on, *counts, line.last_met_on]
