from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.services import AddressTaken, AlreadyFounded
from coaching_site.demo import story
from coaching_site.demo.office import PASSWORD


class Command(BaseCommand):
    """Fill an empty installation with the demonstration. Run with COLLOQUY_LOGIN=web."""

    help = "Make the demonstration: one invented organization with three programs. Embedded or debugging only."
    requires_system_checks = []

    def handle(self, **options):
        if not (settings.COLLOQUY_EMBEDDED or settings.DEBUG):
            raise CommandError(
                "The passwords of the demonstration are known to all: it is not for a real installation."
            )
        try:
            story.tell(now=timezone.now())
        except AlreadyFounded:
            self.stdout.write("There is an organization already, so nothing was changed.")
        except AddressTaken:
            raise CommandError("Somebody has an account at demo.example already; nothing was changed.") from None
        else:
            self.stdout.write(f"The demonstration is made. Sign in as owner@demo.example with {PASSWORD}.")
