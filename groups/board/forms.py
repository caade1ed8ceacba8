"""Forms of the board."""

from django import forms
from django.utils.translation import gettext_lazy as _

from groups.board.wishes import FACTORS, USUAL, WISHES
from groups.services import board as services

TRAY = "tray"
PLACES = rf"^({TRAY}|\d{{1,4}})$"


def _place(value):
    """The number of a group, or None for the tray."""
    return None if value == TRAY else int(value)


class MoveForm(forms.Form):
    """Where somebody goes, where they were seen, and why if a rule is in the way."""

    target = forms.RegexField(
        rf"^({TRAY}|\d{{1,4}})$",
        error_messages={"required": _("Choose where to move them."), "invalid": _("Choose again.")},
    )
    seen = forms.RegexField(PLACES, required=False)
    why = forms.CharField(
        label=_("Why, if a rule is in the way"),
        required=False,
        max_length=services.LONGEST_REASON,
        help_text=_("The organization’s owners can read it in the record of acts. Nobody in the group does."),
        widget=forms.TextInput,
    )

    def command(self):
        """What the service is asked to do."""
        data = self.cleaned_data
        seen = {"seen": _place(data["seen"])} if data["seen"] else {}
        return {"target": _place(data["target"]), "why": data["why"], **seen}


class LetThroughForm(forms.Form):
    """Why a group may be against a rule."""

    why = forms.CharField(
        label=_("Why this group is kept as it is"),
        max_length=services.LONGEST_REASON,
        help_text=_("The organization’s owners can read it in the record of acts. Nobody in the group does."),
        widget=forms.TextInput,
    )


class LockForm(forms.Form):
    """A group or a person, and whether they are locked from now on."""

    group = forms.IntegerField(required=False, min_value=0)
    person = forms.UUIDField(required=False)
    is_locked = forms.BooleanField(required=False)

    def clean(self):
        data = super().clean()
        if (data.get("group") is None) == (data.get("person") is None):
            raise forms.ValidationError("One of the two.")
        return data

    def command(self):
        """The service, and what it is asked to do."""
        data = self.cleaned_data
        if data["person"]:
            return services.lock_person, {"person": str(data["person"]), "is_locked": data["is_locked"]}
        return services.lock_group, {"number": data["group"], "is_locked": data["is_locked"]}


class WeightsForm(forms.Form):
    """How much each soft wish counts: a slider each."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for wish in WISHES:
            slider = forms.NumberInput(
                attrs={"type": "range", "step": 1, "aria-describedby": f"{wish.name}_ends", "class": "slider__input"}
            )
            self.fields[wish.name] = forms.IntegerField(
                label=wish.label, min_value=0, max_value=len(FACTORS) - 1, initial=USUAL, widget=slider
            )

    def sliders(self):
        """Each field with the words at its ends."""
        return [(self[wish.name], wish) for wish in WISHES]

    def clean(self):
        data = super().clean()
        if not self.errors and not any(data.values()):
            raise forms.ValidationError(_("One of them has to count. Move at least one slider to the right."))
        return data


class FacilitatorsForm(forms.Form):
    """Who facilitates which group: only what was changed on this page is saved, not what somebody else chose."""

    def __init__(self, *args, numbers, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        choices = [("", ""), *((pk, person.name) for pk, person in self.people.items())]
        for number in numbers:
            self.fields[f"group_{number}"] = forms.ChoiceField(choices=choices, required=False)
            self.fields[f"was_{number}"] = forms.CharField(required=False)
        self.numbers = list(numbers)

    def chosen(self):
        """A person or None for each group whose choice was changed."""
        data = self.cleaned_data
        return {
            number: self.people.get(data[f"group_{number}"])
            for number in self.numbers
            if f"group_{number}" in self.data and data[f"group_{number}"] != data[f"was_{number}"]
        }


class PublishForm(forms.Form):
    """Which groups are published, and the board that was previewed."""

    group = forms.TypedMultipleChoiceField(coerce=int, error_messages={"required": _("Choose at least one group.")})
    revision = forms.IntegerField(min_value=0)

    def __init__(self, *args, numbers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = [(number, str(number)) for number in numbers]
