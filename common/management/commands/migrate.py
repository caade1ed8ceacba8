from django.core.management.commands import migrate

from common.owner import as_owner_login


class Command(migrate.Command):
    """Django's migrate, run as the schema's owner."""

    def handle(self, *args, **options):
        with as_owner_login():
            return super().handle(*args, **options)
