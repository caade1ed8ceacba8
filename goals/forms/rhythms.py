"""What a person chooses about being asked."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.form_fields import OnceField, PickField
from goals.models import CheckInRhythm


class RhythmForm(forms.Form):
    """How often, and a pause; both days of it or none."""

    rhythm = forms.ChoiceField(
        label=_("How often do you want to be asked?"),
        choices=CheckInRhythm.Rhythm.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one of these.")},
    )
    paused_from = forms.DateField(label=_("Away from"), required=False)
    paused_until = forms.DateField(
        label=_("Until, this day included"),
        help_text=_("No reminders meanwhile, and nothing counts as missed. Leave both days empty to be asked again."),
        required=False,
    )

    def __init__(self, *args, today, privacy, row, **kwargs):
        super().__init__(*args, **kwargs)
        self.today, is_over = today, row.paused_until is not None and row.paused_until < today
        self.initial = {"rhythm": row.rhythm}
        if not is_over:
            self.initial |= {"paused_from": row.paused_from, "paused_until": row.paused_until}
        self.fields["rhythm"].privacy = privacy
        for name in ("paused_from", "paused_until"):
            self.fields[name].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            self.fields[name].error_messages["invalid"] = _("That is not a date. Choose a day, such as 2027-02-09.")

    def clean_paused_until(self):
        last = self.cleaned_data["paused_until"]
        if last and last < self.today:
            raise ValidationError(_("That day has passed. Choose today or a later day."), code="past")
        return last

    def clean(self):
        first, last = (self.cleaned_data.get(name) for name in ("paused_from", "paused_until"))
        if first and not last and "paused_until" not in self.errors:
            self.add_error("paused_until", _("Say until when: a pause ends."))
        if first and last and last < first:
            self.add_error("paused_until", _("This is before the first day. Choose the last day of your pause."))
        return self.cleaned_data


class PartnerForm(forms.Form):
    """Whom one asks to be one's partner."""

    key = OnceField()
    partner = PickField(
        label=_("Whom do you ask?"),
        error_messages={"required": _("Choose somebody."), "invalid_choice": _("Choose one of these.")},
    )

    def __init__(self, *args, peers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partner"].offer(peers, label=lambda peer: peer.person.name, blank=_("Choose …"))
