"""What a person said in conversations of pairs, for their copy of what is their own."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.own_words import Section, opened, register
from goals.models import ConversationTurn, PairConversation


def collect_turns(person):
    """What one wrote, with what one wrote down for the other; not a word of theirs."""
    rows = ConversationTurn.objects.filter(author__person=person)
    rows = rows.annotate(group_name=F("group__name"), with_name=F("reader__person__name"))
    facts = ("group_id", "group_name", "conversation_id", "with_name", "part", "number", "written_at", "liked_at")
    return [
        {
            "id": row.pk,
            **{name: getattr(row, name) for name in facts},
            "text": opened(row.text),
            "more": opened(row.more),
        }
        for row in rows.order_by("written_at", "number", "pk")
    ]


def register_own_words():
    """Called once when the site is ready."""
    register(
        Section(
            "conversation_turns",
            _("What you wrote in conversations of pairs"),
            {
                "with_name": _("With"),
                "group_name": _("Group"),
                "part": _("Part"),
                "text": _("What you wrote"),
                "more": _("Your analysis, or what you could do"),
                "written_at": _("Written"),
                "liked_at": _("Kept as a good question"),
            },
            collect_turns,
            choices={"part": dict(ConversationTurn.Part.choices)},
            covers=(ConversationTurn, PairConversation),
        )
    )
