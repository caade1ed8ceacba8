"""What a peer says about a check-in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.form_fields import OnceField, WordsField
from goals.models import CheckInNote


class CheckInNoteForm(forms.Form):
    """A short note; an offer of help is a choice only where help was wanted."""

    key = OnceField()
    kind = forms.ChoiceField(
        label=_("What is it?"), choices=CheckInNote.Kind.choices, initial=CheckInNote.Kind.NOTICED, required=False,
        widget=forms.RadioSelect, error_messages={"invalid_choice": _("Choose one of these.")},
    )  # fmt: skip
    text = WordsField(
        label=_("What did you notice, or what can you offer?"),
        help_text=_("A sentence or two. They can thank you for it; no thread follows."),
        limit=CheckInNote.text.field.limit,
        rows=3,
    )

    def __init__(self, *args, privacy, wants_help, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].privacy = privacy
        self.fields["kind"].look = "segmented"
        if not wants_help:
            del self.fields["kind"]
            self.fields["text"].label = _("What did you notice?")

    def clean_kind(self):
        return self.cleaned_data["kind"] or CheckInNote.Kind.NOTICED

    def clean(self):
        return {"kind": CheckInNote.Kind.NOTICED, **self.cleaned_data}
