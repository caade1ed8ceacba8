from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    name = "feedback"
    verbose_name = _("Feedback")

    def ready(self):
        from feedback import (
            clearing,
            in_common,
            messages,
            own_words,
            receivers,  # noqa: F401  (importing it connects them)
            watching,
        )

        clearing.register()
        in_common.register()
        messages.register()
        own_words.register_own_words()
        watching.register()
