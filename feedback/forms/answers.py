"""What a person writes below a note."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.form_fields import WordsField
from feedback.models import NoteAnswer

_Part = NoteAnswer.Part


class AnswerForm(forms.Form):
    """One part below a note; only an answer says what will be done."""

    text = WordsField(limit=NoteAnswer.text.field.limit, rows=4)
    will_do = WordsField(
        label=_("What I will do"),
        help_text=_("Or what you leave as it is, and why."),
        limit=NoteAnswer.will_do.field.limit,
        rows=3,
        required=False,
    )

    labels = {
        _Part.ANSWER: (_("What I heard"), _("In your own words, whether you agree or not.")),
        _Part.QUESTION: (_("My question"), _("What you need to know to understand the note, not whether it is right.")),
        _Part.REPLY: (_("My reply"), _("What you saw, more closely. No new point.")),
    }

    def __init__(self, *args, part, privacy, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].label, self.fields["text"].help_text = self.labels[part]
        if part != _Part.ANSWER:
            del self.fields["will_do"]
        for field in self.fields.values():
            field.privacy = privacy

    def clean(self):
        return {"will_do": "", **super().clean()}
