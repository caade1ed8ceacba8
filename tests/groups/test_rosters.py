"""Rosters: columns are matched and remembered, a second file shows its difference, and a roster can be taken along."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from common.actor import acting_as
from common.fences import HR
from groups.models import Participant, RosterUpload
from groups.roster import read_roster
from groups.services import rosters
from tests.factories import NOW, InvitationFactory, ParticipantFactory, RosterUploadFactory

ODD = "Correo;Vorname;Nachname;Abteilung\nada@example.com;Ada;Byron;Maths\n"


@pytest.fixture
def hr(world, as_person):
    return as_person(world.people["hr"])


@pytest.fixture
def in_office(world):
    return lambda: acting_as(HR, person=world.people["hr"], organization=world.organization)


def upload(hr, world, text, program=None):
    url = reverse("groups:program", args=["meridian", (program or world.forming).pk])
    return hr.post(url, {"file": SimpleUploadedFile("roster.csv", text.encode(), "text/csv")}, follow=True)


def staged(world, text):
    return RosterUploadFactory(program=world.forming, content=text.encode())


def people(world):
    rows = Participant.objects.filter(program=world.forming, withdrawn_at=None).exclude(pk=world.participant.pk)
    return dict(rows.values_list("email", "name"))


def test_headings_that_nobody_knows_are_matched_once_and_remembered(hr, world, in_office):
    page = upload(hr, world, ODD)
    assert page.redirect_chain[-1][0].endswith("/columns/")
    assert "Abteilung" in page.content.decode()
    preview = hr.post(
        page.redirect_chain[-1][0], {"email": "0", "first_name": "1", "last_name": "2", "team": "3"}, follow=True
    )
    assert [(row.name, row.team) for row, _problems in preview.context["rows"]] == [("Ada Byron", "Maths")]

    again = upload(hr, world, ODD.replace("Ada", "Augusta").replace("Correo", "CORREO "), world.program)

    assert [row.name for row, _problems in again.context["rows"]] == ["Augusta Byron"]


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({"first_name": "1"}, "email", "Say which column holds the e-mail addresses."),
        ({"email": "0"}, "name", "Say which column holds the names"),
        ({"email": "0", "name": "0"}, "name", "This column is chosen for “E-mail address” as well."),
    ],
)
def test_columns_that_cannot_be_are_refused_in_words(hr, world, data, field, sentence):
    page = upload(hr, world, ODD)

    answer = hr.post(page.redirect_chain[-1][0], data)

    assert answer.status_code == 422
    assert sentence in answer.context["form"].errors[field][0]


def test_first_and_last_name_are_a_name_by_themselves():
    reading = read_roster(b"Surname,E-Mail,Given name\nByron,ada@example.com,Ada\n")

    assert ([row.name for row in reading.rows], reading.problems) == (["Ada Byron"], ())


def test_a_second_file_shows_what_it_changes_column_by_column(hr, world, arranging):
    with arranging():
        ParticipantFactory(program=world.forming, email="Ada@example.com", name="Ada", team="Old", level=3)

    page = upload(hr, world, "email,name,team\nada@example.com,Ada,New\n")

    ((change, fields),) = page.context["changes"]
    assert [(str(label), before, now) for label, before, now in fields] == [("Team", "Old", "New")]
    assert "Old" in page.content.decode()
    assert change.participant.level == 3


def test_a_column_that_a_file_does_not_have_stays_as_it_is(world, arranging, in_office):
    with arranging():
        ada = ParticipantFactory(program=world.forming, email="ada@example.com", name="Ada", team="Old", level=3)
        file = staged(world, "email,name\nada@example.com,Ada Byron\n")
    with in_office():
        rosters.accept_roster(upload=file, now=NOW)
        ada.refresh_from_db()

    assert (ada.name, ada.team, ada.level) == ("Ada Byron", "Old", 3)


def test_who_is_missing_stays_unless_ticked_and_never_goes_from_a_group(world, arranging, in_office):
    with arranging():
        stays, goes, invited = (
            ParticipantFactory(program=world.forming, email=f"{name}@example.com") for name in ("stays", "goes", "in")
        )
        InvitationFactory(group=world.group, participant=invited, email=invited.email)
        file = staged(world, "email,name\nnew@example.com,New\n")
    with in_office():
        plan = rosters.plan_roster(RosterUpload.objects.get(pk=file.pk))
        result = rosters.accept_roster(upload=file, now=NOW, withdraw=[str(goes.pk), str(invited.pk), "nonsense"])
        left = set(people(world))

    assert invited in plan.placed
    assert {stays, goes} <= set(plan.missing)
    assert result == (1, 0, 1)
    assert left == {"new@example.com", "stays@example.com", "in@example.com"}


def test_who_was_taken_off_comes_back_with_a_file(world, arranging, in_office):
    with arranging():
        ParticipantFactory(program=world.forming, email="ada@example.com", name="Ada", withdrawn_at=NOW)
        file = staged(world, "email,name\nada@example.com,Ada\n")
    with in_office():
        assert rosters.plan_roster(RosterUpload.objects.get(pk=file.pk)).changed[0].is_back
        assert rosters.accept_roster(upload=file, now=NOW) == (0, 1, 0)
        assert people(world) == {"ada@example.com": "Ada"}


def test_accepting_takes_as_many_statements_for_300_as_for_3(world, arranging, in_office):
    def statements(count):
        old = "".join(f"old{count}x{n}@example.com,New name\n" for n in range(count))
        new = "".join(f"new{count}x{n}@example.com,Somebody\n" for n in range(count))
        with arranging():
            Participant.objects.bulk_create(
                ParticipantFactory.build(
                    program=world.forming, organization=world.organization, email=f"old{count}x{n}@example.com"
                )
                for n in range(count)
            )
            file = staged(world, f"email,name\n{old}{new}")
        with (
            in_office(),
            CaptureQueriesContext(
                connection,
            ) as found,
        ):
            assert rosters.accept_roster(upload=file, now=NOW)[:2] == (count, count)
        return len(found)

    assert statements(3) == statements(300)


def test_the_roster_is_taken_along_and_nothing_in_it_runs(hr, world, arranging):
    with arranging():
        ParticipantFactory(
            program=world.forming, email="ada@example.com", name="=cmd()", level=2, goals=["Delegate", "Listen"]
        )
    csv, xlsx = (
        hr.get(reverse(f"groups:roster_{kind}", args=["meridian", world.forming.pk])) for kind in ("csv", "xlsx")
    )

    rows = list(load_workbook(io.BytesIO(xlsx.content)).active.iter_rows(values_only=True))
    assert ["'=cmd()", 2, "Delegate; Listen"] in [[row[1], row[4], row[11]] for row in rows]
    assert '"\'=cmd()"' in csv.content.decode("utf-8-sig")
    for file in (csv.content, xlsx.content):
        (ada,) = (row for row in read_roster(file).rows if row.email == "ada@example.com")
        assert (ada.level, ada.goals) == (2, ("Delegate", "Listen"))
