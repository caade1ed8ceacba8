"""Who facilitates how much, and who could take one group more."""

import pytest
from django.db import ProgrammingError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Duty, OrganizationRole
from common.actor import acting_as
from common.fences import HR
from groups.models import CoachingGroup, Membership, Participant
from tests.factories import (
    CoachingGroupFactory,
    MembershipFactory,
    OrganizationFactory,
    OrganizationRoleFactory,
    ParticipantFactory,
    PersonFactory,
    ProgramFactory,
)

PAGE = reverse("groups:facilitators", args=["quay"])
FACILITATOR = Membership.Role.FACILITATOR


class Quay:
    """HR, and four who facilitate: Jonas has Harbor, Mira has none, Otto takes on none, and Petra reports to Amara."""

    def __init__(self):
        self.organization = OrganizationFactory(slug="quay")
        self.program = ProgramFactory(organization=self.organization, name="Leading", size_min=2, state="running")
        self.hr = PersonFactory(name="Hanne")
        OrganizationRoleFactory(organization=self.organization, person=self.hr, role=Duty.HR)
        for name, most in (("Jonas", 1), ("Mira", 2), ("Otto", 0), ("Petra", 2)):
            person = PersonFactory(name=name, email=f"{name.lower()}@quay.example")
            setattr(self, name.lower(), person)
            OrganizationRoleFactory(
                organization=self.organization, person=person, role=Duty.FACILITATOR, most_groups=most
            )
        self.harbor = self.group("Harbor", self.jonas)
        self.amara = ParticipantFactory(program=self.program, name="Amara", email="amara@quay.example", team="Tax")
        MembershipFactory(group=self.harbor, person=PersonFactory(name="Amara"), participant=self.amara)
        under_amara = {"manager_email": "amara@quay.example", "team": "Law"}
        ParticipantFactory(program=self.program, name="Petra", email="Petra@quay.example", **under_amara)

    def group(self, name, person=None):
        group = CoachingGroupFactory(program=self.program, name=name)
        if person:
            MembershipFactory(group=group, person=person, role=FACILITATOR)
        return group

    def most(self):
        return dict(
            OrganizationRole.objects.filter(organization=self.organization, role=Duty.FACILITATOR).values_list(
                "person__name", "most_groups"
            )
        )

    def posted(self, **most):
        names = {"Jonas": 1, "Mira": 2, "Otto": 0, "Petra": 2, **most}
        return {f"most_{getattr(self, name.lower()).pk}": number for name, number in names.items()}

    @property
    def replace(self):
        jonas = Membership.objects.get(group=self.harbor, person=self.jonas)
        return reverse("groups:facilitator_replace", args=["quay", self.harbor.pk, jonas.pk])


@pytest.fixture
def quay(arranging):
    with arranging():
        return Quay()


def words(response):
    return " ".join(response.content.decode().split())


def test_everybody_stands_there_with_their_groups_and_their_room(as_person, quay, arranging):
    with arranging():
        quay.group("Lantern")
        CoachingGroup.objects.filter(pk=quay.group("Old", quay.mira).pk).update(state="ended")

    page = words(as_person(quay.hr).get(PAGE))

    assert "1 group of 1" in page
    assert page.count("0 groups of 2 · room for 2 more") == 2
    assert "Name a facilitator for Lantern" in page
    assert "for Harbor" not in page
    assert ">Old<" not in page


def test_who_has_more_than_they_take_on_is_said(as_person, quay, arranging):
    with arranging():
        quay.group("Quay", quay.jonas)

    assert "2 groups of 1 · more than they take on" in words(as_person(quay.hr).get(PAGE))


def test_the_page_asks_as_often_for_many_as_for_few(as_person, quay, arranging):
    def count():
        with CaptureQueriesContext(connection) as queries:
            as_person(quay.hr).get(PAGE)
        return len(queries)

    few = count()
    with arranging():
        for number in range(20):
            person = PersonFactory()
            OrganizationRoleFactory(organization=quay.organization, person=person, role=Duty.FACILITATOR)
            quay.group(f"Group {number}", person)

    assert count() == few


def test_hr_says_how_many_each_takes_on(as_person, quay, arranging):
    address = reverse("groups:facilitators_most", args=["quay"])

    assert as_person(quay.hr).post(address, quay.posted(Mira=5)).status_code == 302

    with arranging():
        assert quay.most() == {"Jonas": 1, "Mira": 5, "Otto": 0, "Petra": 2}


@pytest.mark.parametrize("bad", ["", "-1", "21", "many"])
def test_a_number_that_is_none_is_refused_and_what_was_typed_stays(as_person, quay, arranging, bad):
    answer = as_person(quay.hr).post(reverse("groups:facilitators_most", args=["quay"]), quay.posted(Mira=bad, Jonas=7))

    assert answer.status_code == 422
    assert "Mira: Write a number from 0 to 20.</p>" in words(answer)
    assert 'value="7"' in words(answer)
    with arranging():
        assert quay.most() == {"Jonas": 1, "Mira": 2, "Otto": 0, "Petra": 2}


def test_who_only_facilitates_looks_and_changes_nothing(as_person, quay):
    mira = as_person(quay.mira)

    assert "Takes on at most" not in words(mira.get(PAGE))
    assert mira.post(reverse("groups:facilitators_most", args=["quay"]), quay.posted()).status_code == 403


def test_the_database_lets_the_office_change_that_number_and_no_duty(quay):
    roles = OrganizationRole.objects.filter(organization=quay.organization)
    with acting_as(HR, person=quay.hr, organization=quay.organization):
        assert roles.update(most_groups=3) == 4  # facilitators: HR's own row is not one
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        acting_as(HR, person=quay.hr, organization=quay.organization),
    ):
        roles.update(role=Duty.OWNER)


def test_no_office_changes_the_number_of_another_organization(quay, arranging):
    with arranging():
        elsewhere = OrganizationRoleFactory(organization=OrganizationFactory(), role=Duty.FACILITATOR, most_groups=4)
    with acting_as(HR, person=quay.hr, organization=quay.organization):
        assert OrganizationRole.objects.filter(pk=elsewhere.pk).update(most_groups=1) == 0


# Substitution ---------------------------------------------------------------------------------------------------------


def test_who_could_take_the_group_stands_first_with_what_speaks_against_the_others(as_person, quay, arranging):
    with arranging():
        address = quay.replace
    page = words(as_person(quay.hr).get(address))

    said = ["Mira · 0 of 2 groups · nothing stands against it", "Otto · 0 of 0 groups · has no room", "Petra · 0 of 2"]
    assert [page.index(one) for one in said] == sorted(page.index(one) for one in said)
    assert "The facilitator reports to Amara" in page
    assert "Jonas ·" not in page


def test_no_language_in_common_speaks_against_somebody_and_forbids_nothing(as_person, quay, arranging):
    with arranging():
        address = quay.replace
        Participant.objects.filter(pk=quay.amara.pk).update(languages=["Danish"])
        ParticipantFactory(program=quay.program, name="Mira", email="mira@quay.example", languages=["Thai"], team="IT")
    page = words(as_person(quay.hr).get(address))

    assert "Mira · 0 of 2 groups · The facilitator lists no language that this group has in common." in page
    assert as_person(quay.hr).post(address, {"person": quay.mira.pk}).status_code == 302
    with arranging():
        assert Membership.objects.filter(group=quay.harbor, person=quay.mira, left_at=None).exists()
