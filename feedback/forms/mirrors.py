"""Words that are picked for a mirror, and whom one asks for theirs."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.form_fields import OnceField
from feedback.forms.requests import MOST_DAYS, USUAL_DAYS
from feedback.mirror_words import FEWEST, MOST, WORDS
from feedback.models.mirrors import FEWEST_PEERS


class PickedWordsField(forms.MultipleChoiceField):
    """Five or six words of the list."""

    widget = forms.CheckboxSelectMultiple
    look = "picks"
    default_error_messages = {
        "required": _("Pick five or six words."),
        "invalid_choice": _("One of those words is not on the list. Look at the list again."),
    }

    def __init__(self, **kwargs):
        super().__init__(choices=list(WORDS.items()), help_text=_("Pick five or six."), **kwargs)

    def clean(self, value):
        words = list(dict.fromkeys(super().clean(value)))
        if not FEWEST <= len(words) <= MOST:
            count = len(words)
            picked = ngettext("You picked %(count)s word.", "You picked %(count)s words.", count) % {"count": count}
            raise ValidationError(_("%(picked)s Pick five or six.") % {"picked": picked})
        return words


class PickForm(forms.Form):
    """The words a peer picks."""

    words = PickedWordsField()

    def __init__(self, *args, name, privacy, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["words"].label = _("Which words describe %(name)s?") % {"name": name}
        self.fields["words"].privacy = privacy


class MirrorForm(forms.Form):
    """One's own words, whom one asks, and until when."""

    key = OnceField()
    words = PickedWordsField(label=_("Which words describe you?"))
    peers = forms.MultipleChoiceField(
        label=_("Whom do you ask?"),
        help_text=_("At least two. Each sees that you ask them; nobody sees whom else you ask, or your words."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least two peers."),
            "invalid_choice": _("One of those you chose is not among your peers. Look at the list again."),
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
        self.fields["words"].privacy = privacy

    def clean_peers(self):
        keys = dict.fromkeys(self.cleaned_data["peers"])
        if len(keys) < FEWEST_PEERS:
            raise ValidationError(self.fields["peers"].error_messages["required"])
        return [self.rows[key] for key in keys]

    def clean_until_on(self):
        day = self.cleaned_data["until_on"]
        if day < self.today:
            raise ValidationError(_("That day has passed. Choose today or a later day."))
        if day > self.latest:
            raise ValidationError(_("Choose a day within the next six weeks."))
        return day
