"""Offers to ask for readings, and word that one is asked: from facts, once, and only while they are wanted."""

from datetime import UTC, datetime, timedelta

import pytest
from django.template.loader import render_to_string

from accounts.models import Person
from common.actor import acting_as
from common.fences import MEMBER, WORKER
from common.ids import new_id
from goals import services, tasks
from goals.models import Goal, ReadingRequest
from groups.models import CoachingGroup, Membership
from nudges.kinds import NotWanted, kind_named
from nudges.models import Nudge
from tests.factories import NOW, GoalFactory, MembershipFactory, ReadingRequestFactory

SIX_WEEKS = timedelta(weeks=6)


@pytest.fixture
def goal(arranging):
    """A goal that was shared six weeks ago, in a group with a peer."""
    with arranging():
        goal = GoalFactory(shared_at=NOW - SIX_WEEKS)
        MembershipFactory(group=goal.group)
    return goal


def owed(kind="readings_due"):
    with acting_as(WORKER):
        return list(Nudge.objects.filter(kind=kind).order_by("dedupe_key"))


def plan(now=NOW):
    with acting_as(WORKER):
        services.plan_reading_reminders(now=now)


def build(nudge, now=NOW):
    with acting_as(WORKER):
        return kind_named(nudge.kind).build(nudge, now)


def test_six_weeks_after_sharing_one_is_offered_to_ask_once(goal):
    plan(NOW - timedelta(minutes=1))
    too_early = owed()
    plan()
    plan(NOW + timedelta(days=20))
    tasks.plan_reminders()

    [nudge] = owed()
    assert too_early == []
    assert (nudge.recipient_id, nudge.dedupe_key) == (goal.membership.person_id, f"readings_due:{goal.pk}:2027-02-08")
    assert nudge.context == {"goal": str(goal.pk)}
    assert build(nudge).context["action_url"].endswith(f"/goals/{goal.pk}/readings/ask/")


def test_six_weeks_after_asking_one_is_offered_to_ask_again(goal, arranging):
    with arranging():
        peer = Membership.objects.filter(group=goal.group).exclude(pk=goal.membership_id).get()
        ReadingRequestFactory(goal=goal, peer=peer, asked_at=NOW - timedelta(days=1))

    plan()
    early = owed()
    plan(NOW + SIX_WEEKS)

    assert (early, len(owed())) == ([], 1)


@pytest.mark.parametrize("state", ["draft", "closed", "left", "ended", "alone", "only the facilitator"])
def test_nothing_is_offered_where_there_is_nothing_to_ask(goal, arranging, state):
    with arranging():
        peers = Membership.objects.filter(group=goal.group).exclude(pk=goal.membership_id)
        match state:
            case "draft":
                Goal.objects.update(shared_at=None)
            case "closed":
                Goal.objects.update(closed_at=NOW, outcome="reached")
            case "left":
                Membership.objects.filter(pk=goal.membership_id).update(left_at=NOW)
            case "ended":
                CoachingGroup.objects.update(state=CoachingGroup.State.ENDED)
            case "alone":
                peers.update(left_at=NOW)
            case _:
                peers.update(role=Membership.Role.FACILITATOR)

    plan()

    assert owed() == []


def test_an_offer_is_dropped_when_peers_were_asked_meanwhile(goal, arranging):
    plan()
    [nudge] = owed()
    with arranging():
        ReadingRequestFactory(goal=goal, asked_at=NOW)

    with pytest.raises(NotWanted):
        build(nudge)


@pytest.fixture
def request_and_nudge(goal, arranging):
    with arranging():
        peer = Membership.objects.filter(group=goal.group).exclude(pk=goal.membership_id).get()
        Person.objects.filter(pk=peer.person_id).update(timezone="Pacific/Kiritimati")
    with acting_as(MEMBER, person=goal.membership.person):
        about = {"until_on": NOW.date() + timedelta(days=2), "today": NOW.date(), "now": NOW}
        [request] = services.ask_for_readings(goal=goal, peers=[peer], **about)
    [nudge] = owed("reading_asked")
    return request, nudge


