"""Adding a passkey. (allauth reads accounts.forms while its own forms load, so it stands apart.)"""

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _


class AddKeyForm(AddWebAuthnForm):
    """A name for the key, and whether it takes the place of the password too."""

    passwordless = forms.BooleanField(
        label=_("Sign in with this key alone"),
        required=False,
        initial=True,
        help_text=_(
            "The key asks for your fingerprint, your face or its own code, so you need no password with it. "
            "Without this, the key comes after your password."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the key")
        self.fields["name"].help_text = _("So that you know later which device it is on.")
