"""Which reminders a person gets."""

from django import forms

from nudges.kinds import kinds_with_label


class PreferencesForm(forms.Form):
    """A box for each kind that can be stopped; what is ticked is sent."""

    def __init__(self, *args, stopped=frozenset(), **kwargs):
        super().__init__(*args, **kwargs)
        for kind in kinds_with_label():
            wanted = kind.name not in stopped
            self.fields[kind.name] = forms.BooleanField(label=kind.label, required=False, initial=wanted)

    def wanted(self):
        """The names of what is ticked."""
        return {name for name, is_wanted in self.cleaned_data.items() if is_wanted}
