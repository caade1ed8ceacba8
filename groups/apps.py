from django.apps import AppConfig


class GroupsConfig(AppConfig):
    """Programs, rosters, groups and who is in them."""

    name = "groups"

    def ready(self):
        from groups import messages

        messages.register()
