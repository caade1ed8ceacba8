"""How allauth's second factors fit in: their secrets are sealed, and passkeys belong to this site's own address."""

from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.translation import gettext as _

from common.secret_values import open_secret, seal_secret

PURPOSE = "second factor"  # of the sealed secrets in mfa_authenticator
# Recovery codes come with one of these, and are none by themselves.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class MFAAdapter(DefaultMFAAdapter):
    """Sealed secrets, our name, our words."""

    def encrypt(self, text):
        return seal_secret(text, PURPOSE)

    def decrypt(self, encrypted_text):
        return open_secret(encrypted_text, PURPOSE)

    def get_totp_issuer(self):
        return str(settings.COLLOQUY_PRODUCT_NAME)

    def get_public_key_credential_rp_entity(self):
        """This site's own host, whatever host the request claimed to ask."""
        return {"id": urlsplit(settings.COLLOQUY_SITE_URL).hostname, "name": str(settings.COLLOQUY_PRODUCT_NAME)}

    def generate_authenticator_name(self, user, type):
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Key %(number)d") % {"number": number}
