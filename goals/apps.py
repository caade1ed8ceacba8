from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GoalsConfig(AppConfig):
    name = "goals"
    verbose_name = _("Goals")

    def ready(self):
        from goals import messages, opening, own_words, receivers  # noqa: F401  (importing receivers connects them)

        messages.register()
        opening.register()
        own_words.register_own_words()
