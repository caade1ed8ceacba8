"""What a person types when they ask for progress readings or give one."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.form_fields import OnceField, WordsField
from goals.forms.fields import DayField
from goals.models import ProgressReading
from goals.selectors import version_of

USUAL_DAYS, MOST_DAYS = 7, 42
VALUES = [("-3", "−3"), ("-2", "−2"), ("-1", "−1"), ("0", "0"), ("1", "+1"), ("2", "+2"), ("3", "+3")]


class AskForReadingsForm(forms.Form):
    """Whom one asks, and until when."""

    peers = forms.MultipleChoiceField(
        label=_("Whom do you ask?"),
        help_text=_("Each sees that you ask them; nobody sees whom else you ask."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one peer."),
            "invalid_choice": _("One of those you chose is no longer in the group. Look at the list again."),
        },
    )
    until_on = DayField(label=_("Until when?"))

    def __init__(self, *args, peers, today, **kwargs):
        self.rows = {str(peer.pk): peer for peer in peers}
        initial = {"peers": list(self.rows), "until_on": today + timedelta(days=USUAL_DAYS)}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["peers"].choices = [(key, peer.person.name) for key, peer in self.rows.items()]
        self.latest = today + timedelta(days=MOST_DAYS)
        self.fields["until_on"].begin(today)
        self.fields["until_on"].widget.attrs["max"] = self.latest.isoformat()

    def clean_peers(self):
        return [self.rows[key] for key in self.cleaned_data["peers"]]

    def clean_until_on(self):
        if self.cleaned_data["until_on"] > self.latest:
            raise ValidationError(_("Choose a day within the next six weeks."))
        return self.cleaned_data["until_on"]


class ReadingForm(forms.Form):
    """What a peer noticed, and one suggestion."""

    key = OnceField()
    version = forms.CharField(widget=forms.HiddenInput, required=False)  # of the words that one read
    value = forms.ChoiceField(
        label=_("Compared with six weeks ago, how much of it do you notice?"),
        help_text=_("0 means that you noticed no change. It is about what you saw, not about the person."),
        choices=VALUES,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a number; 0 means no change."),
            "invalid_choice": _("Choose from −3 to +3."),
        },
    )
    suggestion = WordsField(
        label=_("One suggestion for the next weeks"),
        help_text=_("Something to try, not something that went wrong."),
        limit=ProgressReading.suggestion.field.limit,
        rows=4,
        required=False,
    )

    def __init__(self, *args, privacy, goal, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["value"].look = "scale"
        self.fields["value"].ends = (_("Much less"), _("Much more"))
        for name in ("value", "suggestion"):
            self.fields[name].privacy = privacy
        if goal:
            self.initial["version"] = version_of(goal)

    def look_again(self, goal):
        """Offer what was typed once more, after its writer has seen the words that the goal has now."""
        self.data = self.data.copy()
        self.data["version"] = version_of(goal)
