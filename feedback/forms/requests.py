"""What a person types when they ask peers how they came across."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.form_fields import OnceField, TickedField, WordsField
from feedback.models import FeedbackRequest

USUAL_DAYS, MOST_DAYS = 7, 42


class AskForm(forms.Form):
    """The moment one asks about, whom one asks, and until when."""

    key = OnceField()
    about = WordsField(
        label=_("How did I come across when …?"),
        help_text=_("One moment that they saw: “when I closed the meeting on Tuesday”."),
        limit=FeedbackRequest.about.field.limit,
        rows=3,
    )
    peers = TickedField(
        label=_("Whom do you ask?"),
        help_text=_("Each sees that you ask them; nobody sees whom else you ask."),
        error_messages={
            "required": _("Choose at least one peer."),
            "invalid_choice": _("One of those you chose is no longer in the group. Look at the list again."),
        },
    )
    until_on = forms.DateField(
        label=_("Until when?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Choose a day."),
            "invalid": _("That is not a date. Choose a day, such as 2027-02-09."),
        },
    )

    def __init__(self, *args, peers, today, privacy, **kwargs):
        self.rows = {str(peer.pk): peer for peer in peers}
        self.today, self.latest = today, today + timedelta(days=MOST_DAYS)
        super().__init__(*args, initial={"until_on": today + timedelta(days=USUAL_DAYS)}, **kwargs)
        self.fields["peers"].choices = [(key, peer.person.name) for key, peer in self.rows.items()]
        self.fields["until_on"].widget.attrs |= {"min": today.isoformat(), "max": self.latest.isoformat()}
        self.fields["about"].privacy = privacy

    def clean_peers(self):
        return [self.rows[key] for key in self.cleaned_data["peers"]]

    def clean_until_on(self):
        day = self.cleaned_data["until_on"]
        if day < self.today:
            raise ValidationError(_("That day has passed. Choose today or a later day."))
        if day > self.latest:
            raise ValidationError(_("Choose a day within the next six weeks."))
        return day
