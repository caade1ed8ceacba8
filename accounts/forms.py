"""Forms about people."""

from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from accounts.models import Duty


def zone_choices():
    """Every zone a browser may name, aliases included."""
    return [(name, name.replace("_", " ")) for name in sorted(available_timezones()) if name != "localtime"]


class SignupFields(forms.Form):
    """What we ask besides address and password."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("As your group will see it."),
    )
    timezone = forms.ChoiceField(
        label=_("Your time zone"),
        choices=zone_choices,
        required=False,
        initial="UTC",
        widget=forms.Select(attrs={"data-timezone": "replace"}),
        help_text=_("Sessions and reminders follow it. You can change it at any time."),
    )

    def signup(self, request, user):
        """The adapter has stored the fields already."""


class SettingsForm(forms.Form):
    """What a person may change about themselves."""

    name = SignupFields.base_fields["name"]
    timezone = forms.ChoiceField(label=_("Your time zone"), choices=zone_choices)


class EraseForm(forms.Form):
    """The address once more, so that nobody erases an account by a slip."""

    email = forms.EmailField(
        label=_("Your e-mail address, once more"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_email(self):
        if self.cleaned_data["email"].casefold() != self.person.email.casefold():
            raise forms.ValidationError(_("That is not the address of this account."))
        return self.cleaned_data["email"]


class FirstStartForm(forms.Form):
    """The organization and its owner, on an empty installation."""

    organization = forms.CharField(label=_("Organization"), max_length=120)
    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("Your e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters, and not one that is easy to guess."),
    )
    timezone = forms.ChoiceField(
        label=_("Your time zone"),
        choices=zone_choices,
        required=False,
        initial="UTC",
        widget=forms.Select(attrs={"data-timezone": "replace"}),
    )

    def clean_password(self):
        validate_password(self.cleaned_data["password"])
        return self.cleaned_data["password"]


class InviteStaffForm(forms.Form):
    """Whom the owner asks to take a duty."""

    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(
        label=_("Duty"),
        choices=[(duty, duty.label) for duty in (Duty.HR, Duty.FACILITATOR, Duty.OWNER)],
        widget=forms.RadioSelect,
        initial=Duty.FACILITATOR,
    )
