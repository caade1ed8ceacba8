from django.apps import AppConfig


class GroupsConfig(AppConfig):
    """Programs, rosters, groups and who is in them."""

    name = "groups"

    def ready(self):
        from groups import messages, own_words, receivers  # noqa: F401  (importing receivers connects them)

        messages.register()
        own_words.register_own_words()
