"""What the page of a board shows: its columns, the tray, and the whole as a picture that is a table too."""

from collections import Counter
from functools import cache, lru_cache

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.templatetags.drawing import hue, initials
from groups.formation.seats import TRAY
from groups.formation.week import ALWAYS, common_by_clock, runs_in

MOST_COLUMNS = 8  # of one kind in the picture of the whole; the rarer ones are counted together
DAYS = (
    gettext_lazy("Mon"),
    gettext_lazy("Tue"),
    gettext_lazy("Wed"),
    gettext_lazy("Thu"),
    gettext_lazy("Fri"),
    gettext_lazy("Sat"),
    gettext_lazy("Sun"),
)


def columns_of(board):
    """Every group that is on the board, with its people, what is to be said about it, and its hours in common."""
    return [_column(board, number) for number in board.numbers]


def _column(board, number):
    data, people = board.data[number], board.seats.groups[number]
    held = set(data.get("held", []))
    broken = [{"message": one.message, "is_allowed": is_allowed} for one, is_allowed in board.broken(number)]
    reasons = {"shared": [], "different": [], "bent": []}
    for reason in board.seats.reasons(number) if people else ():
        reasons[reason.kind].append(reason.text)
    return {
        "number": str(number),
        "name": data["name"],
        "people": [{**seat(board.people[one.id]), "is_held": one.id in held} for one in people],
        "is_locked": data.get("locked", False),
        "facilitator": data["facilitator"] or "",
        "score": str(round(board.seats.score_of(number))),
        "broken": broken,
        "is_broken": not all(one["is_allowed"] for one in broken),
        "gone": board.gone(number),
        "strip": strip_of(common_by_clock(people, board.program.timezone)) if people else None,
        **reasons,
    }


def seat(participant):
    """Somebody as the board draws them."""
    about = [participant.function, participant.team]
    return {
        "id": participant.id,
        "name": participant.name,
        "initials": initials(participant.name),
        "hue": hue(participant.id),
        "about": " · ".join(filter(None, about)),
    }


def tray_of(board):
    """Everybody without a group, with why."""
    return [{**seat(board.people[pk]), "why": why} for pk, why in board.tray.items()]


@lru_cache(maxsize=2_000)
def strip_of(bits):
    """Free half hours of a week: a path to fill in a box of 336 by 12, and the same in words."""
    if bits == ALWAYS:
        return {"path": "M0 0h336v12h-336z", "words": _("at any time")}
    runs = runs_in(bits)
    by_hours = {}
    for day in range(7):
        hours = ", ".join(f"{_clock(begin)}–{_clock(end)}" for at, begin, end in runs if at == day)
        if hours:
            by_hours.setdefault(hours, []).append(day)
    words = "; ".join(f"{_days(days)} {hours}" for hours, days in by_hours.items())
    path = "".join(f"M{48 * day + begin} 0h{end - begin}v12h{begin - end}z" for day, begin, end in runs)
    return {"path": path, "words": words or _("never")}


def _clock(slot):
    return f"{slot // 2}:{'30' if slot % 2 else '00'}"


def _days(days):
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{DAYS[days[0]]}–{DAYS[days[-1]]}"
    return ", ".join(str(DAYS[day]) for day in days)


def whole_of(board):
    """How levels, functions and zones are spread over the groups: kinds of columns, and a row for each group."""
    kinds = [
        (_("Levels"), lambda one: "" if one.level is None else str(one.level), True),
        (_("Functions"), lambda one: one.function.strip(), False),
        (_("Time zones"), lambda one: one.timezone, False),
    ]
    rows = [{"name": board.name(number), "cells": []} for number in board.numbers]
    heads = []
    for label, value, is_ordered in kinds:
        counts = [Counter(value(one) for one in board.seats.groups[number]) for number in board.numbers]
        total = sum(counts, Counter())
        shown = [word for word, _count in total.most_common() if word][:MOST_COLUMNS]
        if not shown:
            continue
        shown = sorted(shown, key=float) if is_ordered else shown
        rest = len(set(filter(None, total)) - set(shown))
        heads.append({"label": label, "words": [*shown, *([_("others")] if rest else [])]})
        for row, count in zip(rows, counts, strict=True):
            cells = [count[word] for word in shown]
            if rest:
                cells.append(sum(count.values()) - count[""] - sum(cells))
            row["cells"] += [(str(n or ""), str(min(n, 4))) for n in cells]
    return {"heads": heads, "rows": rows}


def move_in_words(board, record):
    """What undoing or doing again would concern."""
    person = board.people.get(record["person"])
    place = board.name(record["target"])
    return _("%(name)s to %(place)s") % {"name": person.name if person else _("somebody"), "place": place}


def choices_for(board, person):
    """Where somebody could go, each with what it would change; those that break nothing and gain most come first."""
    words = cache(change_in_words)
    found = []
    for one in board.seats.consequences(person, board.numbers):
        is_tray = one.target is TRAY
        found.append(
            {
                "target": "tray" if is_tray else str(one.target),
                "name": _("No group: the tray") if is_tray else board.name(one.target),
                "count": 0 if is_tray else len(board.seats.groups[one.target]),
                "change": round(one.change, 2),
                "change_words": words(round(one.change, 1)),
                "broken": [broken.message for broken in one.broken],
                "mended": [broken.message for broken in one.mended],
                "needs_reason": bool(board.newly_broken(one)),
                "is_locked": not is_tray and board.data[one.target].get("locked", False),
            }
        )
    return sorted(found, key=lambda one: (one["target"] == "tray", one["needs_reason"], -one["change"]))


def change_in_words(change):
    """How the score of all changes, as the board says it."""
    rounded = round(change, 1)
    if not rounded:
        return _("the score stays")
    return _("score %(change)s") % {"change": f"{rounded:+.1f}".replace("-", "−")}


def since_in_words(formation):
    """Who started a search, and when."""
    who = formation.asked_by.get_full_name()
    return _("Started at %(time)s by %(name)s.") % {"time": date_format(formation.asked_at, "H:i"), "name": who}
