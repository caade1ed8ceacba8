from collections import Counter
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from common import keys
from common.actor import acting_as
from common.fences import KEEPER
from common.models import KeyCheck, ScopeKey


class Command(BaseCommand):
    """Make, look at and test the key file. Run with COLLOQUY_LOGIN=custody."""

    help = "init: make the key file; status: what is sealed under which key; selftest: does this file fit this database"
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("action", choices=["init", "status", "selftest"])

    def handle(self, *, action, **options):
        if not settings.COLLOQUY_KEY_FILE:
            raise CommandError("COLLOQUY_KEY_FILE is not set: say where the key file is, or is to be made.")
        try:
            with acting_as(KEEPER):
                getattr(self, action)(Path(settings.COLLOQUY_KEY_FILE))
        except (keys.KeyFileError, keys.SealBroken) as error:
            raise CommandError(str(error)) from error

    def init(self, path):
        sealed_before = KeyCheck.objects.exists()
        if not path.exists():
            if sealed_before:
                raise CommandError(
                    f"{path} is missing, and this database is already sealed under a key. Bring the file back from "
                    "where its copy is kept; a new one would not open anything."
                )
            keys.make_key_file(path)
            self.stdout.write(
                f"Made the key file {path}. Keep a copy apart from the backups: losing it loses the content."
            )
        key_file = keys.read_key_file()
        if not sealed_before:
            keys.write_check(key_file)
        keys.self_test()

    def status(self, path):
        key_file = keys.read_key_file()
        self.stdout.write(f"Key file {path}: {len(key_file.keys)} key(s), current {key_file.current}.")
        known = set(KeyCheck.objects.values_list("kek_id", flat=True))
        self.stdout.write(f"Keys this database knows: {', '.join(sorted(known)) or 'none'}.")
        for (kind, kek), count in sorted(Counter(ScopeKey.objects.values_list("scope_kind", "kek_id")).items()):
            self.stdout.write(f"{count} {kind} key(s) wrapped by {kek}.")

    def selftest(self, path):
        keys.self_test()
        opened = 0
        for row in ScopeKey.objects.iterator(chunk_size=500):
            keys.unwrap(row)
            opened += 1
        self.stdout.write(f"The key file {path} belongs to this database; {opened} scope key(s) opened.")
