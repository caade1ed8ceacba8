"""Check-in partners: both agree, nobody says why not, and what they are told is that somebody would be glad."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from common.actor import acting_as
from common.fences import MEMBER, WORKER
from common.ids import new_id
from goals import selectors, services
from goals.models import CheckIn, CheckInPartner, RotationPlace
from groups.models import Membership
from nudges.kinds import NotWanted, kind_named
from nudges.models import Nudge
from tests.factories import (
    NOW,
    CheckInFactory,
    CheckInPartnerFactory,
    CheckInRhythmFactory,
    GoalFactory,
    MembershipFactory,
    RotationPlaceFactory,
)

DAY = timedelta(days=1)


@pytest.fixture
def pair(arranging):
    """A goal on which nobody has reported for nine days, and the partner who agreed to ask."""
    with arranging():
        goal = GoalFactory(shared_at=NOW - 9 * DAY)
        return CheckInPartnerFactory(membership=goal.membership), goal


def owed(kind="partner_missed"):
    with acting_as(WORKER):
        return list(Nudge.objects.filter(kind=kind).order_by("dedupe_key"))


def plan(now=NOW):
    with acting_as(WORKER):
        services.plan_partner_reminders(now=now)


def build(nudge, now=NOW):
    with acting_as(WORKER):
        return kind_named(nudge.kind).build(nudge, now).context


def test_the_person_is_asked_first_and_the_partner_told_two_days_later_once(arranging, pair):
    row, goal = pair
    morning = NOW.replace(hour=8)

    plan(morning - timedelta(minutes=1))
    early = owed()
    plan(morning)
    plan(morning + timedelta(minutes=1))

    [nudge] = owed()
    assert early == []
    assert nudge.recipient_id == row.partner.person_id
    context = build(nudge)
    assert context["name"] == row.membership.person.name
    assert str(goal.pk) not in context["action_url"]


@pytest.mark.parametrize(
    "state", ["not agreed", "ended", "checked in", "does not want to be asked", "away", "partner left", "coachee left"]
)
def test_no_partner_is_told_when_there_is_nothing_to_tell(arranging, pair, state):
    row, goal = pair
    plan()
    [nudge] = owed()
    with arranging():
        Nudge.objects.all().delete()
        rows = CheckInPartner.objects.filter(pk=row.pk)
        if state == "not agreed":
            rows.update(agreed_at=None)
        elif state == "ended":
            rows.update(ended_at=NOW)
        elif state == "checked in":
            CheckIn.objects.filter(pk=CheckInFactory(goal=goal).pk).update(created_at=NOW)
        elif state == "away":
            CheckInRhythmFactory(membership=row.membership, paused_from=NOW.date(), paused_until=NOW.date())
        elif "left" in state:
            who = row.partner if state.startswith("partner") else row.membership
            Membership.objects.filter(pk=who.pk).update(left_at=NOW)
        else:
            CheckInRhythmFactory(membership=row.membership, rhythm="none")

    plan()

    assert owed() == []
    with pytest.raises(NotWanted):
        build(nudge)


def test_in_a_rotation_the_partner_of_the_month_is_told(arranging):
    with arranging():
        goal = GoalFactory(shared_at=NOW - 9 * DAY)
        RotationPlaceFactory(membership=goal.membership)
        others = [RotationPlaceFactory(membership=MembershipFactory(group=goal.group)) for _ in range(3)]

    plan()
    plan()

    [nudge] = owed()
    with acting_as(MEMBER, person=goal.membership.person):
        shown = selectors.partners_for(goal.membership, today=NOW.date())
    assert [place.membership.person_id for place in shown.mine_now] == [nudge.recipient_id]
    assert nudge.recipient_id in {place.membership.person_id for place in others}


def test_the_sweep_of_partners_keeps_its_number_of_queries(arranging, django_assert_num_queries):
    with arranging():
        for _ in range(3):
            goal = GoalFactory(shared_at=NOW - 9 * DAY)
            CheckInPartnerFactory(membership=goal.membership)

    with acting_as(WORKER), django_assert_num_queries(4):  # who missed, named partners, rotations, one insert
        services.plan_partner_reminders(now=NOW)


# The page ------------------------------------------------------------------------------------------------------------


def url(world, name, row=None):
    return reverse(f"goals:{name}", args=[world.group.pk, *([row.pk] if row else [])])


def page_of(as_person, world, who):
    return as_person(world.people[who]).get(url(world, "rhythm")).content.decode()


def test_one_asks_the_other_agrees_and_only_they_know(as_person, arranging, world):
    assert "Member asks you to be their check-in partner" in page_of(as_person, world, "peer")
    assert "You asked Peer." in page_of(as_person, world, "member")
    assert "check-in partner</h2>" in page_of(as_person, world, "both")
    assert "Member asks" not in page_of(as_person, world, "both")

    as_person(world.people["peer"]).post(url(world, "partner_agree", world.partner))
    again = as_person(world.people["peer"]).post(url(world, "partner_agree", world.partner), follow=True)

    assert "That was answered or taken back already." in again.content.decode()
    assert "Peer is your check-in partner." in page_of(as_person, world, "member")
    assert "Member would be glad if you asked." in page_of(as_person, world, "peer")


@pytest.mark.parametrize("who", ["member", "peer"])
def test_either_ends_it_without_a_reason(as_person, arranging, world, who):
    client = as_person(world.people[who])

    answers = [client.post(url(world, "partner_end", world.partner)) for _ in range(2)]

    assert answers[0].status_code == 302
    assert "Ask them" in page_of(as_person, world, "member")
    with arranging():
        row = CheckInPartner.objects.get(pk=world.partner.pk)
    assert (row.ended_at, row.agreed_at) == (NOW, None)


def test_asking_owes_the_other_word_once_and_a_second_partner_waits(as_person, arranging, world):
    client = as_person(world.people["both"])
    fields = {"partner": world.memberships["peer"].pk, "key": new_id()}

    for _ in range(2):
        client.post(url(world, "partner_ask"), fields)
    second = client.post(url(world, "partner_ask"), {"partner": world.memberships["member"].pk}, follow=True)

    assert "You have asked somebody already." in second.content.decode()
    [nudge] = owed("partner_asked")
    assert nudge.recipient_id == world.people["peer"].pk
    assert build(nudge)["name"] == "Both"
    with arranging():
        CheckInPartner.objects.filter(membership=world.memberships["both"]).update(agreed_at=NOW)
    with pytest.raises(NotWanted):
        build(nudge)


@pytest.mark.parametrize("who", ["both", "former", "unsigned", "elsewhere", None])
def test_only_a_peer_can_be_asked(as_person, arranging, world, who):
    membership = world.memberships.get(who) or world.other_memberships.get(who)

    answer = as_person(world.people["both"]).post(
        url(world, "partner_ask"), {"partner": membership.pk if membership else "\u202ex"}
    )

    assert answer.status_code == 422
    assert "Choose" in answer.content.decode()


def test_who_has_left_is_nobodys_partner_and_another_can_be_asked(as_person, arranging, world):
    with arranging():
        Membership.objects.filter(pk=world.memberships["peer"].pk).update(left_at=NOW)

    client = as_person(world.people["member"])
    assert "Peer" not in client.get(url(world, "rhythm")).content.decode()
    client.post(url(world, "partner_ask"), {"partner": world.memberships["both"].pk})

    assert "You asked Both." in client.get(url(world, "rhythm")).content.decode()


def test_everybody_sees_who_turned_the_rotation_on_and_nobody_is_put_into_it(as_person, world):
    page = page_of(as_person, world, "both")
    assert "Member turned it on." in page
    assert "Take part" in page

    client = as_person(world.people["both"])
    for _ in range(2):
        client.post(url(world, "rotation_join"))
    assert "This month you and Member ask one another." in page_of(as_person, world, "both")
    assert "This month you and Both ask one another." in page_of(as_person, world, "member")
    assert "ask one another" not in page_of(as_person, world, "peer").replace("Take part", "")

    client.post(url(world, "rotation_leave"))
    assert "ask one another" not in page_of(as_person, world, "member")


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_needs_the_same_queries_for_any_number_of_partners(
    as_person, arranging, django_assert_num_queries, count
):
    with arranging():
        viewer = MembershipFactory()
        GoalFactory.create_batch(count, membership=viewer)
        for _ in range(count):
            peer = MembershipFactory(group=viewer.group)
            RotationPlaceFactory(membership=peer)
            CheckInPartnerFactory(membership=peer, partner=viewer)
    client = as_person(viewer.person)

    # savepoint and its release, login session, person, context and back, membership, places, facilitators twice,
    # rhythm, peers, goals, partners, rotation
    with django_assert_num_queries(15):
        page = client.get(reverse("goals:rhythm", args=[viewer.group_id]))

    assert page.content.count(b"data-partner=") == count


# The walls -----------------------------------------------------------------------------------------------------------


def test_visible_to_alone_is_the_two_for_partners_and_the_group_for_the_rotation(arranging, world):
    names = [name for name in world.people if name != "nobody"]
    with arranging():
        partners = {who for who in names if CheckInPartner.objects.visible_to(world.people[who]).exists()}
        places = {who for who in names if RotationPlace.objects.visible_to(world.people[who]).exists()}

    assert (partners, places) == ({"member", "peer"}, {"member", "peer", "facilitator", "both"})


def test_nobody_agrees_in_the_name_of_another(world, as_owner):
    def agree(who):
        with acting_as(MEMBER, person=world.people[who]), transaction.atomic():
            return CheckInPartner.objects.filter(pk=world.partner.pk).update(agreed_at=NOW)

    assert agree("both") == 0
    with pytest.raises(DatabaseError, match="row-level security"):
        agree("member")
    with as_owner("ALTER TABLE goals_checkinpartner DISABLE ROW LEVEL SECURITY"):
        assert agree("member") == 1


def test_nobody_takes_another_out_of_the_rotation(world, as_owner):
    def take_out():
        with acting_as(MEMBER, person=world.people["peer"]):
            return RotationPlace.objects.filter(pk=world.place.pk).update(ended_at=NOW)

    assert take_out() == 0
    with as_owner("ALTER TABLE goals_rotationplace DISABLE ROW LEVEL SECURITY"):
        assert take_out() == 1
