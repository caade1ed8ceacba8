"""A copy of what is one's own: each app registers its sections, and this module puts them together.

The copy is read in the role SELF, which reads what a person wrote and what was written to them, in every group they
were ever admitted to, and nothing else.
"""

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.timezone import get_current_timezone_name, localtime
from django.utils.translation import gettext as _

from common.actor import acting_as
from common.audit import Circle, record
from common.fences import SELF
from common.keys import SealBroken

VERSION = 1  # of the JSON file's structure; it grows when a key changes its meaning or goes
_SHEETS = ("tokens.css", "pages/own-words.css")


@dataclass(frozen=True)
class Section:
    """A part of the copy.

    ``collect(person)`` gives its entries, in the role SELF and with a number of queries that does not grow with them.
    An entry is a dict: the keys of ``labels`` are shown to people, others (ids) are in the JSON file only. Values are
    text, numbers, moments, days, lists and dicts of them, None, or ``UNREADABLE``. ``choices`` maps a key to the words
    for its codes; ``covers`` names the models of which it holds what is the person's own.
    """

    name: str
    title: str
    labels: dict
    collect: Callable
    choices: dict = field(default_factory=dict)
    covers: tuple = ()


class _Unreadable:
    """In place of a text whose key was destroyed."""

    def __str__(self):
        return _("This text can no longer be read.")


UNREADABLE = _Unreadable()
_sections = {}


def register(*sections):
    """Add sections to the copy; each app calls this once, when the site is ready."""
    _sections.update({section.name: section for section in sections})


def sections():
    """Every section, in the order of the copy."""
    return list(_sections.values())


def opened(sealed):
    """A sealed value's text, or ``UNREADABLE``. Raises KeyFileError: a missing key file is no reason to say so."""
    try:
        return sealed.open()
    except SealBroken:
        return UNREADABLE


def opened_json(sealed):
    """What a sealed JSON text holds, or ``UNREADABLE``."""
    text = opened(sealed)
    return text if text is UNREADABLE else json.loads(text)


def take_copy(*, person, form, only=None):
    """Every section with its entries, or ``only`` that of this name; that it was taken is noted for them alone."""
    with acting_as(SELF, person=person):
        wanted = [section for section in sections() if only in (None, section.name)]
        copy = [(section, list(section.collect(person))) for section in wanted]
        record("copy_taken", circle=Circle.PERSON, organization_id=None, subject_id=person.pk, form=form)
    return copy


# As JSON -------------------------------------------------------------------------------------------------------------


def as_json(copy, *, person, now):
    """The copy for programs; ``docs/own-words.md`` lists its keys."""
    about = {
        "product": settings.COLLOQUY_PRODUCT_NAME,
        "site": settings.COLLOQUY_SITE_URL,
        "version": VERSION,
        "person": person.pk,
        "made_at": now,
    }
    content = {"about": about, **{section.name: entries for section, entries in copy}}
    return json.dumps(content, default=_plain, ensure_ascii=False, indent=2)


def _plain(value):
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if value is UNREADABLE:
        return {"unreadable": True}
    return str(value)  # an id, a decimal, a translated word


# As a page -----------------------------------------------------------------------------------------------------------


def as_html(copy, *, person, now):
    """The copy for people: one file that needs nothing else, with times in the active zone."""
    parts = [
        {"name": section.name, "title": section.title, "entries": [_shown(section, entry) for entry in entries]}
        for section, entries in copy
    ]
    values = {
        "person": person,
        "made_at": _words(now),
        "zone": get_current_timezone_name(),
        "product": settings.COLLOQUY_PRODUCT_NAME,
        "parts": parts,
        "style": f"data:text/css;base64,{b64encode(_style()).decode()}",
    }
    return render_to_string("accounts/own_words_file.html", values)


WRITERS = {"html": as_html, "json": as_json}


def _style():
    folder = Path(settings.BASE_DIR) / "static/css"
    return b"".join((folder / sheet).read_bytes() for sheet in _SHEETS)


def _shown(section, entry):
    """(label, words) of what an entry says; what is empty is left out."""
    pairs = ((label, _words(_in_words(section, key, entry[key]))) for key, label in section.labels.items())
    return [(label, words) for label, words in pairs if words]


def _in_words(section, key, value):
    return section.choices[key].get(value, value) if key in section.choices else value


def _words(value):
    if value is None:
        return ""
    if isinstance(value, datetime):
        return date_format(localtime(value), "j F Y, H:i")
    if isinstance(value, date):
        return date_format(value, "j F Y")
    if isinstance(value, dict):
        return "\n".join(f"{key}: {_words(each)}" for key, each in value.items() if each)
    if isinstance(value, list | tuple):
        return "\n".join(_words(each) for each in value)
    return str(value)
