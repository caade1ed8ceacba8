"""How allauth fits in: who may sign up, by default nobody without an invitation, whose mail verifies the address."""

from time import time
from urllib.parse import urlsplit

import css_inline
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

INVITED = "colloquy_invited"  # in the login session: {"email", "name", "next", "until"} of an opened invitation


def invitation_of(request):
    """The invitation that brought this browser here a short while ago, or None."""
    invited = request.session.get(INVITED)
    return invited if invited and invited["until"] > time() else None


def has_authenticated_lately(request):
    """Whether the person signed in, or showed again who they are, within ACCOUNT_REAUTHENTICATION_TIMEOUT."""
    records = get_authentication_records(request, request.user)
    return bool(records) and time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def sign_up_is_open():
    """Whether anybody may make an account without an invitation here; see ``may_sign_up``."""
    return settings.COLLOQUY_SIGN_UP != "nobody"


def may_sign_up(email):
    """Whether the holder of this address may; a domain counts exactly, what stands in front of it does not."""
    if settings.COLLOQUY_SIGN_UP_DOMAINS:
        return email.rpartition("@")[2].lower() in settings.COLLOQUY_SIGN_UP_DOMAINS
    return sign_up_is_open()


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up by invitation, and without one where the installation allows it."""

    def is_open_for_signup(self, request):
        return invitation_of(request) is not None or sign_up_is_open()

    def get_signup_redirect_url(self, request):
        return self._back_to_invitation(request) or super().get_signup_redirect_url(request)

    def get_login_redirect_url(self, request):
        return self._back_to_invitation(request) or super().get_login_redirect_url(request)

    def _back_to_invitation(self, request):
        invited = invitation_of(request)
        request.session.pop(INVITED, None)
        return invited and invited["next"]

    def save_user(self, request, user, form, commit=True):
        user.name = form.cleaned_data["name"]
        user.timezone = form.cleaned_data["timezone"] or "UTC"
        return super().save_user(request, user, form, commit)

    def get_reset_password_from_key_url(self, key):
        """At this site's own address, whatever host the request claimed to ask."""
        asked = urlsplit(super().get_reset_password_from_key_url(key))
        return f"{settings.COLLOQUY_SITE_URL}{asked.path}"

    def render_mail(self, template_prefix, email, context, headers=None):
        """Mail programs drop style sheets, so the rules go to where they apply."""
        mail = super().render_mail(template_prefix, email, context, headers)
        mail.alternatives = [
            part._replace(content=css_inline.inline(part.content, keep_at_rules=True, load_remote_stylesheets=False))
            for part in getattr(mail, "alternatives", [])
        ]
        return mail

    def clean_email(self, email):
        """An invited person signs up with the address that the invitation went to, if it went to one."""
        email = super().clean_email(email)
        if self.request.resolver_match.url_name != "account_signup":
            return email
        if invited := invitation_of(self.request):
            return invited["email"] or email
        if not may_sign_up(email):
            raise ValidationError(_("Here one signs up with an address at work, or by an invitation."))
        return email
