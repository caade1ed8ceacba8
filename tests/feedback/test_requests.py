"""How did I come across when …? Asked of chosen peers, until a day; each of them knows of their own request only."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError
from django.template.loader import render_to_string
from django.urls import reverse

from common.actor import acting_as
from common.fences import MEMBER, WORKER
from common.ids import new_id
from feedback import services
from feedback.models import FeedbackNote, FeedbackRequest
from groups.models import Membership
from nudges.kinds import NotWanted, kind_named
from nudges.models import Nudge
from tests.factories import NOW, FeedbackRequestFactory
from tests.world import CAST

SECRET = "zugzwang-quokka"
TODAY, UNTIL = NOW.date(), NOW.date() + timedelta(days=7)


@pytest.fixture
def request_to_peer(world, arranging):
    with arranging():
        return FeedbackRequestFactory(
            membership=world.memberships["member"], peer=world.memberships["peer"], about=SECRET, until_on=UNTIL
        )


def url(name, world, *args):
    return reverse(f"feedback:{name}", args=[world.group.pk, *args])


def question(world, *names, **changes):
    peers = [world.memberships[name].pk for name in names]
    return {"about": SECRET, "peers": peers, "until_on": UNTIL.isoformat(), **changes}


def asked_of(arranging):
    with arranging():
        return sorted(FeedbackRequest.objects.exclude(about=None).values_list("peer__person__name", "ended_as"))


def test_chosen_peers_are_asked_and_see_it_on_today_and_in_feedback(as_person, arranging, world):
    as_person(world.people["member"]).post(url("ask", world), question(world, "peer", "both"))

    for who in ("peer", "both", "facilitator"):
        client = as_person(world.people[who])
        pages = [client.get(address).content.decode() for address in (reverse("today"), url("inbox", world))]
        is_there = ["Member asks how they came across" in page for page in pages]
        assert is_there == [who != "facilitator"] * 2
        assert not any(SECRET in page for page in pages)


def test_nobody_sees_whom_else_one_asked(as_person, arranging, world):
    as_person(world.people["member"]).post(url("ask", world), question(world, "peer", "both"))
    with arranging():
        to_both = FeedbackRequest.objects.get(peer=world.memberships["both"])

    client = as_person(world.people["peer"])

    assert client.get(url("asked", world, to_both.pk)).status_code == 404
    with acting_as(MEMBER, person=world.people["peer"]):
        assert not FeedbackRequest.objects.filter(pk=to_both.pk).exists()


def test_a_question_sent_twice_is_asked_once(as_person, arranging, world):
    client, words = as_person(world.people["both"]), question(world, "peer", "member", key=new_id())

    client.post(url("ask", world), words)
    page = client.post(url("ask", world), words, follow=True).content.decode()

    assert "They have been asked already." in page
    with arranging():
        assert FeedbackRequest.objects.filter(membership=world.memberships["both"]).count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"about": " "},
        {"about": "x" * 501},
        {"peers": []},
        {"peers": ["nobody"]},
        {"until_on": "2027-01-17"},
        {"until_on": "2029-01-01"},
        {"until_on": "soon"},
    ],
    ids=str,
)
def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(as_person, arranging, world, wrong):
    client = as_person(world.people["both"])

    response = client.post(url("ask", world), question(world, "peer", **wrong))

    page = response.content.decode()
    assert response.status_code == 422
    assert wrong.get("about", SECRET).strip() in page
    with arranging():
        assert not FeedbackRequest.objects.filter(membership=world.memberships["both"]).exists()


@pytest.mark.parametrize("who", ["member", "former", "unsigned"])
def test_only_peers_who_read_the_group_can_be_asked(as_person, arranging, world, who):
    response = as_person(world.people["member"]).post(url("ask", world), question(world, who))

    assert response.status_code == 422
    with acting_as(MEMBER, person=world.people["member"]), pytest.raises(services.NotAPeer):
        services.ask_peers(
            membership=world.memberships["member"], peers=[world.memberships[who]], key=new_id(), about="x",
            until_on=UNTIL, now=NOW,
        )  # fmt: skip


def state_of(arranging, row):
    with arranging():
        return FeedbackRequest.objects.get(pk=row.pk).ended_as


def test_the_asked_writes_a_note_from_it_and_the_request_ends(as_person, arranging, world, request_to_peer):
    client = as_person(world.people["peer"])
    page = client.get(url("asked", world, request_to_peer.pk)).content.decode()
    address = f"{url('note_new', world)}?ask={request_to_peer.pk}"
    form = client.get(address).content.decode()
    letter = {
        "recipient": world.memberships["member"].pk,
        "kind": "keep",
        "situation": "On Tuesday",
        "behavior": "You sat",
    }

    client.post(address, {**letter, "key": (key := new_id())})

    assert SECRET in page
    assert address in page
    assert SECRET in form
    assert f'value="{world.memberships["member"].pk}" selected' in form
    assert state_of(arranging, request_to_peer) == "given"
    with arranging():
        assert FeedbackNote.objects.filter(pk=key).exists()
    author = as_person(world.people["member"])
    assert "Wrote you a note" in author.get(url("inbox", world), {"box": "sent"}).content.decode()


def test_a_note_to_somebody_else_leaves_the_request_open(as_person, arranging, world, request_to_peer):
    letter = {
        "recipient": world.memberships["both"].pk,
        "kind": "keep",
        "situation": "On Tuesday",
        "behavior": "You sat",
    }

    as_person(world.people["peer"]).post(f"{url('note_new', world)}?ask={request_to_peer.pk}", letter)

    assert state_of(arranging, request_to_peer) == ""


@pytest.mark.parametrize("who", ["both", "facilitator", "member"])
def test_the_question_shows_on_the_form_of_the_asked_only(as_person, world, request_to_peer, who):
    page = as_person(world.people[who]).get(f"{url('note_new', world)}?ask={request_to_peer.pk}")

    assert (page.status_code, SECRET in page.content.decode()) == (200, False)


@pytest.mark.parametrize(("who", "act", "end"), [("peer", "decline", "declined"), ("member", "withdraw", "withdrawn")])
def test_it_is_declined_or_taken_back_once_without_a_reason(
    as_person, arranging, world, request_to_peer, who, act, end
):
    client = as_person(world.people[who])

    first = client.post(url(f"ask_{act}", world, request_to_peer.pk), follow=True).content.decode()
    second = client.post(url(f"ask_{act}", world, request_to_peer.pk), follow=True).content.decode()

    assert "This request has ended already." not in first
    assert "This request has ended already." in second
    assert state_of(arranging, request_to_peer) == end
    today = as_person(world.people["peer"]).get(reverse("today")).content.decode()
    assert today.count("asks how they came across") == 1  # the world's own


def test_past_its_day_it_closes_gently(as_person, arranging, clock, world, request_to_peer):
    clock.move_to(NOW + timedelta(days=8))
    peer = as_person(world.people["peer"])

    page = peer.get(url("asked", world, request_to_peer.pk)).content.decode()
    lists = peer.get(url("inbox", world)).content.decode()
    declined = peer.post(url("ask_decline", world, request_to_peer.pk), follow=True).content.decode()
    own = as_person(world.people["member"]).get(url("asked", world, request_to_peer.pk)).content.decode()

    assert "Nothing is expected of you here any more." in page
    assert str(request_to_peer.pk) not in lists
    assert "This request has ended already." in declined
    assert "The day has passed" in own
    assert state_of(arranging, request_to_peer) == ""


# Walls ---------------------------------------------------------------------------------------------------------------


def test_visible_to_alone_shows_a_request_to_the_two(world, arranging, request_to_peer):
    def sees():
        rows = {who: FeedbackRequest.objects.visible_to(world.people[who]) for who in CAST[1:]}
        return {who for who in rows if rows[who].filter(pk=request_to_peer.pk)}

    with arranging():
        before = sees()
        Membership.objects.filter(pk=world.memberships["peer"].pk).update(left_at=NOW)
        after = sees()

    assert (before, after) == ({"member", "peer"}, {"member"})


def end_by_hand(world, row, caller, how):
    with acting_as(MEMBER, person=world.people[caller]):
        return FeedbackRequest.objects.filter(pk=row.pk).update(closed_at=NOW, ended_as=how)


@pytest.mark.parametrize(
    ("caller", "how"), [("member", "given"), ("member", "declined"), ("peer", "withdrawn")], ids=" ".join
)
def test_row_security_alone_lets_each_end_a_request_in_their_own_way(world, as_owner, request_to_peer, caller, how):
    with pytest.raises(DatabaseError, match="row-level security"):
        end_by_hand(world, request_to_peer, caller, how)
    with as_owner("ALTER TABLE feedback_feedbackrequest DISABLE ROW LEVEL SECURITY"):
        assert end_by_hand(world, request_to_peer, caller, how) == 1


def test_row_security_alone_lets_nobody_ask_in_anothers_name(world, as_owner):
    def ask():
        with acting_as(MEMBER, person=world.people["peer"]):
            FeedbackRequestFactory(membership=world.memberships["member"], peer=world.memberships["both"])

    with pytest.raises(DatabaseError, match="row-level security"):
        ask()
    with as_owner("ALTER TABLE feedback_feedbackrequest DISABLE ROW LEVEL SECURITY"):
        ask()


# Word of it ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def nudge(world):
    with acting_as(MEMBER, person=world.people["member"]):
        services.ask_peers(
            membership=world.memberships["member"], peers=[world.memberships["facilitator"]], key=new_id(),
            about=SECRET, until_on=date(2027, 2, 10), now=NOW,
        )  # fmt: skip
    with acting_as(WORKER):
        return Nudge.objects.get(kind="feedback_asked")


def build(nudge, now=NOW):
    with acting_as(WORKER):
        return kind_named("feedback_asked").build(nudge, now)


def test_the_mail_says_neither_who_nor_what(world, nudge):
    context = build(nudge).context
    parts = ("subject.txt", "body.txt", "body.html")
    mail = [render_to_string(f"emails/feedback_asked-{part}", context) for part in parts]

    assert nudge.recipient_id == world.people["facilitator"].pk
    assert mail[0].strip() == "A peer in Harbor asks how they came across"
    assert not any(word in part for part in mail for word in (SECRET, "Member"))
    assert all("10 February" in part for part in mail[1:])


@pytest.mark.parametrize("happened", ["ended", "asker left", "asked left", "day passed"])
def test_word_that_is_no_longer_wanted_is_dropped(world, arranging, nudge, happened):
    build(nudge)
    with arranging():
        if happened == "ended":
            FeedbackRequest.objects.update(closed_at=NOW, ended_as="withdrawn")
        elif happened != "day passed":
            who = "member" if happened == "asker left" else "facilitator"
            Membership.objects.filter(pk=world.memberships[who].pk).update(left_at=NOW)

    with pytest.raises(NotWanted):
        build(nudge, NOW + timedelta(days=60) if happened == "day passed" else NOW)
