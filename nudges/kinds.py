"""Which kinds of messages there are. Apps above register theirs when they are ready; this app knows none of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta


class NotWanted(Exception):
    """The message is no longer wanted; the reason is kept with the row."""


@dataclass(frozen=True)
class Message:
    """What a kind makes of a nudge: values for its three templates, and files to attach.

    ``templates/emails/<kind>-subject.txt``, ``-body.txt`` and ``-body.html`` get ``context`` besides the values that
    ``nudges.mail.compose`` adds for all. Nothing that a member wrote goes in. ``calendar`` is an iCalendar file with
    its method, such as ``(b"BEGIN:VCALENDAR…", "REQUEST")``.
    """

    context: dict = field(default_factory=dict)
    calendar: tuple | None = None


@dataclass(frozen=True)
class Kind:
    """One kind of message.

    ``build(nudge, now)`` runs in the worker's role, in the recipient's time zone, at the moment of sending: it checks
    again that the message is still wanted (raises NotWanted if not) and returns a Message. ``nudge.recipient`` has id,
    e-mail, name, time zone and ``is_active``; it is None for somebody without an account.

    A kind with a ``label`` is a reminder: it keeps quiet hours and can be unsubscribed, and the page of preferences
    calls it by that name. A kind without one goes at once to everybody, because the person asked for it or needs it to
    get in. ``good_for`` says how long after its time a message is still worth sending.
    """

    name: str
    build: Callable
    label: str = ""
    good_for: timedelta = timedelta(days=3)


_kinds = {}


def register(kind):
    """Add a kind; a name can be taken once."""
    if kind.name in _kinds:
        raise ValueError(f"There is a kind {kind.name} already.")
    _kinds[kind.name] = kind


def kind_named(name):
    """The kind with this name. Raises KeyError."""
    return _kinds[name]


def kinds_with_label():
    """The kinds that can be unsubscribed, by label."""
    return sorted((kind for kind in _kinds.values() if kind.label), key=lambda kind: str(kind.label))
