"""Programs and rosters: what HR sees before and after accepting a file."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from common.actor import acting_as
from common.fences import HR
from groups.models import Participant, Program, RosterUpload
from groups.services import rosters as services
from tests.factories import NOW, ParticipantFactory, ProgramFactory, RosterUploadFactory

SENATE = Path(__file__).resolve().parents[3] / "shared/data/rosters/senate.csv"
INVENTED = Path(__file__).resolve().parents[1] / "data/roster.csv"
ROSTERS = {"invented": (INVENTED, 60)} | ({"senate": (SENATE, 100)} if SENATE.exists() else {})


@pytest.fixture
def hr(world, as_person):
    return as_person(world.people["hr"])


@pytest.fixture
def in_office(world):
    return lambda: acting_as(HR, person=world.people["hr"], organization=world.organization)


def upload(hr, world, content):
    url = reverse("groups:program", args=["meridian", world.forming.pk])
    return hr.post(url, {"file": SimpleUploadedFile("roster.csv", content, "text/csv")}, follow=True)


@pytest.mark.parametrize(("path", "people"), list(ROSTERS.values()), ids=list(ROSTERS))
def test_a_roster_is_previewed_row_by_row_and_nothing_is_written(hr, world, in_office, path, people):
    response = upload(hr, world, path.read_bytes())

    with in_office():
        on_roster = list(Participant.objects.filter(program=world.forming))
    assert on_roster == [world.participant]
    assert response.status_code == 200
    assert len(response.context["plan"].reading.rows) == people
    assert len(response.context["rows"]) == min(people, 100)
    assert b"Accept the roster" in response.content


@pytest.mark.parametrize(("path", "rows"), list(ROSTERS.values()), ids=list(ROSTERS))
def test_accepting_writes_every_row_once_and_keeps_no_file(hr, world, in_office, path, rows):
    preview = upload(hr, world, path.read_bytes())
    url = reverse("groups:roster_accept", args=["meridian", world.forming.pk, preview.context["upload"].pk])

    first, second = hr.post(url), hr.post(url)

    with in_office():
        assert Participant.objects.filter(program=world.forming).count() == rows + 1
        assert bytes(RosterUpload.objects.get(pk=preview.context["upload"].pk).content) == b""
    assert (first.status_code, second.status_code) == (302, 302)


def test_a_file_with_errors_shows_them_by_line_and_cannot_be_accepted(hr, world, in_office):
    response = upload(hr, world, b"email,name\ngood@example.com,Good One\nnot an address,Bad One\n")
    url = reverse("groups:roster_accept", args=["meridian", world.forming.pk, response.context["upload"].pk])
    hr.post(url)

    assert b"Accept the roster" not in response.content
    assert [problem.line for _row, problems in response.context["rows"] for problem in problems] == [3]
    with in_office():
        assert Participant.objects.filter(program=world.forming).count() == 1


def long_file(people, wrong=()):
    """A file with so many people, on lines from 2 on; those on the wrong lines have no address."""
    addresses = ["nobody" if line in wrong else f"p{line}@example.com" for line in range(2, people + 2)]
    lines = [f"{address},Person {number}." for number, address in enumerate(addresses, 1)]
    return "\n".join(["email,name", *lines]).encode()


def page_of(hr, preview, number):
    return hr.get(f"{preview.redirect_chain[-1][0]}?page={number}")


def test_a_long_file_is_previewed_in_pages_up_to_its_last_row(hr, world):
    first = upload(hr, world, long_file(250))
    last = page_of(hr, first, 3)

    assert first.context["page"].paginator.num_pages == 3
    assert [len(response.context["rows"]) for response in (first, last)] == [100, 50]
    assert b"Person 100." in first.content
    assert b"Person 101." not in first.content
    assert b"Person 250." in last.content
    assert b"Person 200." not in last.content
    assert b"250 new people" in first.content
    assert b"250 new people" in last.content
    assert b"Accept the roster" in first.content
    assert b"Accept the roster" in last.content


def test_lines_with_errors_are_listed_on_top_with_the_page_they_are_on(hr, world):
    first = upload(hr, world, long_file(250, wrong={3, 17, 204}))
    third = page_of(hr, first, 3)

    places = [(1, 3), (1, 17), (3, 204)]
    links = ", ".join(f'<a href="?page={page}#line-{line}">{line}</a>' for page, line in places)
    for response in (first, third):
        assert f"Errors on lines {links}." in response.content.decode()
    assert b'id="line-17"' in first.content
    assert b'id="line-204"' not in first.content
    assert b'id="line-204"' in third.content


def test_only_the_first_lines_with_errors_are_listed(hr, world):
    response = upload(hr, world, long_file(250, wrong=set(range(2, 252))))

    content = response.content.decode()
    assert content.count("#line-") == 50
    assert '<a href="?page=1#line-51">51</a> and more.' in content


def test_a_hostile_file_makes_a_small_page(hr, world, in_office):
    lines = [f"p{number}@example.com,Person {number},{'=1;' * 20_000}" for number in range(20)]
    response = upload(hr, world, "\n".join(["email,name,goals", *lines]).encode())

    assert response.status_code == 200
    assert [len(problems) for _row, problems in response.context["rows"]] == [1] * 20
    assert len(response.content) < 50_000
    assert b"Accept the roster" not in response.content


def test_accepting_again_changes_known_people_and_adds_new_ones(world, in_office, arranging):
    with arranging():
        ParticipantFactory(program=world.forming, email="ada@example.com", name="Ada", team="Old team")
        staged = RosterUploadFactory(
            program=world.forming,
            content=b"email,name,team\nADA@example.com,Ada,New team\nbo@example.com,Bo,Sales\n",
        )

    with in_office():
        plan = services.plan_roster(RosterUpload.objects.get(pk=staged.pk))
        result = services.accept_roster(upload=staged, now=NOW)
        teams = dict(Participant.objects.filter(program=world.forming).values_list("email", "team"))

    assert ([row.email for row in plan.new], [one.row.email for one in plan.changed]) == (
        ["bo@example.com"],
        ["ada@example.com"],
    )
    assert result == (1, 1, 0)
    assert teams == {"ada@example.com": "New team", "bo@example.com": "Sales", world.participant.email: ""}


def test_a_file_can_be_forgotten(hr, world, in_office):
    response = hr.post(reverse("groups:roster_drop", args=["meridian", world.forming.pk, world.upload.pk]))

    assert response.status_code == 302
    with in_office():
        assert not RosterUpload.objects.filter(pk=world.upload.pk).exists()


def test_an_upload_of_another_program_is_not_found_under_this_one(hr, world):
    url = reverse("groups:roster", args=["meridian", world.program.pk, world.upload.pk])

    assert hr.get(url).status_code == 404


def test_an_empty_choice_of_file_is_said_in_words(hr, world):
    response = hr.post(reverse("groups:program", args=["meridian", world.forming.pk]), {})

    assert response.status_code == 422
    assert response.context["form"].errors["file"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"size_min": 7}, "size_target"),
        ({"size_max": 40}, "size_max"),
        ({"starts_on": "2027-05-01", "ends_on": "2027-04-01"}, "ends_on"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
    ],
)
def test_a_program_with_a_mistake_comes_back_with_what_was_typed(hr, world, in_office, change, field):
    data = {"name": "Spring", "timezone": "UTC", "size_min": 4, "size_target": 6, "size_max": 8, "level_band": 1}
    response = hr.post(reverse("groups:program_new", args=["meridian"]), {**data, **change})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    with in_office():
        assert Program.objects.filter(organization=world.organization).count() == 2


@pytest.mark.parametrize("count", [1, 3])
def test_program_list_query_count_does_not_grow(hr, world, arranging, django_assert_num_queries, count):
    with arranging():
        ProgramFactory.create_batch(count, organization=world.organization)

    # login session, person; savepoint, context, places, duties; savepoint, context; count, programs;
    # release, context back; release, context back
    with django_assert_num_queries(14):
        response = hr.get(reverse("groups:programs", args=["meridian"]))

    assert response.content.count(b"rows__title") == count + 2


@pytest.mark.parametrize("count", [1, 3])
def test_program_page_query_count_does_not_grow(hr, world, arranging, django_assert_num_queries, count):
    with arranging():
        ParticipantFactory.create_batch(count, program=world.forming)

    # as above, with: program, count, groups, formation, roster (instead of count, programs)
    with django_assert_num_queries(18):
        response = hr.get(reverse("groups:program", args=["meridian", world.forming.pk]))

    assert len(response.context["page"].object_list) == count + 1


def test_a_file_of_40_mb_is_refused_unread_with_the_limit(hr, world):
    response = upload(hr, world, b"x" * 40_000_000)

    assert response.status_code == 422
    assert b"larger than 5 MB, which is the limit" in response.content
