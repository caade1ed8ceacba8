"""Facilitators, latecomers and whoever comes back; and the end of one group."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Duty
from common.actor import acting_as
from common.fences import HR, MEMBER, WORKER
from common.models import AuditEntry
from common.tokens import token_for
from goals.models import Goal
from groups.models import CoachingGroup, Invitation, Membership
from groups.services import forming, going, joining, placing
from nudges.kinds import NotWanted, kind_named
from nudges.models import Nudge
from tests.factories import (
    CharterFactory,
    CoachingGroupFactory,
    GoalFactory,
    InvitationFactory,
    MembershipFactory,
    OrganizationFactory,
    OrganizationRoleFactory,
    ParticipantFactory,
    PersonFactory,
    ProgramFactory,
)

FACILITATOR = Membership.Role.FACILITATOR


@pytest.fixture
def office(arranging):
    """A group of two members and Jonas that has begun, of a program of two to three; HR; and Mira, who has the duty."""
    with arranging():
        organization = OrganizationFactory(name="Quay", slug="quay")
        program = ProgramFactory(organization=organization, size_min=2, size_target=3, size_max=3, state="running")
        group = CoachingGroupFactory(program=program, name="Harbor")
        CharterFactory(group=group)
        rows = [
            ParticipantFactory(program=program, name=name, team=name, manager_email="boss@quay.example", level=4)
            for name in ("Amara", "Lin")
        ]
        people = [PersonFactory(name=row.name, email=row.email) for row in rows]
        members = [
            MembershipFactory(group=group, person=person, participant=row)
            for person, row in zip(people, rows, strict=True)
        ]
        jonas = MembershipFactory(group=group, person=PersonFactory(name="Jonas"), role=FACILITATOR)
        mira = PersonFactory(name="Mira", email="mira@quay.example")
        hr = PersonFactory(name="Hanne")
        for person, duty in ((jonas.person, Duty.FACILITATOR), (mira, Duty.FACILITATOR), (hr, Duty.HR)):
            OrganizationRoleFactory(organization=organization, person=person, role=duty)
        goal = GoalFactory(membership=members[0])
        late = ParticipantFactory(program=program, name="Noor", team="Tax", level=5)
    return SimpleNamespace(
        organization=organization, program=program, group=group, members=members, rows=rows, jonas=jonas, mira=mira,
        hr=hr, goal=goal, late=late,
    )  # fmt: skip


def url(name, office, *args):
    return reverse(f"groups:{name}", args=["quay", office.group.pk, *args])


def sign(person, group):
    with acting_as(MEMBER, person=person):
        charter = joining.newest_charter(group)
        joining.sign_charter(charter=charter, read=str(charter.pk))


def goals_of(person):
    with acting_as(MEMBER, person=person):
        return list(Goal.objects.all())


def facilitators(office, arranging):
    with arranging():
        serving = Membership.objects.filter(group=office.group, role=FACILITATOR, left_at=None)
        return sorted(serving.values_list("person__name", flat=True))


def owed(arranging):
    with arranging():
        return sorted(Nudge.objects.values_list("kind", "recipient__name", "email"), key=str)


def replace(as_person, office, person=None, by=None):
    return as_person(by or office.hr).post(
        url("facilitator_replace", office, office.jonas.pk), {"person": (person or office.mira).pk}
    )


# Facilitators -------------------------------------------------------------------------------------------------------


def test_the_page_says_what_replacing_means_and_changes_nothing(as_person, office, arranging):
    page = as_person(office.hr).get(url("facilitator_replace", office, office.jonas.pk)).content.decode()

    assert "Jonas reads nothing of the group from the next moment" in page
    assert "reads nothing of it until they and everybody in the group have signed the charter again" in page
    assert "Mira · 0 of 2 groups" in page
    assert "Jonas · " not in page
    assert facilitators(office, arranging) == ["Jonas"]


def test_replacing_ends_the_old_ones_access_and_the_new_one_waits_for_everybody(as_person, office, arranging):
    old = as_person(office.jonas.person)
    page = reverse("groups:group", args=[office.group.pk])
    before = old.get(page).status_code

    answer = replace(as_person, office)

    assert answer.url == url("office_group", office)
    assert (before, old.get(page).status_code) == (200, 404)
    assert goals_of(office.jonas.person) == []
    readable = [goals_of(office.mira)]
    for person in (office.mira, *(member.person for member in office.members)):
        sign(person, office.group)
        readable.append(goals_of(office.mira))
    assert readable == [[], [], [], [office.goal]]
    assert facilitators(office, arranging) == ["Mira"]


def test_both_are_told_and_it_is_noted(as_person, office, arranging):
    replace(as_person, office)

    assert owed(arranging) == [("group_assigned", "Mira", ""), ("membership_ended", "Jonas", "")]
    with acting_as(MEMBER, person=office.members[0].person):
        acts = list(AuditEntry.objects.order_by("act").values_list("act", "actor_id", "subject_id"))
    assert acts == [
        ("facilitator_named", office.hr.pk, office.mira.pk),
        ("membership_replaced", office.hr.pk, office.jonas.person_id),
        ("newcomer_came", office.hr.pk, office.mira.pk),
    ]


def test_the_mails_fit_a_group_that_has_begun(as_person, office, arranging):
    replace(as_person, office)
    with arranging():
        nudges = {nudge.kind: nudge for nudge in Nudge.objects.all()}

    with acting_as(WORKER):
        said = {kind: kind_named(kind).build(nudge, timezone.now()).context for kind, nudge in nudges.items()}

    assert said["group_assigned"]["has_begun"] is True
    assert said["membership_ended"]["what_happened"] == "Somebody else facilitates the group now."


def test_no_mail_calls_somebody_to_a_group_they_no_longer_facilitate(as_person, office, arranging):
    replace(as_person, office)
    with arranging():
        nudge = Nudge.objects.get(kind="group_assigned")
        Membership.objects.filter(person=office.mira).update(left_at=timezone.now())

    with pytest.raises(NotWanted), acting_as(WORKER):
        kind_named("group_assigned").build(nudge, timezone.now())


def test_a_facilitator_hands_over_to_another(as_person, office, arranging):
    page = as_person(office.jonas.person).get(reverse("groups:group", args=[office.group.pk]))

    replace(as_person, office, by=office.jonas.person)

    assert url("office_group", office) in page.content.decode()
    assert facilitators(office, arranging) == ["Mira"]
    assert goals_of(office.jonas.person) == []


def test_a_second_facilitator_comes_beside_the_first(as_person, office, arranging):
    as_person(office.hr).post(url("facilitator", office), {"person": office.mira.pk})

    assert facilitators(office, arranging) == ["Jonas", "Mira"]
    assert owed(arranging) == [("group_assigned", "Mira", "")]
    assert goals_of(office.jonas.person) == [office.goal]
    assert goals_of(office.mira) == []


def test_in_a_group_that_has_not_begun_the_new_one_reads_from_their_own_signature(as_person, office, arranging):
    with arranging():
        Membership.objects.filter(group=office.group).update(admitted_at=None)
    replace(as_person, office)

    sign(office.mira, office.group)

    with acting_as(MEMBER, person=office.mira):
        assert Membership.objects.current(office.mira).get().admitted_at is not None


@pytest.mark.parametrize("who", ["no duty", "of another organization", "in the group already"])
def test_only_those_with_the_duty_who_are_not_there_can_be_named(as_person, office, arranging, who):
    with arranging():
        person = {
            "no duty": PersonFactory(),
            "of another organization": OrganizationRoleFactory(role=Duty.FACILITATOR).person,
            "in the group already": office.jonas.person,
        }[who]

    answer = as_person(office.hr).post(url("facilitator", office), {"person": person.pk})

    assert answer.status_code == 422
    assert facilitators(office, arranging) == ["Jonas"]


@pytest.mark.parametrize(
    ("manager", "team", "why"),
    [
        ("mira@quay.example", "", "Amara reports to the facilitator."),
        ("", "Amara", "Amara is in Amara, as the facilitator is."),
    ],
)
def test_nobody_facilitates_their_own_people(as_person, office, arranging, manager, team, why):
    with arranging():
        if manager:
            type(office.late).objects.filter(pk=office.rows[0].pk).update(manager_email=manager)
        else:
            ParticipantFactory(program=office.program, email=office.mira.email, team=team)

    answer = replace(as_person, office)

    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert facilitators(office, arranging) == ["Jonas"]
    assert owed(arranging) == []


@pytest.mark.parametrize(("what", "status"), [("member", 404), ("past", 302), ("of another group", 404)])
def test_what_is_replaced_is_a_serving_facilitator_of_this_group(as_person, office, arranging, what, status):
    with arranging():
        other = CoachingGroupFactory(program=office.program)
        membership = {
            "member": office.members[0],
            "past": MembershipFactory(group=office.group, role=FACILITATOR, left_at=timezone.now()),
            "of another group": MembershipFactory(group=other, role=FACILITATOR),
        }[what]

    answer = as_person(office.hr).post(url("facilitator_replace", office, membership.pk), {"person": office.mira.pk})

    assert answer.status_code == status
    assert facilitators(office, arranging) == ["Jonas"]


def test_whoever_was_named_meanwhile_is_not_named_twice(office, arranging):
    for again in range(2):
        with acting_as(HR, person=office.hr, organization=office.organization):
            try:
                placing.name_facilitator(
                    group=office.group, person=office.mira, replaces=office.jonas, now=timezone.now()
                )
            except placing.FacilitatorChanged:
                assert again

    assert facilitators(office, arranging) == ["Mira"]
    assert len(owed(arranging)) == 2


def test_naming_asks_again_who_it_is(as_person, office, arranging):
    office.hr.set_password("a-long-good-phrase")
    office.hr.save(update_fields=["password"])

    answer = as_person(office.hr, minutes_ago=60).post(url("facilitator", office), {"person": office.mira.pk})

    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert facilitators(office, arranging) == ["Jonas"]


# Latecomers ---------------------------------------------------------------------------------------------------------


def invite(as_person, office, participant=None):
    return as_person(office.hr).post(url("invite", office, (participant or office.late).pk))


def invitation_of(participant, arranging):
    with arranging():
        return Invitation.objects.filter(participant=participant, accepted_at=None, withdrawn_at=None).get()


def come(person, invitation):
    with acting_as(MEMBER, person=person):
        joining.accept_invitation(token=token_for("invitation", invitation.pk))


def test_the_page_says_that_the_group_has_to_agree_and_changes_nothing(as_person, office, arranging):
    offered = as_person(office.hr).get(url("invite_list", office)).content.decode()
    page = as_person(office.hr).get(url("invite", office, office.late.pk)).content.decode()

    assert "Noor" in offered
    assert "Amara" not in offered
    assert "The group has begun, so it has to agree" in page
    assert owed(arranging) == []


def test_a_latecomer_is_invited_comes_and_waits_for_everybody(as_person, office, arranging):
    with arranging():
        noor = PersonFactory(name="Noor", email=office.late.email)

    answer = invite(as_person, office)

    invitation = invitation_of(office.late, arranging)
    assert answer.url == url("office_group", office)
    assert invitation.is_founding is False
    assert owed(arranging) == [("group_invitation", None, office.late.email)]
    come(noor, invitation)
    readable = []
    for person in (noor, office.jonas.person, *(member.person for member in office.members)):
        sign(person, office.group)
        readable.append(goals_of(noor))
    assert readable == [[], [], [], [office.goal]]


def test_into_a_group_that_has_not_begun_people_are_invited_as_founders(as_person, office, arranging):
    with arranging():
        Membership.objects.filter(group=office.group).update(admitted_at=None)

    invite(as_person, office)

    assert invitation_of(office.late, arranging).is_founding is True


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"team": "Amara"}, "Amara and Noor are both in Amara."),
        ({"level": 9}, "Levels in this group reach from 4 to 9; allowed is at most 1 apart."),
        ({"manager_email": "jonas@quay.example"}, "Noor reports to the facilitator."),
    ],
)
def test_a_broken_rule_is_a_sentence_and_no_invitation(as_person, office, arranging, change, why):
    with arranging():
        type(office.late).objects.filter(pk=office.late.pk).update(**change)
        type(office.mira).objects.filter(pk=office.jonas.person_id).update(email="jonas@quay.example")

    page = as_person(office.hr).get(url("invite", office, office.late.pk)).content.decode()
    answer = as_person(office.hr).post(url("invite", office, office.late.pk), follow=True)

    assert why in page
    assert "Send the invitation" not in page
    assert why in answer.content.decode()
    assert owed(arranging) == []


def test_a_full_group_takes_nobody_and_an_open_invitation_is_a_seat(as_person, office, arranging):
    with arranging():
        InvitationFactory(group=office.group, participant=ParticipantFactory(program=office.program, level=4))

    answer = as_person(office.hr).post(url("invite", office, office.late.pk), follow=True)

    assert "This group has 4; it can have 3 at most." in answer.content.decode()
    assert owed(arranging) == []


def test_too_few_is_no_reason_to_refuse_one_more(as_person, office, arranging):
    with arranging():
        type(office.program).objects.filter(pk=office.program.pk).update(size_min=5, size_target=5, size_max=6)

    invite(as_person, office)

    assert owed(arranging) == [("group_invitation", None, office.late.email)]


@pytest.mark.parametrize("state", ["a member", "invited elsewhere"])
def test_nobody_is_invited_who_has_a_group(as_person, office, arranging, state):
    with arranging():
        elsewhere = CoachingGroupFactory(program=office.program)
        if state == "a member":
            MembershipFactory(group=elsewhere, participant=office.late)
        else:
            InvitationFactory(group=elsewhere, participant=office.late)

    invite(as_person, office)

    assert owed(arranging) == []
    assert "Noor" not in as_person(office.hr).get(url("invite_list", office)).content.decode()


@pytest.mark.parametrize("state", ["off the roster", "of another program", "of another organization"])
def test_only_people_of_this_programs_roster_are_invited(as_person, office, arranging, state):
    with arranging():
        participant = {
            "off the roster": lambda: ParticipantFactory(program=office.program, withdrawn_at=timezone.now()),
            "of another program": lambda: ParticipantFactory(program__organization=office.organization),
            "of another organization": ParticipantFactory,
        }[state]()

    assert invite(as_person, office, participant).status_code == 404


def test_an_expired_invitation_stands_in_nobodys_way(as_person, office, arranging):
    with arranging():
        old = InvitationFactory(
            group=office.group, participant=office.late, expires_at=timezone.now() - timedelta(days=1)
        )

    invite(as_person, office)

    assert invitation_of(office.late, arranging).pk != old.pk


def test_an_invitation_is_withdrawn_and_its_link_opens_nothing(as_person, office, arranging, client):
    invite(as_person, office)
    invitation = invitation_of(office.late, arranging)
    link = reverse("groups:join", args=[token_for("invitation", invitation.pk)])
    before = client.get(link).status_code

    as_person(office.hr).post(url("invitation_withdraw", office, invitation.pk))

    assert (before, client.get(link).status_code) == (200, 404)
    assert "Noor" in as_person(office.hr).get(url("invite_list", office)).content.decode()
    with acting_as(HR, person=office.hr, organization=office.organization):
        assert list(forming.free_participants(office.program)) == [office.late]


def test_an_invitation_that_was_used_is_not_withdrawn(as_person, office, arranging):
    with arranging():
        noor = PersonFactory(email=office.late.email)
    invite(as_person, office)
    invitation = invitation_of(office.late, arranging)
    come(noor, invitation)

    answer = as_person(office.hr).post(url("invitation_withdraw", office, invitation.pk), follow=True)

    assert "used or withdrawn already" in answer.content.decode()
    with arranging():
        assert Membership.objects.filter(group=office.group, person=noor, left_at=None).exists()


def test_an_invitation_is_withdrawn_on_its_own_groups_page_only(as_person, office, arranging):
    with arranging():
        elsewhere = InvitationFactory(group=CoachingGroupFactory(program=office.program))

    answer = as_person(office.hr).post(url("invitation_withdraw", office, elsewhere.pk))

    assert answer.status_code == 404
    with arranging():
        assert Invitation.objects.get(pk=elsewhere.pk).withdrawn_at is None


def test_whoever_left_comes_back_as_a_newcomer_and_the_earlier_membership_stays_past(as_person, office, arranging):
    amara = office.members[0]
    with acting_as(MEMBER, person=amara.person):
        going.leave(membership=amara, takes_words=False)
    offered = as_person(office.hr).get(url("invite_list", office)).content.decode()

    invite(as_person, office, office.rows[0])
    come(amara.person, invitation_of(office.rows[0], arranging))

    assert "was in Harbor" in offered
    assert goals_of(amara.person) == []
    with arranging():
        rows = Membership.objects.filter(group=office.group, person=amara.person).order_by("-is_founding")
        assert [(row.pk == amara.pk, row.ended_as, row.is_founding) for row in rows] == [
            (True, "left", True),
            (False, "", False),
        ]


def test_members_of_a_group_that_has_ended_come_to_another_and_go_on_reading_the_first(as_person, office, arranging):
    amara = office.members[0].person
    with arranging():
        spring = CoachingGroupFactory(program=office.program, name="Spring")
        CharterFactory(group=spring)
        peer = MembershipFactory(group=spring, participant=ParticipantFactory(program=office.program, level=4))
        theirs = GoalFactory(membership=peer)
    as_person(office.hr).post(url("end", office))
    roster = as_person(office.hr).get(reverse("groups:program", args=["quay", office.program.pk])).content.decode()

    as_person(office.hr).post(reverse("groups:invite", args=["quay", spring.pk, office.rows[0].pk]))
    come(amara, invitation_of(office.rows[0], arranging))

    assert reverse("groups:places", args=["quay", office.program.pk, office.rows[0].pk]) in roster
    readable = [goals_of(amara)]
    for person in (amara, peer.person):
        sign(person, spring)
        readable.append(goals_of(amara))
    assert readable[:2] == [[office.goal]] * 2
    assert set(readable[2]) == {office.goal, theirs}


def test_the_roster_says_who_is_not_there_any_more(as_person, office, arranging):
    page = reverse("groups:program", args=["quay", office.program.pk])
    with arranging():
        Invitation.objects.bulk_create(
            [InvitationFactory.build(group=office.group, participant=row, organization=office.organization,
                                     accepted_at=timezone.now()) for row in office.rows]
        )  # fmt: skip
        Membership.objects.filter(pk=office.members[0].pk).update(left_at=timezone.now(), ended_as="removed")

    said = as_person(office.hr).get(page).content.decode()

    assert said.count("· not there any more") == 1
    assert said.count("· joined") == 1
    assert "· invited" not in said


# Too few, and the end -----------------------------------------------------------------------------------------------


def test_the_office_reads_that_a_group_is_too_small_and_what_can_be_done(as_person, office, arranging):
    program = reverse("groups:program", args=["quay", office.program.pk])
    before = [as_person(office.hr).get(page).content.decode() for page in (program, url("office_group", office))]
    with acting_as(MEMBER, person=office.members[0].person):
        going.leave(membership=office.members[0], takes_words=False)

    after = [as_person(office.hr).get(page).content.decode() for page in (program, url("office_group", office))]

    assert ["elow its" in page for page in before] == [False, False]
    assert "Below its minimum" in after[0]
    assert "1 member, 0 more invited; groups of this program have at least 2." in after[1]
    assert url("invite_list", office) in after[1]
    assert url("end", office) in after[1]


def test_somebody_who_is_invited_counts_as_long_as_the_invitation_does(as_person, office, arranging):
    with acting_as(MEMBER, person=office.members[0].person):
        going.leave(membership=office.members[0], takes_words=False)
    invite(as_person, office)
    page = url("office_group", office)

    waiting = as_person(office.hr).get(page).content.decode()
    with arranging():
        Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    expired = as_person(office.hr).get(page).content.decode()

    assert ["below its program" in text for text in (waiting, expired)] == [False, True]


def test_the_office_reads_neither_why_somebody_went_nor_a_word(as_person, office, arranging):
    with acting_as(MEMBER, person=office.jonas.person):
        going.remove_member(membership=office.members[0], reason="charter", now=timezone.now())

    page = as_person(office.hr).get(url("office_group", office)).content.decode()

    assert "Amara" not in page
    assert "The charter was broken" not in page
    assert "Speak first" not in page


def test_ending_a_group_leaves_its_members_reading_and_nobody_coming(as_person, office, arranging):
    invite(as_person, office)
    invitation = invitation_of(office.late, arranging)

    as_person(office.hr).post(url("end", office))
    again = as_person(office.hr).post(url("end", office), follow=True)

    assert "had ended already" in again.content.decode()
    assert goals_of(office.members[0].person) == [office.goal]
    with arranging():
        group = CoachingGroup.objects.get(pk=office.group.pk)
        assert (group.state, group.ended_at is not None) == ("ended", True)
        assert Invitation.objects.get(pk=invitation.pk).withdrawn_at is not None
        assert AuditEntry.objects.filter(act="group_closed").values_list("actor_id", "circle").get() == (
            office.hr.pk,
            "both",
        )


def test_nobody_is_placed_in_a_group_that_has_ended(as_person, office, arranging):
    as_person(office.hr).post(url("end", office))

    answers = [replace(as_person, office), invite(as_person, office)]

    assert [answer.url for answer in answers] == [url("office_group", office)] * 2
    assert facilitators(office, arranging) == ["Jonas"]
    assert owed(arranging) == []


def test_a_facilitator_is_not_offered_the_end(as_person, office):
    page = as_person(office.jonas.person).get(url("office_group", office)).content.decode()

    assert url("invite_list", office) in page
    assert url("end", office) not in page


# Lists --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_query_count_of_the_office_page_does_not_grow(as_person, office, arranging, django_assert_num_queries, count):
    with arranging():
        MembershipFactory.create_batch(count, group=office.group)
        InvitationFactory.create_batch(count, group=office.group)
    client = as_person(office.hr)

    # login session, person; savepoint, context, places, duties; savepoint, context; group, people, invitations;
    # release, context back, twice
    with django_assert_num_queries(15):
        page = client.get(url("office_group", office)).content.decode()

    assert page.count("Withdraw the invitation") == count


@pytest.mark.parametrize("count", [1, 3])
def test_query_count_of_the_list_to_invite_does_not_grow(
    as_person, office, arranging, django_assert_num_queries, count
):
    with arranging():
        ParticipantFactory.create_batch(count, program=office.program)
    client = as_person(office.hr)

    # as above, with: group, count, participants
    with django_assert_num_queries(15):
        page = client.get(url("invite_list", office)).content.decode()

    assert page.count(">Choose") == count + 1


@pytest.mark.parametrize("count", [1, 3])
def test_query_count_of_a_programs_groups_does_not_grow(as_person, office, arranging, django_assert_num_queries, count):
    with arranging():
        for group in CoachingGroupFactory.create_batch(count, program=office.program):
            MembershipFactory(group=group, role=FACILITATOR)
    client = as_person(office.hr)

    # as above, with: program, count, groups, their facilitators, formation, roster
    with django_assert_num_queries(19):
        page = client.get(reverse("groups:program", args=["quay", office.program.pk])).content.decode()

    assert page.count("/groups/") >= count
