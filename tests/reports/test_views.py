import csv
import io
import re

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Duty
from groups.models import Membership
from tests.factories import (
    NOW,
    CoachingGroupFactory,
    MembershipFactory,
    OrganizationRoleFactory,
    ProgramFactory,
)
from tests.reports.small_world import build_small_world, days, meeting
from tests.world import CAST

PAGE, FILE = "reports:participation", "reports:participation_csv"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def small(arranging):
    with arranging():
        return build_small_world()


@pytest.fixture
def office(arranging):
    with arranging():
        return OrganizationRoleFactory(role=Duty.HR)


def words(response):
    """What a reader sees: without tags, with single spaces."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(text.split())


def cells(response, marker, row):
    """The words of the cells of one table row."""
    body = re.search(rf'<tr data-{marker}="{row.pk}">(.*?)</tr>', response.content.decode(), flags=re.DOTALL)[1]
    return [
        " ".join(re.sub(r"<[^>]*>", " ", cell).split())
        for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", body, flags=re.DOTALL)
    ]


HAS_MEMBERSHIP = {"member", "peer", "unsigned", "newcomer", "elsewhere", "both", "facilitator", "other facilitator"}


@pytest.mark.parametrize("caller", CAST)
def test_the_report_is_for_hr_owners_and_members_of_the_organization(as_person, world, caller):
    opens = HAS_MEMBERSHIP | {"hr", "owner"}
    refused = {"nobody": 302, "coach": 403}

    response = as_person(world.people[caller]).get(reverse(PAGE, args=["meridian"]))

    assert (response.status_code, b"Harbor" in response.content) == (
        200 if caller in opens else refused.get(caller, 404), caller in opens,
    )  # fmt: skip


@pytest.mark.parametrize("caller", CAST)
def test_its_file_is_for_hr_and_owners_of_the_organization(as_person, world, caller):
    refused = {"nobody": 302, "coach": 403, "facilitator": 403, "other facilitator": 403}

    response = as_person(world.people[caller]).get(reverse(FILE, args=["meridian"]))

    opens = caller in {"hr", "owner"}
    assert (response.status_code, b"Harbor" in response.content) == (
        200 if opens else refused.get(caller, 404), opens,
    )  # fmt: skip


def same_for_all(response):
    """The page without its navigation, the tokens of its forms, and the links that only a duty can follow."""
    content = re.sub(r'<header class="masthead.*?</header>', "", response.content.decode(), flags=re.DOTALL)
    content = re.sub(r"<p[^>]* data-office>.*?</p>", "", content, flags=re.DOTALL)
    content = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", content)
    return re.sub(r"\n\s*\n", "\n", content)


@pytest.fixture
def ann(small, arranging):
    """A member of two groups of the small world."""
    with arranging():
        return Membership.objects.get(person__name="Ann Archer", group=small.harbor).person


@pytest.mark.parametrize("program", ["", "alpha", "beta", "empty"])
def test_members_open_exactly_the_page_that_hr_sees(as_person, small, ann, program):
    query = {"program": getattr(small, program).pk} if program else {}

    of_hr = as_person(small.hr).get(reverse(PAGE, args=["meridian"]), query)
    of_member = as_person(ann).get(reverse(PAGE, args=["meridian"]), query)

    assert same_for_all(of_member) == same_for_all(of_hr)
    assert "Members see this page too." in same_for_all(of_member)
    assert ("Harbor" in same_for_all(of_member)) == (program in ("", "alpha"))


@pytest.mark.parametrize("has_program", [False, True])
def test_members_open_that_page_also_while_it_is_empty(as_person, office, arranging, has_program):
    with arranging():
        member = MembershipFactory(
            group=CoachingGroupFactory(program=None, organization=office.organization, kind="pair")
        ).person
        if has_program:
            ProgramFactory(organization=office.organization)
    address = reverse(PAGE, args=[office.organization.slug])

    of_hr, of_member = as_person(office.person).get(address), as_person(member).get(address)

    assert same_for_all(of_member) == same_for_all(of_hr)
    assert ("Go to programs" in words(of_hr), "Go to programs" in words(of_member)) == (True, False)


def test_that_comparison_sees_a_number_that_differs(as_person, small, ann, arranging):
    of_hr = as_person(small.hr).get(reverse(PAGE, args=["meridian"]))
    with arranging():
        MembershipFactory(group=small.harbor)

    of_member = as_person(ann).get(reverse(PAGE, args=["meridian"]))

    assert same_for_all(of_member) != same_for_all(of_hr)


def test_what_hr_sees_leads_to_the_report_of_ones_organization(as_person, small, ann):
    response = as_person(ann).get(reverse("reports:what_hr_sees"))

    assert response["Location"] == reverse(PAGE, args=["meridian"])


def test_what_hr_sees_offers_the_organizations_of_whoever_has_several(as_person, small, ann, arranging):
    with arranging():
        other = MembershipFactory(person=ann).organization
        OrganizationRoleFactory(person=ann, role=Duty.FACILITATOR)

    response = as_person(ann).get(reverse("reports:what_hr_sees"))

    links = re.findall(r'href="(/o/[^"]*/report/)"', response.content.decode())
    assert sorted(links) == sorted(reverse(PAGE, args=[slug]) for slug in ("meridian", other.slug))


def test_what_hr_sees_leads_whoever_has_no_organization_to_what_is_promised(as_person, world):
    response = as_person(world.people["super"]).get(reverse("reports:what_hr_sees"))

    assert response["Location"] == reverse("trust")


@pytest.mark.parametrize("name", [PAGE, FILE])
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_report_can_only_be_read(as_person, world, name, method):
    response = getattr(as_person(world.people["hr"]), method)(reverse(name, args=["meridian"]))

    assert response.status_code == 405


@pytest.mark.parametrize("name", [PAGE, FILE])
@pytest.mark.parametrize("program", ["foreign", "unknown", "not an id"])
def test_a_program_of_another_organization_is_not_found_like_one_that_does_not_exist(as_person, world, name, program):
    ids = {"foreign": world.foreign_program.pk, "unknown": world.group.pk, "not an id": "1' OR true"}

    response = as_person(world.people["hr"]).get(reverse(name, args=["meridian"]), {"program": ids[program]})

    assert response.status_code == 404


def test_someone_with_a_duty_in_two_organizations_cannot_mix_them(as_person, world, arranging):
    with arranging():
        OrganizationRoleFactory(organization=world.foreign, person=world.people["hr"], role=Duty.HR)
    client = as_person(world.people["hr"])

    mixed = client.get(reverse(PAGE, args=["meridian"]), {"program": world.foreign_program.pk})
    foreign = client.get(reverse(PAGE, args=["boreal"]), {"program": world.foreign_program.pk})

    assert (mixed.status_code, foreign.status_code) == (404, 200)
    assert "Harbor" not in words(foreign)


def test_the_page_says_in_one_sentence_how_many_people_met(as_person, small):
    response = as_person(small.hr).get(reverse(PAGE, args=["meridian"]))

    assert "2 of 4 people met in the last four weeks." in words(response)
    assert "1 of 10 places has not been noted yet." in words(response)
    assert "This is all we can see. Members see this page too." in words(response)


def test_the_page_shows_each_group_and_program_with_its_numbers(as_person, small):
    response = as_person(small.hr).get(reverse(PAGE, args=["meridian"]))

    # invited, joined, signed, came, left, in the group now
    assert cells(response, "group", small.harbor) == ["Harbor", "5", "4", "3", "3", "1", "3"]
    assert cells(response, "group", small.lighthouse) == ["Lighthouse Ended 1 Feb 2027", "0", "3", "0", "2", "1", "2"]
    # held, ahead, cancelled, yes, late, no, attended, not noted, last met
    assert cells(response, "sessions", small.harbor) == [
        "Harbor", "2", "1", "1", "3", "2", "1", "4 of 6", "1", "7 Feb 2027",
    ]  # fmt: skip
    # state, groups, invited, joined, signed, sessions held, attended
    assert cells(response, "program", small.alpha) == ["Alpha", "Running", "2", "5", "7", "3", "3", "6 of 8"]
    assert cells(response, "program", small.empty) == [
        "Gamma",
        "Forming",
        "0",
        "0",
        "0",
        "0",
        "0",
        "not yet",
    ]


def test_the_picture_has_its_numbers_as_words_and_as_a_table(as_person, small):
    response = as_person(small.hr).get(reverse(PAGE, args=["meridian"]), {"program": small.alpha.pk})

    content = response.content.decode()
    assert '<svg class="chart__picture"' in content
    assert "5 invited, 7 joined, 3 signed, 5 came to a session." in words(response)
    assert "<style" not in content
    assert "style=" not in content


def test_a_chosen_program_is_shown_alone_and_so_is_its_file(as_person, small):
    client = as_person(small.hr)

    page = client.get(reverse(PAGE, args=["meridian"]), {"program": small.beta.pk})
    file = client.get(reverse(FILE, args=["meridian"]), {"program": small.beta.pk})

    assert "Participation beta" in words(page)
    assert "0 of 2 people met in the last four weeks." in words(page)
    assert ("Tide" in words(page), "Harbor" in words(page)) == (True, False)
    assert f"report.csv?program={small.beta.pk}" in page.content.decode()
    assert (b"Tide" in file.content, b"Harbor" in file.content) == (True, False)


def test_the_page_names_no_member_no_session_and_no_place(as_person, world):
    response = as_person(world.people["hr"]).get(reverse(PAGE, args=["meridian"]))

    shown = words(response)
    assert "Harbor" in shown
    hidden = [world.people[name].name for name in ("member", "peer", "unsigned", "former", "both", "elsewhere")]
    assert [name for name in [*hidden, world.session.title, world.participant.name] if f" {name} " in shown] == []


def test_an_organization_without_programs_is_told_what_to_do_next(as_person, office):
    response = as_person(office.person).get(reverse(PAGE, args=[office.organization.slug]))

    assert "No programs yet" in words(response)
    assert "Download as CSV" not in words(response)


def test_a_program_without_groups_is_told_what_to_do_next(as_person, office, arranging):
    with arranging():
        ProgramFactory(organization=office.organization)

    response = as_person(office.person).get(reverse(PAGE, args=[office.organization.slug]))

    assert "No groups yet" in words(response)
    assert "Download as CSV" not in words(response)


def test_where_every_group_has_ended_the_sentence_says_so(as_person, office, arranging):
    with arranging():
        group = CoachingGroupFactory(
            program=ProgramFactory(organization=office.organization), state="ended", ended_at=days(-7)
        )
        MembershipFactory(group=group)

    response = as_person(office.person).get(reverse(PAGE, args=[office.organization.slug]))

    assert "Nobody is in a running group now." in words(response)


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_of_the_page_does_not_grow(
    as_person, office, arranging, django_assert_num_queries, count
):
    with arranging():
        for _ in range(count):
            group = CoachingGroupFactory(program=ProgramFactory(organization=office.organization))
            member = MembershipFactory(group=group)
            meeting(group, days(-2), scheduled_by=member, presence={member: "present"})
    client = as_person(office.person)

    # login session, person; savepoint, context, places, organization with one's duties; savepoint, context of the
    # report; programs, groups with their counts, people who met, rhythm; release, context, release, context
    with django_assert_num_queries(16):
        response = client.get(reverse(PAGE, args=[office.organization.slug]))

    assert response.content.count(b"data-group=") == count


def test_names_are_shown_as_they_were_typed_and_never_run(as_person, office, arranging):
    with arranging():
        program = ProgramFactory(organization=office.organization, name="R&D <b>now</b>")
        CoachingGroupFactory(program=program, name="<script>alert(1)</script>")

    response = as_person(office.person).get(reverse(PAGE, args=[office.organization.slug]), {"program": program.pk})

    content = response.content.decode()
    assert "R&amp;D &lt;b&gt;now&lt;/b&gt;" in content
    assert "&lt;script&gt;alert(1)" in content
    assert ("<script>alert" in content, "&amp;amp;" in content) == (False, False)


def test_many_groups_come_page_by_page_and_the_total_stays_whole(as_person, office, arranging, monkeypatch):
    monkeypatch.setattr("reports.views.GROUPS_ON_A_PAGE", 2)
    with arranging():
        program = ProgramFactory(organization=office.organization)
        for group in CoachingGroupFactory.create_batch(3, program=program):
            MembershipFactory(group=group)

    response = as_person(office.person).get(reverse(PAGE, args=[office.organization.slug]), {"page": 2})

    assert response.content.count(b"data-group=") == 1
    assert "All 3 groups 0 3 0 0 0 3" in words(response)


def test_the_file_opens_in_a_spreadsheet_with_every_group_and_count(as_person, small):
    response = as_person(small.hr).get(reverse(FILE, args=["meridian"]))

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="participation-meridian-2027-02-08.csv"'
    assert response["Cache-Control"] == "no-store, private"
    assert response.content.startswith(b"\xef\xbb\xbf")
    heading, *rows = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    assert heading == [
        "Program", "Group", "State", "Ended on", "Invited", "Joined", "Signed", "Came to a session",
        "In the group now", "Left", "Sessions held", "Sessions ahead", "Sessions cancelled", "Answered yes",
        "Answered late", "Answered no", "Expected", "Attended", "Absent", "Attendance not recorded", "Last met on",
    ]  # fmt: skip
    assert [",".join(row) for row in rows] == [
        "Alpha,Harbor,Running,,5,4,3,3,3,1,2,1,1,3,2,1,6,4,1,1,2027-02-07",
        "Alpha,Lighthouse,Ended,2027-02-01,0,3,0,2,2,1,1,0,1,0,0,0,2,2,0,0,2027-01-25",
        "beta,Tide,Running,,0,2,0,2,2,0,1,0,0,0,0,0,2,2,0,0,2027-01-04",
    ]


def test_a_name_that_a_spreadsheet_would_run_is_made_harmless(as_person, office, arranging):
    with arranging():
        program = ProgramFactory(organization=office.organization, name="\t=1+1")
        CoachingGroupFactory(program=program, name="=HYPERLINK(A1)")

    response = as_person(office.person).get(reverse(FILE, args=[office.organization.slug]))

    row = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))[1]
    assert row[:2] == ["'\t=1+1", "'=HYPERLINK(A1)"]


def test_the_file_of_an_organization_without_groups_has_its_headings(as_person, office):
    response = as_person(office.person).get(reverse(FILE, args=[office.organization.slug]))

    assert len(response.content.decode().splitlines()) == 1
