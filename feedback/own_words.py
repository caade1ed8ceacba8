"""Notes that a person wrote or received, for their copy of what is their own."""

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.own_words import UNREADABLE, Section, opened, register
from feedback import topics
from feedback.forms.introductions import QUESTIONS
from feedback.mirror_words import apart, shown
from feedback.models import (
    AirFlag,
    FeedbackNote,
    FeedbackRequest,
    HelpRequest,
    Introduction,
    Mirror,
    MirrorAsk,
    MirrorChoice,
    NoteAnswer,
    WatchedBehavior,
)

_WORDS = ("kind", "situation", "behavior", "impact", "question")
_LABELS = {
    "group_name": _("Group"),
    "kind": _("About"),
    "situation": _("The situation"),
    "behavior": _("What was seen"),
    "impact": _("What it did"),
    "question": _("A question"),
    "sent_at": _("Sent"),
    "opened_at": _("Opened"),
}
_KINDS = {"kind": {FeedbackNote.Kind.KEEP: _("Something to keep doing"), FeedbackNote.Kind.TRY: _("Something to try")}}


def _notes(rows, other, key):
    """Each with the other one's name under ``key``."""
    rows = rows.annotate(group_name=F("group__name"), **{key: F(f"{other}__person__name")})
    facts = ("group_id", "group_name", key, "sent_at", "opened_at")
    return [
        {
            "id": row.pk,
            **{name: getattr(row, name) for name in facts},
            **{name: opened(getattr(row, name)) for name in _WORDS},
        }
        for row in rows.order_by("sent_at", "pk")
    ]


def collect_written(person):
    return _notes(FeedbackNote.objects.filter(author__person=person), "recipient", "to_name")


def collect_received(person):
    return _notes(FeedbackNote.objects.filter(recipient__person=person), "author", "from_name")


_ANSWER_LABELS = {
    "group_name": _("Group"),
    "part": _("What it is"),
    "text": _("What was written"),
    "will_do": _("What will be done"),
    "written_at": _("Written"),
}
_PARTS = {
    "part": {
        NoteAnswer.Part.ANSWER: _("An answer"),
        NoteAnswer.Part.QUESTION: _("A question about a note"),
        NoteAnswer.Part.REPLY: _("A reply to a question"),
    }
}


def _answers(rows, other, key):
    rows = rows.annotate(group_name=F("group__name"), **{key: F(f"{other}__person__name")})
    facts = ("group_id", "group_name", "note_id", key, "part", "written_at")
    return [
        {
            "id": row.pk,
            **{name: getattr(row, name) for name in facts},
            "text": opened(row.text),
            "will_do": opened(row.will_do),
        }
        for row in rows.order_by("written_at", "pk")
    ]


def collect_answers_written(person):
    return _answers(NoteAnswer.objects.filter(author__person=person), "recipient", "to_name")


def collect_answers_received(person):
    return _answers(NoteAnswer.objects.filter(recipient__person=person), "author", "from_name")


def collect_help(person):
    rows = HelpRequest.objects.filter(membership__person=person).annotate(group_name=F("group__name"))
    facts = ("group_id", "group_name", "note_id", "asked_at")
    return [
        {"id": row.pk, **{name: getattr(row, name) for name in facts}, "text": opened(row.text)}
        for row in rows.order_by("asked_at", "pk")
    ]


def collect_requests(person):
    """What one asked peers, and what one was asked."""
    rows = FeedbackRequest.objects.filter(Q(membership__person=person) | Q(peer__person=person)).annotate(
        group_name=F("group__name"), asking_name=F("membership__person__name"), asked_name=F("peer__person__name")
    )
    facts = (
        "group_id", "group_name", "asking_name", "asked_name", "asked_at", "until_on", "closed_at", "ended_as",
    )  # fmt: skip
    return [
        {"id": row.pk, **{name: getattr(row, name) for name in facts}, "about": opened(row.about)}
        for row in rows.order_by("asked_at", "pk")
    ]


def collect_watched(person):
    rows = WatchedBehavior.objects.filter(membership__person=person).annotate(group_name=F("group__name"))
    facts = ("group_id", "group_name", "coaching_session_id", "named_at")
    return [
        {"id": row.pk, **{name: getattr(row, name) for name in facts}, "text": opened(row.text)}
        for row in rows.order_by("named_at", "pk")
    ]


def collect_introductions(person):
    rows = Introduction.objects.filter(membership__person=person).annotate(group_name=F("group__name"))
    facts = ("group_id", "group_name", "shared_at")
    return [
        {
            "id": row.pk,
            **{name: getattr(row, name) for name in facts},
            **{name: opened(getattr(row, name)) for name in QUESTIONS},
            "topics": _ticked(row),
        }
        for row in rows.order_by("shared_at", "pk")
    ]


def collect_flags(person):
    """What one raised; of what is handled, only that."""
    rows = AirFlag.objects.filter(membership__person=person).annotate(group_name=F("group__name"))
    facts = ("group_id", "group_name", "circle", "raised_at", "coaching_session_id", "handled_at")
    return [
        {
            "id": row.pk,
            **{name: getattr(row, name) for name in facts},
            "text": None if row.handled_at else opened(row.text),
        }
        for row in rows.order_by("raised_at", "pk")
    ]


def _ticked(row):
    text = opened(row.topics)
    return text if text is UNREADABLE else ", ".join(topics.shown(topics.apart(text)))


def _picked(row):
    text = opened(row.words)
    return text if text is UNREADABLE else ", ".join(shown(apart(text)))


