from django.apps import AppConfig


class GroupsConfig(AppConfig):
    """Programs, rosters, groups and who is in them."""

    name = "groups"

    def ready(self):
        from common.secret_places import Place, register
        from groups import messages, own_words, receivers  # noqa: F401  (importing receivers connects them)
        from groups.models.pairs import LINE_PURPOSE

        register(Place("groups.PairInvitation", "line", ("line",), LINE_PURPOSE))
        messages.register()
        own_words.register_own_words()
