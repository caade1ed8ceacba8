"""With whom a person shares a note."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ShareForm(forms.Form):
    """One circle of those that there are; ``circles`` are (value, who reads it then)."""

    circle = forms.ChoiceField(
        label=_("Who may read it?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who may read it."), "invalid_choice": _("Choose one of these.")},
    )

    def __init__(self, *args, circles, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["circle"].choices = circles
