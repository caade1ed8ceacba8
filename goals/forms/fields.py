"""Fields that this app's forms share."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class DayField(forms.DateField):
    """A day from today on; ``kept`` is the day that the row has already, which may stay."""

    default_error_messages = {
        "required": _("Choose a day."),
        "invalid": _("That is not a date. Choose a day, such as 2027-02-09."),
        "past": _("That day has passed. Choose today or a later day."),
    }

    def __init__(self, **kwargs):
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)

    def begin(self, today, kept=None):
        self.today, self.kept = today, kept
        self.widget.attrs["min"] = min(today, kept or today).isoformat()

    def validate(self, value):
        super().validate(value)
        if value and value < self.today and value != self.kept:
            raise ValidationError(self.error_messages["past"], code="past")
