from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SessionsConfig(AppConfig):
    """The package is ``sessions``; the label is not, because that one is Django's login sessions."""

    name = "sessions"
    label = "coaching_sessions"
    verbose_name = _("Coaching sessions")

    def ready(self):
        from sessions import messages, own_words

        messages.register()
        own_words.register_own_words()
