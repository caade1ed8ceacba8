from django.apps import AppConfig


class CoachingSiteConfig(AppConfig):
    """Settings, addresses, deploy checks and the command that runs everything."""

    name = "coaching_site"

    def ready(self):
        from coaching_site import checks, messages  # noqa: F401  (importing checks registers them)

        messages.register()
