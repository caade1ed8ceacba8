from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, organizations, duties, and how one signs in."""

    name = "accounts"

    def ready(self):
        from accounts import own_records, receivers  # noqa: F401  (importing receivers connects them)
        from accounts.mfa import PURPOSE
        from common.secret_places import Place, register

        register(Place("mfa.Authenticator", "data", ("secret", "seed"), PURPOSE))
        own_records.register_records()
