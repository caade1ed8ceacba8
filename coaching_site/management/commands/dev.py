from django.core.management.base import BaseCommand

from coaching_site.services import supervisor


class Command(BaseCommand):
    """Start Colloquy with embedded services: what ``./run`` does once the environment is there."""

    help = "Start Colloquy with embedded PostgreSQL, Valkey, mail catcher, web, worker and beat."
    requires_system_checks = []

    def add_arguments(self, parser):
        supervisor.add_arguments(parser)

    def handle(self, *, data, port, empty, reset, **options):
        raise SystemExit(supervisor.run(data=data, port=port, empty=empty, reset=reset))
