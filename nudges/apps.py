from django.apps import AppConfig


class NudgesConfig(AppConfig):
    """Messages that are owed, and who does not want which."""

    name = "nudges"

    def ready(self):
        from nudges import receivers  # noqa: F401  (importing it connects them)
