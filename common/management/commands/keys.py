from collections import Counter
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from common import keys, rekeying
from common.actor import acting_as
from common.fences import KEEPER
from common.models import KeyCheck, ScopeKey

ACTIONS = {
    "init": "make the key file",
    "status": "what is sealed under which key",
    "selftest": "does this file fit this database",
    "rotate": "a new key in the file, and every data key wrapped by it",
    "reencrypt": "newer data keys, and every text sealed again under them",
    "retire": "destroy data keys that seal nothing, drop keys that wrap nothing from the file",
    "shred": "destroy the keys of one scope, and with them what they seal, for good",
}


class Command(BaseCommand):
    """Make, look at, test and change keys. Run with COLLOQUY_LOGIN=custody."""

    help = "; ".join(f"{name}: {what}" for name, what in ACTIONS.items())
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("action", choices=list(ACTIONS))
        parser.add_argument("--scope", help="group:ID, door:ID or person:ID; for reencrypt and shred")
        parser.add_argument("--yes", action="store_true", help="shred without asking")

    def handle(self, *, action, scope, yes, **options):
        if not settings.COLLOQUY_KEY_FILE:
            raise CommandError("COLLOQUY_KEY_FILE is not set: say where the key file is, or is to be made.")
        try:
            if action in {"init", "status", "selftest"}:
                with acting_as(KEEPER):
                    getattr(self, action)(Path(settings.COLLOQUY_KEY_FILE))
            else:
                self.change(action, None if scope is None else rekeying.find_scope(scope), yes)
        except (keys.KeyFileError, keys.SealBroken, rekeying.StillInUse, LookupError) as error:
            raise CommandError(str(error)) from error

    def change(self, action, scope, yes):
        """The actions that change keys; each runs in many short transactions."""
        say = self.stdout.write
        if action == "shred":
            self.shred(scope, yes)
        elif action == "reencrypt":
            rekeying.reencrypt(scope=scope, say=say)
        else:
            getattr(rekeying, action)(say=say)

    def shred(self, scope, yes):
        if scope is None:
            raise CommandError("Say whose keys: --scope group:ID. There is no way to destroy all at once.")
        question = f"Everything sealed for {scope.kind} {scope.id} will be unreadable for ever. Type the id to go on: "
        if not yes and input(question).strip() != str(scope.id):
            raise CommandError("Nothing was destroyed.")
        rekeying.shred(scope, say=self.stdout.write)

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
        living = ScopeKey.objects.filter(retired_at=None)
        for (kind, kek), count in sorted(Counter(living.values_list("scope_kind", "kek_id")).items()):
            self.stdout.write(f"{count} {kind} key(s) wrapped by {kek}.")
        gone = ScopeKey.objects.exclude(retired_at=None).count()
        self.stdout.write(f"{len(rekeying.scopes_in_change())} scope(s) with texts to seal again; {gone} key(s) gone.")

    def selftest(self, path):
        keys.self_test()
        opened = 0
        for row in ScopeKey.objects.filter(retired_at=None).iterator(chunk_size=500):
            keys.unwrap(row)
            opened += 1
        self.stdout.write(f"The key file {path} belongs to this database; {opened} scope key(s) opened.")
