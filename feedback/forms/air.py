"""What a member says who would like to clear the air."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.form_fields import OnceField, WordsField
from feedback.models import AirFlag


class FlagForm(forms.Form):
    """To whom, and a few words or none; ``circles`` are (value, who reads it then)."""

    key = OnceField()
    circle = forms.ChoiceField(
        label=_("Who is told?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who is told."), "invalid_choice": _("Choose one of these.")},
    )
    text = WordsField(
        label=_("What is it about?"),
        help_text=_("A few words, or none: that you raise it can be enough."),
        limit=AirFlag.text.field.limit,
        rows=4,
        required=False,
    )

    def __init__(self, *args, circles, privacy, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["circle"].choices = circles
        if len(circles) == 1:
            self.fields["circle"].initial = circles[0][0]
            self.fields["circle"].widget = forms.HiddenInput()
        self.fields["text"].privacy = privacy


class PlanForm(forms.Form):
    """In which session there is time for it."""

    coaching_session = forms.ChoiceField(error_messages={"invalid_choice": _("Choose a session that is not over.")})

    def __init__(self, *args, sessions, **kwargs):
        self.rows = {str(row.pk): row for row in sessions}
        super().__init__(*args, **kwargs)
        self.fields["coaching_session"].choices = [(key, row.title) for key, row in self.rows.items()]

    def clean_coaching_session(self):
        return self.rows[self.cleaned_data["coaching_session"]]
