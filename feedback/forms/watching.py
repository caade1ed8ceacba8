"""What a person types for and at the close of a session."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.form_fields import WordsField
from feedback.forms.notes import NoteForm
from feedback.models import WatchedBehavior


class WatchForm(forms.Form):
    """One behavior that the others may watch for."""

    text = WordsField(
        label=_("What may the others watch for?"),
        help_text=_("One sentence: something you want to do, or not to do, that they could see or hear."),
        limit=WatchedBehavior.text.field.limit,
        rows=3,
        error_messages={"required": _("Write one sentence.")},
    )

    def __init__(self, *args, privacy, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].privacy = privacy


class ClosingNoteForm(NoteForm):
    """A note at the close of a session, to the one whose turn it is."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, peers=[], **kwargs)
        del self.fields["recipient"]