def test_word_that_one_is_asked_names_the_group_and_the_day_and_nobody(request_and_nudge, goal):
    request, nudge = request_and_nudge
    goal.membership.person.refresh_from_db()

    message = build(nudge)

    for part in ("subject.txt", "body.txt", "body.html"):
        text = render_to_string(f"emails/reading_asked-{part}", message.context)
        assert goal.membership.person.name not in text
        assert "Speak first" not in text
    assert message.context["action_url"].endswith(f"/readings/{request.pk}/")
    assert "10 February" in render_to_string("emails/reading_asked-body.txt", message.context)


@pytest.mark.parametrize("end", ["given", "declined", "withdrawn"])
def test_it_is_dropped_when_the_request_has_ended(request_and_nudge, arranging, end):
    request, nudge = request_and_nudge
    with arranging():
        ReadingRequest.objects.filter(pk=request.pk).update(closed_at=NOW, ended_as=end)

    with pytest.raises(NotWanted):
        build(nudge)


def test_it_is_dropped_when_the_last_day_has_passed_where_the_peer_lives(request_and_nudge):
    _, nudge = request_and_nudge

    assert build(nudge, datetime(2027, 2, 10, 9, 59, tzinfo=UTC))
    with pytest.raises(NotWanted):
        build(nudge, datetime(2027, 2, 10, 10, 1, tzinfo=UTC))


@pytest.mark.parametrize("who", ["membership", "peer"])
def test_it_is_dropped_when_one_of_the_two_has_left(request_and_nudge, arranging, who):
    request, nudge = request_and_nudge
    with arranging():
        Membership.objects.filter(pk=getattr(request, f"{who}_id")).update(left_at=NOW)

    with pytest.raises(NotWanted):
        build(nudge)


# Word that a reading came --------------------------------------------------------------------------------------------


@pytest.fixture
def came(request_and_nudge):
    """A peer has given their reading; the nudge to whose goal it is about."""
    request, _asked = request_and_nudge
    give(request)
    [nudge] = owed("reading_came")
    return request, nudge


def give(request, now=NOW):
    with acting_as(MEMBER, person=request.peer.person):
        words = {"value": "2", "suggestion": "Ask twice", "today": NOW.date(), "now": now}
        services.give_reading(request=request, key=new_id(), **words)


def test_whose_goal_it_is_hears_that_a_reading_came_but_not_what_or_from_whom(came, goal):
    request, nudge = came

    message = build(nudge)

    assert nudge.recipient_id == goal.membership.person_id
    assert nudge.send_after == NOW + services.TOGETHER_FOR
    assert message.context["action_url"].endswith(f"/goals/{goal.pk}/readings/")
    for part in ("subject.txt", "body.txt", "body.html"):
        text = render_to_string(f"emails/reading_came-{part}", message.context)
        assert request.peer.person.name not in text
        assert "Ask twice" not in text


def test_readings_of_one_round_on_one_day_are_told_together(came, goal, arranging):
    with arranging():
        peers = [MembershipFactory(group=goal.group) for _ in range(2)]
        more = [ReadingRequestFactory(goal=goal, peer=peer, until_on=NOW.date()) for peer in peers]

    give(more[0])
    same_day = len(owed("reading_came"))
    give(more[1], now=NOW + timedelta(days=1))

    assert (same_day, len(owed("reading_came"))) == (1, 2)


@pytest.mark.parametrize("why", ["left", "ended", "taken away"])
def test_it_is_not_told_where_it_can_no_longer_be_read(came, goal, arranging, why):
    request, nudge = came
    with arranging():
        if why == "left":
            Membership.objects.filter(pk=goal.membership_id).update(left_at=NOW)
        elif why == "ended":
            CoachingGroup.objects.update(state=CoachingGroup.State.ENDED)
        else:
            ReadingRequest.objects.filter(pk=request.pk).update(goal=None)

    with pytest.raises(NotWanted):
        build(nudge)


def test_nobody_hears_of_a_request_that_was_declined(request_and_nudge):
    request, _asked = request_and_nudge
    with acting_as(MEMBER, person=request.peer.person):
        services.decline_reading(request=request, today=NOW.date(), now=NOW)

    assert owed("reading_came") == []
