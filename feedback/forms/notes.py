"""What a person writes in a note."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.form_fields import OnceField, PickField, WordsField
from feedback.models import FeedbackNote
from groups.permissions import is_facilitator


def _name(peer):
    return _("%(name)s (facilitator)") % {"name": peer.person.name} if is_facilitator(peer) else peer.person.name


class NoteForm(forms.Form):
    """A letter in three short parts, keep or try, and one question if there is one."""

    key = OnceField()
    recipient = PickField(label=_("Dear"), error_messages={"required": _("Choose who it is for.")})
    kind = forms.ChoiceField(
        label=_("Is it something to keep, or something to try?"),
        choices=[
            (FeedbackNote.Kind.KEEP, _("Keep doing this")),
            (FeedbackNote.Kind.TRY, _("Something to try")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    situation = WordsField(
        label=_("The situation"),
        help_text=_("When and where: one moment, not “always”."),
        limit=FeedbackNote.situation.field.limit,
        rows=2,
    )
    behavior = WordsField(
        label=_("What I saw"),
        help_text=_("What you did or said, as a camera would have seen it."),
        limit=FeedbackNote.behavior.field.limit,
        rows=3,
    )
    impact = WordsField(
        label=_("What it did"),
        help_text=_("On me, on others, on the matter."),
        limit=FeedbackNote.impact.field.limit,
        rows=3,
        required=False,  # a hint asks for it; no hint keeps a letter from being sent
    )
    question = WordsField(
        label=_("A question or a suggestion for you"),
        limit=FeedbackNote.question.field.limit,
        rows=2,
        required=False,
    )

    def __init__(self, *args, peers, privacy, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["recipient"].offer(peers, label=_name, blank=_("Choose a person"))
        self.fields["kind"].look = "segmented"
        for name in ("situation", "behavior", "impact", "question"):
            self.fields[name].privacy = privacy

    def begin_to(self, asked):
        """Begin with who asked for it, where no kept text says otherwise."""
        if asked and not self.initial.get("recipient"):
            self.initial["recipient"] = asked.membership_id

    def wants_hints(self):
        """Whether the giver asked to look at it once more; then what was posted is offered as it is, with hints.

        Nothing is checked and nothing is stored.
        """
        if not self.is_bound or "look" not in self.data:
            return False
        self.is_bound, self.initial = False, self.typed()
        return True

    def typed(self):
        """What stands in the form now, by field."""
        return {name: self.data.get(name, "") if self.is_bound else self.initial.get(name, "") for name in self.fields}
