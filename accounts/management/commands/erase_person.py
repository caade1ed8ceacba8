from django.core.management.base import BaseCommand, CommandError

from accounts.erasing import erase_account
from accounts.models import Person
from accounts.services import LastOwner


class Command(BaseCommand):
    """Erase an account on its person's request in writing. Run with COLLOQUY_LOGIN=web; it reads no word."""

    help = "Erase somebody's account, as they could do it themselves. Asks for the address once more."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("email", help="the address of the account")

    def handle(self, *, email, **options):
        person = Person.objects.filter(email__iexact=email).first()
        if person is None:
            raise CommandError("There is no account with this address.")
        self.stdout.write(
            "This deletes what they wrote, in every group, and closes their account. Nobody can undo it. Offer them "
            "the copy of their own words first: only they can take it."
        )
        if input("Type the address once more: ").strip().casefold() != person.email.casefold():
            raise CommandError("That is another address. Nothing was erased.")
        try:
            erase_account(person=person)
        except LastOwner:
            raise CommandError("They are the only owner of an organization. Nothing was erased.") from None
        self.stdout.write(f"Erased. What remains of them is the id {person.pk}.")
