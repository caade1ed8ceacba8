from django.core.management.commands import flush

from common.owner import as_owner_login


class Command(flush.Command):
    """Django's flush, run as the schema's owner."""

    def handle(self, *args, **options):
        with as_owner_login():
            return super().handle(*args, **options)
