"""The open steps with which a session begins."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from goals import selectors
from sessions import openings
from sessions.openings import OpeningStep


def steps_that_open(memberships, *, person, today: date) -> list[OpeningStep]:
    """The open steps of these memberships, by name, soonest first."""
    lines = selectors.open_steps_of(memberships, person=person, today=today)
    return [
        OpeningStep(
            coachee=line.coachee,
            text=line.text,
            url=reverse("goals:step", args=[line.group_id, line.pk]),
            due_on=line.due_on,
            is_overdue=line.is_overdue,
            asker_words=_asker_words(line),
        )
        for line in lines
    ]


def _asker_words(line):
    if not line.asker_name:
        return ""
    words = _("%(name)s will ask") if line.has_agreed else _("%(name)s is asked")
    return words % {"name": line.asker_name}


def register():
    openings.register(steps_that_open)
