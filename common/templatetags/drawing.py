"""What the components calculate before a template draws it; no tags in here."""

import math
import re
import zlib

from django.utils.translation import gettext as _

HUES = 8
# The height of one row of a bar chart, in pixels: a line of words, a bar, air.
ROW = 52


def arcs(chairs, clay):
    """One SVG arc for each chair, from the top, clockwise, in a box of 48 by 48."""
    radius, middle = 18.5, 24
    step = 2 * math.pi / chairs
    half = min(step * 0.31, 0.62)
    for number in range(1, chairs + 1):
        angle = step * (number - 1) - math.pi / 2
        start, end = angle - half, angle + half
        yield {
            "path": (
                f"M{middle + radius * math.cos(start):.2f} {middle + radius * math.sin(start):.2f}"
                f"A{radius} {radius} 0 0 1 {middle + radius * math.cos(end):.2f} {middle + radius * math.sin(end):.2f}"
            ),
            "is_clay": number == clay,
        }


def initials(name):
    """The first letters of the first and the last word of a name."""
    words = [word for word in re.split(r"[\s·]+", re.sub(r"[^\w\s'’-]", " ", str(name))) if word.strip("'’-_")]
    letters = [word.lstrip("'’-_")[0] for word in words]
    return "".join(letters[:1] + letters[1:][-1:]).upper() or "·"


def hue(key):
    """A number from 1 to 8 that stays the same for one id on every machine."""
    return zlib.crc32(str(key).encode()) % HUES + 1


def zone_words(theirs, mine):
    """ "your time", or the name of a zone that is not the reader's."""
    key = getattr(theirs, "key", None) or str(theirs)
    if key == (getattr(mine, "key", None) or str(mine)):
        return _("your time")
    place = key.rsplit("/", 1)[-1].replace("_", " ")
    return place if place.upper() == place else _("%(place)s time") % {"place": place}


def bars(rows):
    """Rows of numbers with the place and width of each bar; see ``bar_chart``."""
    drawn = [_bar(row) for row in rows]
    largest = max((bar["total"] or bar["value"] or 0 for bar in drawn), default=0)
    for number, bar in enumerate(drawn):
        whole = bar["total"] or largest
        share = 0 if bar["value"] is None or not whole else max(0, min(1, bar["value"] / whole))
        bar.update(width=f"{share * 100:.2f}%", text_y=number * ROW + 18, bar_y=number * ROW + 28)
    return drawn


def _bar(row):
    read = row.get if isinstance(row, dict) else lambda key: getattr(row, key, None)
    value, total = read("value"), read("total")
    if value is None:
        words = str(read("why") or _("withheld"))
    elif total is None:
        words = str(value)
    else:
        words = _("%(value)s of %(total)s") % {"value": value, "total": total}
    return {"label": str(read("label")), "value": value, "total": total, "words": words}
