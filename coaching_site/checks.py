"""Deploy checks (`manage.py check --deploy`): what must not be so where people write."""

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured


def refuse_known_secret():
    """Raise ImproperlyConfigured where people would be served under the key that stands in the source."""
    if settings.SECRET_KEY.startswith("development-only") and not (settings.DEBUG or settings.COLLOQUY_EMBEDDED):
        raise ImproperlyConfigured("COLLOQUY_SECRET_KEY is not set: nobody is served under a key that everybody knows.")


@register(Tags.security, deploy=True)
def check_production(app_configs, **kwargs):
    """Each finding has an id that `docs/operations.md` explains."""
    login, owner_url = settings.COLLOQUY_LOGIN, settings.COLLOQUY_OWNER_DATABASE_URL
    found = [
        (settings.SECRET_KEY.startswith("development-only"), "Set COLLOQUY_SECRET_KEY to a long random value.", "E001"),
        (settings.DEBUG, "Unset COLLOQUY_DEBUG.", "E002"),
        (settings.COLLOQUY_EMBEDDED, "Embedded services are for trying out: unset COLLOQUY_EMBEDDED.", "E003"),
        (settings.EMAIL_BACKEND.endswith("console.EmailBackend"), "Set COLLOQUY_MAIL_URL to your mail server.", "E004"),
        (not settings.COLLOQUY_SITE_URL.startswith("https://"), "Set COLLOQUY_SITE_URL to an https address.", "E005"),
        (login == "web" and not settings.COLLOQUY_KEY_FILE, "Set COLLOQUY_KEY_FILE.", "E006"),
        (login == "jobs" and settings.COLLOQUY_KEY_FILE, "Unset COLLOQUY_KEY_FILE for workers.", "E007"),
        (login in {"web", "jobs"} and owner_url, "Unset COLLOQUY_OWNER_DATABASE_URL.", "E008"),
    ]  # fmt: skip
    return [Error(message, id=f"colloquy.{code}") for is_so, message, code in found if is_so]
