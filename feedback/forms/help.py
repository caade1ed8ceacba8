"""What a person writes when a note hurts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.form_fields import WordsField
from feedback.models import HelpRequest


class HelpForm(forms.Form):
    """What would help."""

    text = WordsField(
        label=_("What would help you?"),
        help_text=_("A few words are enough. You can also only say that you would like to talk."),
        limit=HelpRequest.text.field.limit,
        rows=4,
    )

    def __init__(self, *args, privacy, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].privacy = privacy
