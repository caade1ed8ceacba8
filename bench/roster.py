"""How fast a roster is read: ``python bench/roster.py --json`` uploads 5,000 people. See docs/benchmarks.md.

The last line of ``--json`` is one object: figure → value, floor, ratio, reach, ok.

- ``csv seconds``, ``xlsx seconds``: from the upload of a file until its preview is there; the floor is the bare library
  (csv, openpyxl) that reads the same bytes.
- ``accept seconds``: until the file is in the roster, half of its people new and half of them changed; the floor is one
  INSERT of the same rows.
- ``accept queries``: how many statements that takes for 300 people, and for 3; ``ok`` when both are the same.
"""

import csv
import io
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from bench.command import figure, run, say  # noqa: E402  # only now is there a path to it

PEOPLE, QUICK_PEOPLE, TIMES = 5000, 200, 3
SECONDS = 5
FEW, MANY = 3, 300
HEADING = (
    "email", "name", "team", "manager_email", "level", "years_in_role", "function", "location", "timezone", "gender",
    "languages", "goals",
)  # fmt: skip
WORDS = ("Harbor", "Meadow", "Quarry", "Ridge", "Orchard", "Summit", "Delta", "Grove", "Canyon", "Prairie")


def measure(conninfo, options):
    """Fill an organization and return the figures."""
    people = QUICK_PEOPLE if options.quick else PEOPLE
    office = Office()
    text, book = as_csv(rows(people)), as_workbook(rows(people))
    figures = {}
    for name, content, bare in (("csv", text, read_csv), ("xlsx", book, read_workbook)):
        say(f"{people:,} people as {name}, {len(content):,} bytes")
        ours = median_of(lambda content=content, name=name: office.upload(content, f"roster.{name}"))
        floor = median_of(lambda content=content, bare=bare: bare(content))
        figures[f"{name} seconds"] = figure(ours, floor, SECONDS, by_value=True)
    say("Accepting")
    figures["accept seconds"] = figure(*office.accept(people), SECONDS, by_value=True)
    few, many = office.statements(FEW), office.statements(MANY)
    figures["accept queries"] = {**figure(many, few, few, by_value=True), "ok": many == few}
    return figures


def rows(people, *, mark="p", team="Team"):
    """People as a file has them: each with everything that a roster can say."""
    for n in range(people):
        name = f"{WORDS[n % 10]}{n} {WORDS[n // 10 % 10]}{n // 7}"
        yield (
            f"{mark}{n}@bench.example", name, f"{team} {n % (people // 6 + 1)}", f"{mark}{n // 7}@bench.example",
            n % 5 + 1, n % 20 + 0.5, WORDS[n % 9], WORDS[n % 7], "Europe/Berlin", "fm"[n % 2], "en; de",
            "Listen before I speak; Delegate; Say no",
        )  # fmt: skip


def as_csv(people):
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([HEADING, *people])
    return stream.getvalue().encode()


def as_workbook(people):
    from common.workbooks import guarded_workbook

    return guarded_workbook([HEADING, *people])


def read_csv(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_workbook(content):
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    return list(book.worksheets[0].iter_rows(values_only=True))


def median_of(act):
    return statistics.median(seconds_of(act) for _ in range(TIMES))


def seconds_of(act):
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


class Office:
    """HR of one organization, signed in, with a program whose roster is being made."""

    def __init__(self):
        from accounts.models import Duty, Organization, OrganizationRole, Person
        from bench.visits import signed_in
        from common.actor import acting_as
        from common.bootstrap import ARRANGER
        from groups.services.programs import create_program

        self.person = Person.objects.create(name="Hanna Roth", email="hanna@bench.example")
        with acting_as(ARRANGER):
            self.organization = Organization.objects.create(name="Bench", slug="bench")
            OrganizationRole.objects.create(organization=self.organization, person=self.person, role=Duty.HR)
        with self.acting():
            self.program = create_program(organization=self.organization, by=self.person, name="Roster")
        self.client = signed_in(self.person)

    def acting(self):
        from common.actor import acting_as
        from common.fences import HR

        return acting_as(HR, person=self.person, organization=self.organization)

    def upload(self, content, filename):
        """Upload and look; anything but the preview of a file that can be accepted is an error."""
        from django.core.files.uploadedfile import SimpleUploadedFile
        from django.urls import reverse

        url = reverse("groups:program", args=[self.organization.slug, self.program.pk])
        page = self.client.post(url, {"file": SimpleUploadedFile(filename, content)}, follow=True)
        if page.status_code != 200 or "Accept the roster" not in page.content.decode():
            raise AssertionError(f"{filename} cannot be accepted: {page.status_code}")

    def staged(self, content):
        from groups.services import rosters

        with self.acting():
            return rosters.stage_roster(program=self.program, filename="r.csv", content=content, by=self.person)

    def accept(self, people):
        """Seconds until a file is accepted that changes half of its people, and those of one bare INSERT."""
        from django.db import transaction
        from django.utils import timezone

        from groups.models import Participant
        from groups.services import rosters

        half = people // 2
        self._accept(as_csv(rows(half, mark="a")))
        upload = self.staged(as_csv([*rows(half, mark="a", team="Crew"), *rows(half, mark="b")]))
        with self.acting():
            ours = seconds_of(lambda: rosters.accept_roster(upload=upload, now=timezone.now()))
            place = {"organization": self.organization, "program": self.program}
            bare = [Participant(**place, email=row[0].replace("@", "@x."), name=row[1]) for row in rows(people)]
            with transaction.atomic():
                floor = seconds_of(lambda: Participant.objects.bulk_create(bare))
                transaction.set_rollback(True)
        return ours, floor

    def statements(self, people):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self._accept(as_csv(rows(people, mark="old")))
        content = as_csv([*rows(people, mark="old", team=f"New {people}"), *rows(people, mark=f"new{people}x")])
        with CaptureQueriesContext(connection) as found:
            self._accept(content)
        return len(found)

    def _accept(self, content):
        from django.utils import timezone

        from groups.services import rosters

        upload = self.staged(content)
        with self.acting():
            rosters.accept_roster(upload=upload, now=timezone.now())


if __name__ == "__main__":
    sys.exit(run(measure, description=__doc__.splitlines()[0], seconds_limit=60))
