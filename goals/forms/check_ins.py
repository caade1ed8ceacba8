"""What a person types in a check-in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.form_fields import OnceField, WordsField
from goals.models import CheckIn


class CheckInForm(forms.Form):
    """Four things on one screen; only the first is needed."""

    key = OnceField()
    how_it_went = WordsField(label=_("How did it go?"), limit=CheckIn.how_it_went.field.limit, rows=3)
    confidence = forms.ChoiceField(
        label=_("How confident are you? (optional)"),
        help_text=_("On your own scale. It is compared with nothing but your other check-ins."),
        choices=[(str(number), str(number)) for number in range(11)],
        widget=forms.RadioSelect,
        required=False,
    )
    what_next = WordsField(label=_("What comes next?"), limit=CheckIn.what_next.field.limit, required=False)
    help_wanted = WordsField(label=_("What help do you want?"), limit=CheckIn.help_wanted.field.limit, required=False)

    def __init__(self, *args, privacy, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["confidence"].look = "scale"
        self.fields["confidence"].ends = (_("Not at all"), _("Fully"))
        for name in ("how_it_went", "confidence", "what_next", "help_wanted"):
            self.fields[name].privacy = privacy
