from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GoalsConfig(AppConfig):
    name = "goals"
    verbose_name = _("Goals")

    def ready(self):
        from goals import (  # noqa: F401  (importing receivers connects them)
            messages,
            opening,
            own_conversations,
            own_words,
            pair_news,
            receivers,
            watching,
        )

        messages.register()
        opening.register()
        pair_news.register()
        watching.register()
        own_words.register_own_words()
        own_conversations.register_own_words()
