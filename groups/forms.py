"""Forms about programs, rosters and proposals."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import zone_choices
from groups.roster import MAX_BYTES


class ProgramForm(forms.Form):
    """A program and the rules by which its groups are formed."""

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("Members see it, for example “Leading at scale 2027”.")
    )
    starts_on = forms.DateField(label=_("Starts"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(label=_("Ends"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zone_choices,
        help_text=_("Groups meet in it unless they choose another."),
    )
    size_min = forms.IntegerField(label=_("Smallest group"), min_value=3, max_value=12, initial=4)
    size_target = forms.IntegerField(label=_("Usual group"), min_value=3, max_value=12, initial=6)
    size_max = forms.IntegerField(label=_("Largest group"), min_value=3, max_value=12, initial=8)
    level_band = forms.IntegerField(
        label=_("Levels apart, at most"),
        min_value=0,
        max_value=9,
        initial=1,
        help_text=_("People of one group are roughly equal: 1 allows neighboring levels."),
    )

    def clean(self):
        data = super().clean()
        sizes = [data.get("size_min"), data.get("size_target"), data.get("size_max")]
        if None not in sizes and sizes != sorted(sizes):
            self.add_error("size_target", _("The usual size lies between the smallest and the largest."))
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("A program ends after it starts."))
        return data


class RosterForm(forms.Form):
    """A roster file."""

    file = forms.FileField(
        label=_("Roster"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
        help_text=_("A CSV file. You see every row before anything is written."),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                _("This file is larger than 5 MB. A roster of 5,000 people is smaller than that.")
            )
        return file


class FacilitatorsForm(forms.Form):
    """Who facilitates each proposed group; ``people`` are those with the facilitator's duty."""

    def __init__(self, *args, groups, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        choices = [("", _("Nobody yet")), *((pk, person.name) for pk, person in self.people.items())]
        for number, group in enumerate(groups):
            self.fields[f"group_{number}"] = forms.ChoiceField(
                label=group["name"],
                choices=choices,
                required=False,
                initial=group["facilitator"] or "",
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    def chosen(self):
        """A person or None per group, in order."""
        return [self.people.get(value) for value in self.cleaned_data.values()]