def collect_mirrors(person):
    rows = Mirror.objects.filter(membership__person=person).annotate(group_name=F("group__name"))
    facts = ("group_id", "group_name", "begun_at", "until_on", "opened_at")
    return [
        {"id": row.pk, **{name: getattr(row, name) for name in facts}, "words": _picked(row)}
        for row in rows.order_by("begun_at", "pk")
    ]


def collect_mirror_asks(person):
    """Whom one asked for words, and who asked oneself."""
    rows = MirrorAsk.objects.filter(Q(membership__person=person) | Q(peer__person=person)).annotate(
        group_name=F("group__name"), asking_name=F("membership__person__name"), asked_name=F("peer__person__name")
    )
    facts = ("group_id", "group_name", "asking_name", "asked_name", "asked_at", "until_on", "closed_at", "ended_as")
    return [{"id": row.pk, **{name: getattr(row, name) for name in facts}} for row in rows.order_by("asked_at", "pk")]


def _choices(rows, other, key):
    rows = rows.annotate(group_name=F("group__name"), **{key: F(f"{other}__person__name")})
    facts = ("group_id", "group_name", key, "picked_at")
    return [
        {"id": row.pk, **{name: getattr(row, name) for name in facts}, "words": _picked(row)}
        for row in rows.order_by("picked_at", "pk")
    ]


def collect_words_picked(person):
    return _choices(MirrorChoice.objects.filter(author__person=person), "recipient", "to_name")


def collect_words_received(person):
    """Of mirrors that one has opened."""
    return _choices(MirrorChoice.objects.filter(recipient__person=person), "author", "from_name")


def register_own_words():
    """Called once when the site is ready."""
    register(
        Section(
            "notes_written",
            _("Notes you wrote"),
            {"to_name": _("To"), **_LABELS},
            collect_written,
            choices=_KINDS,
            covers=(FeedbackNote,),
        ),
        Section(
            "notes_received",
            _("Notes written to you"),
            {"from_name": _("From"), **_LABELS},
            collect_received,
            choices=_KINDS,
            covers=(FeedbackNote,),
        ),
    )
    register(
        Section(
            "answers_written",
            _("What you wrote below notes"),
            {"to_name": _("To"), **_ANSWER_LABELS},
            collect_answers_written,
            choices=_PARTS,
            covers=(NoteAnswer,),
        ),
        Section(
            "answers_received",
            _("What others wrote to you below notes"),
            {"from_name": _("From"), **_ANSWER_LABELS},
            collect_answers_received,
            choices=_PARTS,
            covers=(NoteAnswer,),
        ),
    )
    register(
        Section(
            "help_asked",
            _("Help with a note that you asked for"),
            {"group_name": _("Group"), "text": _("What would help"), "asked_at": _("Asked")},
            collect_help,
            covers=(HelpRequest,),
        )
    )
    register(
        Section(
            "feedback_asked",
            _("How did I come across when …? What you asked, and were asked"),
            {
                "asking_name": _("Who asked"),
                "asked_name": _("Who was asked"),
                "group_name": _("Group"),
                "about": _("When …?"),
                "asked_at": _("Asked"),
                "until_on": _("Until"),
                "closed_at": _("Ended"),
                "ended_as": _("How it ended"),
            },
            collect_requests,
            choices={"ended_as": dict(FeedbackRequest.End.choices)},
            covers=(FeedbackRequest,),
        )
    )
    register(
        Section(
            "behaviors_named",
            _("What you asked the others to watch for in sessions"),
            {"group_name": _("Group"), "text": _("What to watch for"), "named_at": _("Named")},
            collect_watched,
            covers=(WatchedBehavior,),
        ),
        Section(
            "flags_raised",
            _("What you raised, to clear the air"),
            {
                "group_name": _("Group"),
                "circle": _("To whom"),
                "text": _("What it is about"),
                "raised_at": _("Raised"),
                "handled_at": _("Handled"),
            },
            collect_flags,
            choices={"circle": dict(AirFlag.Circle.choices)},
            covers=(AirFlag,),
        ),
        Section(
            "introductions",
            _("What you told your groups about yourself"),
            {
                "group_name": _("Group"),
                **{name: label for name, (label, _hint) in QUESTIONS.items()},
                "topics": _("Topics"),
                "shared_at": _("Shared"),
            },
            collect_introductions,
            covers=(Introduction,),
        ),
        Section(
            "mirrors",
            _("Your mirrors"),
            {
                "group_name": _("Group"),
                "words": _("Your words"),
                "begun_at": _("Begun"),
                "until_on": _("Until"),
                "opened_at": _("Opened"),
            },
            collect_mirrors,
            covers=(Mirror,),
        ),
        Section(
            "mirror_asked",
            _("Mirrors: whom you asked, and who asked you"),
            {
                "asking_name": _("Who asked"),
                "asked_name": _("Who was asked"),
                "group_name": _("Group"),
                "asked_at": _("Asked"),
                "until_on": _("Until"),
                "closed_at": _("Answered"),
                "ended_as": _("How it ended"),
            },
            collect_mirror_asks,
            choices={"ended_as": dict(MirrorAsk.End.choices)},
            covers=(MirrorAsk,),
        ),
        Section(
            "words_picked",
            _("Words you picked for peers"),
            {"to_name": _("For"), "group_name": _("Group"), "words": _("Words"), "picked_at": _("Picked")},
            collect_words_picked,
            covers=(MirrorChoice,),
        ),
        Section(
            "words_received",
            _("Words peers picked for you"),
            {"from_name": _("From"), "group_name": _("Group"), "words": _("Words"), "picked_at": _("Picked")},
            collect_words_received,
            covers=(MirrorChoice,),
        ),
    )
