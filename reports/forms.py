"""Which program the report is about."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ProgramChoice(forms.Form):
    """One program, or all; made for showing only: the selector checks what was asked for."""

    use_required_attribute = False  # the empty choice is one: all programs
    program = forms.ChoiceField(label=_("Program"))

    def __init__(self, *args, programs, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["program"].choices = [("", _("All programs")), *((str(row.pk), row.name) for row in programs)]
