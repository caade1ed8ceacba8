import environ
import psycopg
from django.core.management.base import BaseCommand, CommandError

from common.bootstrap import LOGINS, bootstrap

SUPERUSER = "COLLOQUY_SUPERUSER_DATABASE_URL"
PASSWORDS = {login: f"COLLOQUY_PASSWORD_{login.removeprefix('colloquy_').upper()}" for login in LOGINS}


class Command(BaseCommand):
    """Make the roles, logins and the database on a PostgreSQL of one's own; may run again at any time."""

    help = (
        f"Make roles, logins and the database, as the superuser of {SUPERUSER} (an address on the database postgres). "
        f"Passwords come from {', '.join(PASSWORDS.values())}; each variable may be a NAME_FILE instead."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--database", default="colloquy", help="name of the database (default: colloquy)")

    def handle(self, *, database, **options):
        # Read here and not in the settings: no process that serves people is to know them.
        env = environ.FileAwareEnv()
        values = {name: env.str(name, default="") for name in (SUPERUSER, *PASSWORDS.values())}
        missing = [name for name, value in values.items() if not value]
        if missing:
            raise CommandError(f"Set {', '.join(missing)}. Nothing was changed.")
        try:
            bootstrap(
                values[SUPERUSER],
                passwords={login: values[name] for login, name in PASSWORDS.items()},
                database=database,
            )
        except psycopg.Error as error:
            why = error.diag.message_primary or str(error).strip()  # never the statement, which holds a password
            raise CommandError(f"PostgreSQL refused: {why}") from None
        self.stdout.write(f"Roles, logins and the database {database} are as they should be. Next: manage.py migrate.")
