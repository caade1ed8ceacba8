"""Leavers, no-shows and a group below its minimum: what can be done, and merging it into others."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Duty
from common.actor import acting_as
from common.fences import HR, MEMBER, WORKER
from common.models import AuditEntry
from common.tokens import token_for
from goals.models import Goal
from groups.models import CoachingGroup, Invitation, Membership, Participant
from groups.services import joining, mending, placing
from nudges.kinds import kind_named
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
    """Dune has two members, one fewer than its program wants; Elm and Fir have three each and take up to five."""
    with arranging():
        organization = OrganizationFactory(name="Quay", slug="quay")
        program = ProgramFactory(organization=organization, size_min=3, size_target=4, size_max=5, state="running")
        people = {}
        for duty in (Duty.HR, Duty.OWNER, Duty.FACILITATOR):
            person = people[duty] = PersonFactory()
            OrganizationRoleFactory(organization=organization, person=person, role=duty)
        groups = {name: _group(program, name, count) for name, count in (("Dune", 2), ("Elm", 3), ("Fir", 3))}
    return SimpleNamespace(organization=organization, program=program, people=people, hr=people[Duty.HR], **groups)


def _group(program, name, count):
    group = CoachingGroupFactory(program=program, name=name)
    CharterFactory(group=group)
    for number in range(count):
        row = ParticipantFactory(program=program, name=f"{name} {number}", level=4, function=f"{name} {number}")
        MembershipFactory(group=group, participant=row, person=PersonFactory(name=row.name, email=row.email))
    MembershipFactory(group=group, role=FACILITATOR, person=PersonFactory(name=f"Jonas of {name}"))
    return group


def members(group):
    here = Membership.objects.filter(group=group, role=Membership.Role.MEMBER, left_at=None)
    return list(here.select_related("person", "participant").order_by("person__name"))


def url(name, group):
    return reverse(f"groups:{name}", args=["quay", group.pk])


def remedies(office):
    with acting_as(HR, person=office.hr, organization=office.organization):
        return mending.remedies_for(group_of(office), timezone.now())


def group_of(office, name="Dune"):
    return CoachingGroup.objects.select_related("program").get(pk=getattr(office, name).pk)


def where(ways):
    return [{part.group.name: [one.name for one in part.people] for part in way.parts} for way in ways]


def choice(arranging, office, *names):
    """Who of Dune goes where, as the form has it."""
    with arranging():
        pairs = zip(members(office.Dune), names, strict=True)
        return ",".join(f"{one.participant_id}.{getattr(office, name).pk}" for one, name in pairs)


def merge(as_person, arranging, office, *names, by=None):
    data = {"to": choice(arranging, office, *names)}
    return as_person(by or office.hr).post(url("merge", office.Dune), data, follow=True)


def nothing_happened(arranging, office):
    with arranging():
        state = CoachingGroup.objects.get(pk=office.Dune.pk).state
        return state == "active" and not Nudge.objects.exists() and not AuditEntry.objects.exists()


# What can be done ---------------------------------------------------------------------------------------------------


def test_the_offices_page_of_a_small_group_leads_to_what_can_be_done(as_person, office):
    client = as_person(office.hr)

    assert url("mend", office.Dune) in client.get(url("office_group", office.Dune)).text
    assert url("mend", office.Elm) not in client.get(url("office_group", office.Elm)).text


def test_whoever_is_free_and_fits_is_proposed_with_reasons(as_person, office, arranging):
    with arranging():
        ParticipantFactory(program=office.program, name="Noor", level=4, function="Law")
        ParticipantFactory(program=office.program, name="Far", level=9)
        InvitationFactory(group=office.Elm, participant__level=4, participant__name="Invited")
        MembershipFactory(
            group=office.Dune,
            participant=ParticipantFactory(program=office.program, name="Left", level=4),
            left_at=timezone.now(),
        )

    [taking] = remedies(office).takings
    page = as_person(office.hr).get(url("mend", office.Dune)).text

    assert (taking.participant.name, taking.count) == ("Noor", 3)
    assert taking.reasons[0].text in page
    assert reverse("groups:invite", args=["quay", office.Dune.pk, taking.participant.pk]) in page


def test_members_go_to_one_group_before_they_are_spread(as_person, office):
    found = remedies(office)
    page = as_person(office.hr).get(url("mend", office.Dune)).text

    assert where(found.ways) == [
        {"Elm": ["Dune 0", "Dune 1"]},
        {"Fir": ["Dune 0", "Dune 1"]},
        {"Elm": ["Dune 0"], "Fir": ["Dune 1"]},
    ]
    assert [part.count for way in found.ways for part in way.parts] == [5, 5, 4, 4]
    assert page.count("merge/?to=") == 3
    assert found.ways[0].parts[0].reasons[0].text in page


@pytest.mark.parametrize("who", ["in the team", "a facilitator's report", "once there", "invited"])
def test_no_way_breaks_a_rule(office, arranging, who):
    with arranging():
        dune, elm = members(office.Dune)[0].participant, members(office.Elm)[0].participant
        if who == "in the team":
            Participant.objects.filter(pk__in=[dune.pk, elm.pk]).update(team="Tax")
        elif who == "a facilitator's report":
            jonas = Membership.objects.get(group=office.Elm, role=FACILITATOR).person
            Participant.objects.filter(pk=dune.pk).update(manager_email=jonas.email)
        elif who == "once there":
            MembershipFactory(group=office.Elm, participant=dune, left_at=timezone.now(), ended_as="declined")
        else:
            InvitationFactory(group=office.Elm, participant__level=4)

    ways = where(remedies(office).ways)

    assert {"Elm": ["Dune 0", "Dune 1"]} not in ways
    assert {"Fir": ["Dune 0", "Dune 1"]} in ways


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"level": 9}, "No other group has a place for Dune 0: each is full, or a rule stands against it"),
        ({"withdrawn_at": timezone.now()}, "Not on the roster, so that they cannot be invited: Dune 0."),
    ],
)
def test_where_nothing_is_possible_the_page_says_why_and_what_else_there_is(as_person, office, arranging, change, why):
    with arranging():
        Participant.objects.filter(pk=members(office.Dune)[0].participant_id).update(**change)

    page = as_person(office.hr).get(url("mend", office.Dune)).text

    assert why in page
    assert "Everybody on the roster is in a group, or invited to one." in page
    assert url("end", office.Dune) in page
    assert url("invite_list", office.Dune) in page


def test_other_reasons_why_nothing_is_possible(office, arranging):
    with arranging():
        InvitationFactory(group=office.Elm, participant__level=4)
        InvitationFactory.create_batch(2, group=office.Fir, participant__level=4)
        ParticipantFactory(program=office.program, level=9)
    found = remedies(office)
    with arranging():
        InvitationFactory.create_batch(3, group=office.Dune)
    full = remedies(office).no_taking
    with arranging():
        others = CoachingGroup.objects.filter(pk__in=[office.Elm.pk, office.Fir.pk])
        others.update(state="ended", ended_at=timezone.now())
    alone = remedies(office).no_way
    with arranging():
        Membership.objects.filter(group=office.Dune).update(left_at=timezone.now())
    empty = remedies(office).no_way

    assert found.no_way == "Each of them could go somewhere, but not all of them at once."
    assert found.no_taking.startswith("Nobody who has no group can come: a rule stands against it")
    assert full == "Open invitations take all its places. Withdraw those of people who do not come."
    assert alone == "No other group of this program goes on."
    assert empty == "Nobody is here yet, so nobody can go to another group."


def test_a_facilitator_sees_the_ways_and_hr_goes_one(as_person, office):
    page = as_person(office.people[Duty.FACILITATOR]).get(url("mend", office.Dune)).text

    assert "Dune 0 and Dune 1 to Elm" in page
    assert "HR or an owner can merge the group." in page
    assert "merge/?to=" not in page
    assert url("end", office.Dune) not in page


def test_a_group_that_is_well_or_has_ended_needs_nothing(as_person, office, arranging):
    with arranging():
        CoachingGroup.objects.filter(pk=office.Fir.pk).update(state="ended", ended_at=timezone.now())

    pages = [as_person(office.hr).get(url("mend", group)).text for group in (office.Elm, office.Fir)]

    assert ["Nothing has to be done" in page for page in pages] == [True, False]
    assert ["This group has ended" in page for page in pages] == [False, True]


@pytest.mark.parametrize("more", [0, 4])
def test_query_counts_do_not_grow(as_person, office, arranging, django_assert_num_queries, more):
    with arranging():
        for number in range(more):
            _group(office.program, f"More {number}", 3)
            InvitationFactory(group=office.Elm)
            ParticipantFactory(program=office.program, level=4)
    client = as_person(office.hr)
    to = choice(arranging, office, "Fir", "Fir")
    client.get(url("mend", office.Dune))

    # session, person; savepoint, context, places, duties; savepoint, context; group; roster, profiles, groups, their
    # facilitators, members here, seats of members, of invited, who is free, who was there; invitations; four to go back
    with django_assert_num_queries(23):
        client.get(url("mend", office.Dune))
    with django_assert_num_queries(21):
        client.get(url("merge", office.Dune), {"to": to})


# No-shows -----------------------------------------------------------------------------------------------------------


def invited(arranging, group, name, days):
    with arranging():
        made = InvitationFactory(group=group, participant__name=name, participant__level=4)
        Invitation.objects.filter(pk=made.pk).update(created_at=timezone.now() - timedelta(days=days))
    return made


@pytest.mark.parametrize(("days", "counts"), [(6, True), (8, False)])
def test_somebody_who_was_invited_counts_for_a_week(as_person, office, arranging, days, counts):
    invited(arranging, office.Dune, "Ida", days)
    client = as_person(office.hr)

    program = client.get(reverse("groups:program", args=["quay", office.program.pk])).text
    page = client.get(url("office_group", office.Dune)).text

    assert ("Below its minimum" not in program) is counts
    assert ("What can be done" not in page) is counts
    assert ("not here yet, invited on" not in page) is counts
    assert "Withdraw the invitation" in page


def test_whoever_let_an_invitation_expire_has_not_come_and_may_come_elsewhere(as_person, office, arranging):
    made = invited(arranging, office.Dune, "Ida", 31)
    with arranging():
        Invitation.objects.filter(pk=made.pk).update(expires_at=timezone.now() - timedelta(days=1))

    roster = as_person(office.hr).get(reverse("groups:program", args=["quay", office.program.pk])).text
    page = as_person(office.hr).get(url("office_group", office.Dune)).text

    assert "Dune · has not come" in roster
    assert reverse("groups:places", args=["quay", office.program.pk, made.participant_id]) in roster
    assert "the invitation has expired" in page


def test_the_page_says_who_is_really_there(as_person, office, arranging):
    ida = invited(arranging, office.Dune, "Ida", 8)
    with arranging():
        day = Invitation.objects.get(pk=ida.pk).created_at

    page = as_person(office.hr).get(url("mend", office.Dune)).text

    assert "2 members are here; groups of this program have at least 3." in page
    assert f"Ida was invited on {day.day} {day:%B} and has not come." in page


# Merging ------------------------------------------------------------------------------------------------------------


def test_the_page_says_what_a_merge_means_and_changes_nothing(as_person, office, arranging):
    invited(arranging, office.Dune, "Ida", 8)

    page = as_person(office.hr).get(url("merge", office.Dune), {"to": choice(arranging, office, "Elm", "Elm")}).text

    assert "Dune 0 and Dune 1 to Elm" in page
    assert "they read nothing of it until they and everybody in it have signed the charter again" in page
    assert "Open invitations to Dune stop working:" in page
    assert "Ida" in page
    assert "Your group Dune has ended; you can go on reading it. There is a place for you in Elm." in page
    assert "to 1 other" in page
    assert nothing_happened(arranging, office)


def test_merging_ends_the_group_and_invites_its_members(as_person, office, arranging):
    ida = invited(arranging, office.Dune, "Ida", 8)

    page = merge(as_person, arranging, office, "Elm", "Fir").text

    assert "Dune has ended. Invited: 1 person to Elm and 1 person to Fir." in page
    with arranging():
        assert CoachingGroup.objects.get(pk=office.Dune.pk).state == "ended"
        assert Invitation.objects.get(pk=ida.pk).withdrawn_at is not None
        going = Invitation.objects.filter(accepted_at=None, withdrawn_at=None).order_by("participant__name")
        assert list(going.values_list("participant__name", "group__name", "is_founding")) == [
            ("Dune 0", "Elm", False),
            ("Dune 1", "Fir", False),
        ]
        assert list(Nudge.objects.values_list("kind", flat=True)) == ["group_invitation"] * 2
        [entry] = AuditEntry.objects.filter(act="group_merged")
        assert (entry.actor_id, entry.group_id, entry.facts) == (office.hr.pk, office.Dune.pk, {"invited": 2})


def test_the_mail_fits_somebody_whose_group_has_ended(as_person, office, arranging):
    merge(as_person, arranging, office, "Elm", "Elm")
    with arranging():
        nudge = Nudge.objects.first()

    with acting_as(WORKER):
        said = kind_named("group_invitation").build(nudge, timezone.now()).context

    assert (said["ended"], said["group"], said["has_begun"]) == ("Dune", "Elm", True)


def test_they_come_through_the_doors_and_wait_for_everybody(as_person, office, arranging):
    with arranging():
        ours, theirs = members(office.Dune), members(office.Elm)
        old = GoalFactory(membership=ours[0])
        new = GoalFactory(membership=theirs[0])
        leads = Membership.objects.select_related("person").get(group=office.Elm, role=FACILITATOR)
    merge(as_person, arranging, office, "Elm", "Elm")
    with arranging():
        tokens = {one.participant_id: token_for("invitation", one.pk) for one in Invitation.objects.all()}
    for one in ours:
        with acting_as(MEMBER, person=one.person):
            joining.accept_invitation(token=tokens[one.participant_id])

    readable = []
    for one in (*ours, leads, *theirs):
        readable.append(goals_of(ours[0].person))
        with acting_as(MEMBER, person=one.person):
            charter = joining.newest_charter(office.Elm)
            joining.sign_charter(charter=charter, read=str(charter.pk))

    assert readable == [{old}] * 6
    assert goals_of(ours[0].person) == {old, new}
    assert goals_of(theirs[0].person) == {new}


def goals_of(person):
    with acting_as(MEMBER, person=person):
        return set(Goal.objects.all())


@pytest.mark.parametrize("what", ["came", "full", "ended", "merged", "left", "not small"])
def test_what_changed_meanwhile_is_said_and_nothing_is_done(as_person, office, arranging, what):
    to = choice(arranging, office, "Elm", "Elm")
    with arranging():
        if what == "came":
            Membership.objects.filter(pk=members(office.Dune)[0].pk).update(left_at=timezone.now())
            MembershipFactory(group=office.Dune, participant=ParticipantFactory(program=office.program))
        elif what == "full":
            InvitationFactory(group=office.Elm, participant__level=4)
        elif what in ("ended", "merged"):
            group = office.Elm if what == "ended" else office.Dune
            CoachingGroup.objects.filter(pk=group.pk).update(state="ended", ended_at=timezone.now())
        elif what == "left":
            Membership.objects.filter(pk=members(office.Dune)[0].pk).update(left_at=timezone.now())
        else:
            InvitationFactory(group=office.Dune)

    page = as_person(office.hr).post(url("merge", office.Dune), {"to": to}, follow=True).text

    assert "Nothing was done" in page
    with arranging():
        ended = CoachingGroup.objects.get(pk=office.Dune.pk).state == "ended"
        assert ended is (what == "merged")
        assert not Nudge.objects.exists()
        assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("what", ["itself", "another program", "somebody else", "nonsense", "nothing", "twice"])
def test_only_members_go_and_only_to_groups_of_the_program(as_person, office, arranging, what):
    with arranging():
        one, other = (member.participant_id for member in members(office.Dune))
        elm = office.Elm.pk
        foreign = CoachingGroupFactory(program__organization=office.organization).pk
        to = {
            "itself": f"{one}.{office.Dune.pk},{other}.{elm}",
            "another program": f"{one}.{foreign},{other}.{elm}",
            "somebody else": f"{one}.{elm},{other}.{elm},{members(office.Fir)[0].participant_id}.{elm}",
            "nonsense": f"{one}.{elm},{other}",
            "nothing": "",
            "twice": f"{one}.{elm},{other}.{elm},{one}.{office.Fir.pk}",
        }[what]

    answers = [
        getattr(as_person(office.hr), method)(url("merge", office.Dune), {"to": to}) for method in ("get", "post")
    ]

    assert [answer.url for answer in answers] == [url("mend", office.Dune)] * 2
    assert nothing_happened(arranging, office)


@pytest.mark.parametrize("what", ["of another program", "not small", "nobody of it"])
def test_the_service_asks_everything_again(office, arranging, what):
    with arranging():
        targets = {one.participant_id: office.Elm.pk for one in members(office.Dune)}
        if what == "of another program":
            targets[next(iter(targets))] = CoachingGroupFactory(program__organization=office.organization).pk
        elif what == "not small":
            InvitationFactory(group=office.Dune)
        else:
            targets = dict(list(targets.items())[:1]) | {uuid4(): office.Elm.pk}

    with (
        acting_as(HR, person=office.hr, organization=office.organization),
        pytest.raises((mending.GroupChanged, placing.GroupHasEnded)),
    ):
        mending.merge_group(group=group_of(office), targets=targets, now=timezone.now())

    assert nothing_happened(arranging, office)


def test_merging_asks_again_who_it_is_and_facilitators_do_not(as_person, office, arranging):
    office.hr.set_password("a-long-good-phrase")
    office.hr.save(update_fields=["password"])
    data = {"to": choice(arranging, office, "Elm", "Elm")}

    late = as_person(office.hr, minutes_ago=60).post(url("merge", office.Dune), data)
    forbidden = as_person(office.people[Duty.FACILITATOR]).post(url("merge", office.Dune), data)

    assert late.url.startswith(reverse("account_reauthenticate"))
    assert forbidden.status_code == 403
    assert nothing_happened(arranging, office)
