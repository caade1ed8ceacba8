from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    name = "feedback"
    verbose_name = _("Feedback")

    def ready(self):
        from feedback import messages, own_words, receivers, watching  # noqa: F401  (importing receivers connects them)

        messages.register()
        own_words.register_own_words()
        watching.register()
