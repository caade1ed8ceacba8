"""A mirror: begun with one's own words, filled by peers who see no others, opened when two have picked."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from common.actor import acting_as
from common.fences import MEMBER, WORKER
from common.ids import new_id
from feedback.mirror_picture import panes
from feedback.mirror_words import WORDS, apart
from feedback.models import Mirror, MirrorAsk, MirrorChoice
from feedback.services import mirrors as services
from feedback.services.peers import NotAPeer
from groups.models import Membership
from nudges.kinds import NotWanted, kind_named
from nudges.models import Nudge
from tests.factories import NOW, MirrorAskFactory, MirrorChoiceFactory, MirrorFactory

TODAY, UNTIL = NOW.date(), NOW.date() + timedelta(days=7)
OWN = ["calm", "clear", "curious", "fair", "frank"]
THEIRS = ["calm", "stubborn", "curious", "loyal", "restless"]
OTHERS = ["calm", "stubborn", "funny", "warm", "bold", "open"]


def url(name, world, *args):
    return reverse(f"feedback:{name}", args=[world.group.pk, *args])


def typed(world, *names, **changes):
    peers = [world.memberships[name].pk for name in names]
    return {"words": OWN, "peers": peers, "until_on": UNTIL.isoformat(), "key": new_id(), **changes}


def begin(world, *names, owner="both", until_on=UNTIL, **changes):
    with acting_as(MEMBER, person=world.people[owner]):
        how = {"words": OWN, "peers": [world.memberships[name] for name in names], "key": new_id(), **changes}
        return services.begin_mirror(
            membership=world.memberships[owner], until_on=until_on, today=TODAY, now=NOW, **how
        )


def ask_of(world, mirror, name):
    with acting_as(MEMBER, person=world.people[name]):
        rows = MirrorAsk.objects.select_related("membership", "peer", "group")
        return rows.get(mirror_id=mirror.pk, peer=world.memberships[name])


def pick(world, mirror, name, words, now=NOW):
    ask = ask_of(world, mirror, name)
    with acting_as(MEMBER, person=world.people[name]):
        return services.pick_words(ask=ask, words=words, today=TODAY, now=now)


def opened(world, mirror, owner="both"):
    with acting_as(MEMBER, person=world.people[owner]):
        services.open_mirror(mirror=mirror, now=NOW)
        return mirror


@pytest.fixture
def mirror(world):
    """*both*'s; *member* and *peer* are asked."""
    return begin(world, "member", "peer")


# The words and the picture -------------------------------------------------------------------------------------------


def test_the_list_is_about_sixty_plain_words_each_once():
    labels = [str(label) for label in WORDS.values()]

    assert 50 <= len(labels) <= 60
    assert len(set(labels)) == len(labels)
    assert labels == sorted(labels)


def test_every_word_stands_in_one_pane():
    four = panes(OWN, [("Lin", THEIRS), ("Amara", OTHERS)])

    def labels(pane):
        return {word.label for word in pane}

    assert labels(four.open) == {"Calm", "Curious"}
    assert labels(four.blind) == {"Stubborn", "Loyal", "Restless", "Funny", "Warm", "Bold", "Open"}
    assert labels(four.hidden) == {"Clear", "Fair", "Frank"}
    assert len(four.open + four.blind + four.hidden + four.unknown) == len(WORDS)
    assert (four.blind[0].label, four.blind[0].names) == ("Stubborn", ("Lin", "Amara"))


# Beginning -----------------------------------------------------------------------------------------------------------


def test_chosen_peers_are_asked_and_read_no_word(as_person, world):
    client = as_person(world.people["both"])

    page = client.post(url("mirror_new", world), typed(world, "member", "peer"), follow=True).content.decode()

    assert "Asked. Your words are kept for you alone." in page
    for who in ("member", "peer", "facilitator"):
        client = as_person(world.people[who])
        pages = [client.get(address).content.decode() for address in (reverse("today"), url("inbox", world))]
        is_there = ["asks you for words that describe them" in page for page in pages]
        assert is_there == [who != "facilitator"] * 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"words": OWN[:4]}, "You picked 4 words. Pick five or six."),
        ({"words": list(WORDS)[:7]}, "You picked 7 words. Pick five or six."),
        ({"words": [*OWN[:4], OWN[0]]}, "You picked 4 words."),
        ({"words": [*OWN, "handsome"]}, "One of those words is not on the list."),
        ({"words": []}, "Pick five or six words."),
        ({"until_on": "2027-01-17"}, "That day has passed."),
        ({"until_on": "2029-01-01"}, "within the next six weeks"),
        ({"until_on": "soon"}, "That is not a date."),
        ({"peers": []}, "Choose at least two peers."),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_and_nothing_ticked_is_lost(as_person, arranging, world, wrong, said):
    response = as_person(world.people["both"]).post(url("mirror_new", world), typed(world, "member", "peer", **wrong))

    page = response.content.decode()
    assert (response.status_code, said in page) == (422, True)
    for word in set(wrong.get("words", OWN)) & set(WORDS):
        assert f'value="{word}" checked' in page
    with arranging():
        assert not Mirror.objects.filter(membership=world.memberships["both"]).exists()


@pytest.mark.parametrize("who", ["both", "former", "unsigned"])
def test_only_peers_who_read_the_group_can_be_asked(as_person, world, who):
    response = as_person(world.people["both"]).post(url("mirror_new", world), typed(world, "member", who))

    assert response.status_code == 422
    with pytest.raises(NotAPeer):
        begin(world, "member", who)


def test_one_peer_is_not_enough_also_named_twice(as_person, world):
    response = as_person(world.people["both"]).post(url("mirror_new", world), typed(world, "member", "member"))

    assert "Choose at least two peers." in response.content.decode()
    with pytest.raises(services.TooFewPeers):
        begin(world, "member")
    with pytest.raises(services.DayHasPassed):
        begin(world, "member", "peer", until_on=TODAY - timedelta(days=1))


def test_a_form_sent_twice_asks_once(as_person, arranging, world):
    client, form = as_person(world.people["both"]), typed(world, "member", "peer")

    client.post(url("mirror_new", world), form)
    page = client.post(url("mirror_new", world), form, follow=True).content.decode()

    assert "They have been asked already." in page
    with arranging():
        assert MirrorAsk.objects.filter(membership=world.memberships["both"]).count() == 2


def test_one_mirror_at_a_time_waits_to_be_opened(as_person, arranging, world, mirror):
    response = as_person(world.people["both"]).post(url("mirror_new", world), typed(world, "member", "peer"))

    assert response.status_code == 409
    assert "Open it or let it go first." in response.content.decode()
    assert 'value="calm" checked' in response.content.decode()
    with pytest.raises(services.MirrorWaits):
        begin(world, "member", "peer")
    with arranging():
        assert Mirror.objects.filter(membership=world.memberships["both"]).count() == 1


# Picking -------------------------------------------------------------------------------------------------------------


def words_of(world, arranging, name):
    with acting_as(MEMBER, person=world.people[name]):
        rows = MirrorChoice.objects.filter(author=world.memberships[name], recipient=world.memberships["both"])
        return [apart(row.words.open()) for row in rows]


def test_a_peer_picks_and_sees_no_words_of_others(as_person, arranging, world, mirror):
    pick(world, mirror, "member", OTHERS)
    client, address = as_person(world.people["peer"]), url("mirror_pick", world, ask_of(world, mirror, "peer").pk)

    page = client.get(address).content.decode()
    client.post(address, {"words": THEIRS})
    again = client.get(address).content.decode()

    assert " checked" not in page
    assert "Both reads which words you picked, under your name" in page
    assert again.count(" checked") == len(THEIRS)
    assert [set(words) for words in words_of(world, arranging, "peer")] == [set(THEIRS)]


@pytest.mark.parametrize("words", [THEIRS[:4], list(WORDS)[:7], [*THEIRS, "handsome"], []], ids=str)
def test_a_peer_is_told_what_is_wrong_and_loses_nothing(as_person, arranging, world, mirror, words):
    ask = ask_of(world, mirror, "peer")

    response = as_person(world.people["peer"]).post(url("mirror_pick", world, ask.pk), {"words": words})

    assert response.status_code == 422
    assert response.content.decode().count(" checked") == len(set(words) & set(WORDS))
    assert words_of(world, arranging, "peer") == []


def test_picking_again_or_twice_changes_the_one_choice(arranging, world, mirror):
    for words in (THEIRS, THEIRS, OTHERS):
        pick(world, mirror, "peer", words)

    assert [set(words) for words in words_of(world, arranging, "peer")] == [set(OTHERS)]
    with acting_as(WORKER):
        assert Nudge.objects.filter(kind="mirror_ready").count() == 1


def test_whoever_declined_may_still_pick(as_person, arranging, world, mirror):
    client, ask = as_person(world.people["peer"]), ask_of(world, mirror, "peer")

    page = client.post(url("mirror_decline", world, ask.pk), follow=True).content.decode()
    again = client.post(url("mirror_decline", world, ask.pk), follow=True).content.decode()
    pick(world, mirror, "peer", THEIRS)

    assert "Not this time." in page
    assert "This request has ended already." in again
    assert ask_of(world, mirror, "peer").ended_as == "given"


@pytest.mark.parametrize("happened", ["opened", "let go", "day passed", "owner left"])
def test_after_the_end_nobody_picks_or_changes(as_person, arranging, world, clock, mirror, happened):
    pick(world, mirror, "peer", THEIRS)
    pick(world, mirror, "member", THEIRS)
    ask = ask_of(world, mirror, "peer")
    if happened == "opened":
        opened(world, mirror)
    elif happened == "let go":
        with acting_as(MEMBER, person=world.people["both"]):
            services.let_mirror_go(mirror=mirror)
    elif happened == "day passed":
        clock.move_to(NOW + timedelta(days=8))
    else:
        with arranging():
            Membership.objects.filter(pk=world.memberships["both"].pk).update(left_at=NOW)
    client = as_person(world.people["peer"])

    page = client.get(url("mirror_pick", world, ask.pk)).content.decode()
    response = client.post(url("mirror_pick", world, ask.pk), {"words": OTHERS})

    assert "Nothing is expected of you here any more." in page
    assert "You picked: Calm, Curious" in page
    assert response.status_code == 409
    assert "It is too late" in response.content.decode()
    assert 'value="funny" checked' in response.content.decode()
    assert [set(words) for words in words_of(world, arranging, "peer")] == [set(THEIRS)]


# Opening and letting go ----------------------------------------------------------------------------------------------


def test_it_opens_when_two_have_picked_and_shows_four_panes(as_person, world, mirror):
    client = as_person(world.people["both"])
    pick(world, mirror, "peer", THEIRS)
    early = client.post(url("mirror_open", world, mirror.pk), follow=True).content.decode()
    pick(world, mirror, "member", OTHERS)
    ready = client.get(url("mirror", world, mirror.pk)).content.decode()
    today = client.get(reverse("today")).content.decode()

    page = client.post(url("mirror_open", world, mirror.pk), follow=True).content.decode()
    again = client.post(url("mirror_open", world, mirror.pk), follow=True)

    assert "Fewer than two have picked so far." in early
    assert "Stubborn" not in early + ready
    assert "Open your mirror" in ready
    assert "Your mirror can be opened" in today
    assert again.status_code == 200
    for pane, word in {"open": "Calm", "blind": "Stubborn", "hidden": "Frank", "unknown": "Thorough"}.items():
        assert word in page.partition(f'data-pane="{pane}"')[2].partition("</section>")[0]
    assert "Who picked which word" in page


def test_with_too_few_there_is_no_picture_past_the_pages(world, mirror):
    pick(world, mirror, "peer", THEIRS)

    with pytest.raises(services.TooFewHavePicked):
        opened(world, mirror)


def test_the_course_of_the_blind_spot_shows_with_the_second_mirror(as_person, world, mirror):
    client = as_person(world.people["both"])
    for number, words in enumerate((THEIRS, OWN)):
        one = mirror if not number else begin(world, "member", "peer")
        pick(world, one, "peer", words)
        pick(world, one, "member", words)
        opened(world, one)
        page = client.get(url("mirrors", world)).content.decode()
        assert ("Your blind spot, from mirror to mirror" in page) == bool(number)

    assert "<svg" in page.partition("Your blind spot")[2]
    assert '<td class="sheet__number">3</td>' in page
    assert '<td class="sheet__number">0</td>' in page


def test_letting_it_go_asks_first_and_leaves_peers_their_words(as_person, arranging, world, mirror):
    pick(world, mirror, "peer", THEIRS)
    client = as_person(world.people["both"])

    asked = client.get(url("mirror_let_go", world, mirror.pk)).content.decode()
    page = client.post(url("mirror_let_go", world, mirror.pk), follow=True).content.decode()
    gone = client.post(url("mirror_open", world, mirror.pk))

    assert "This cannot be undone" in asked
    assert "The mirror is gone, and your words with it." in page
    assert gone.status_code == 404
    assert [set(words) for words in words_of(world, arranging, "peer")] == [set(THEIRS)]
    today = as_person(world.people["member"]).get(reverse("today")).content.decode()
    assert "asks you for words" not in today


def test_opening_what_is_let_go_meanwhile_says_so(as_person, world, mirror):
    with acting_as(MEMBER, person=world.people["both"]):
        services.let_mirror_go(mirror=mirror)
    with pytest.raises(services.MirrorGone):
        opened(world, mirror)


@pytest.mark.parametrize("count", [1, 3])
def test_pages_ask_a_constant_number_of_queries(as_person, arranging, world, django_assert_num_queries, count):
    with arranging():
        mine = world.memberships["both"]
        for _number in range(count):
            one = MirrorFactory(membership=mine, opened_at=NOW)
            for name in ("member", "peer"):
                ask = MirrorAskFactory(
                    mirror=one, peer=world.memberships[name], closed_at=NOW, ended_as="given", shut_at=NOW
                )
                MirrorChoiceFactory(ask=ask)
    client = as_person(world.people["both"])

    # savepoint and its release, login session, person, context and back, membership, places; mirrors with their
    # counts, opened ones, what was picked for them, the group's key
    with django_assert_num_queries(12):
        response = client.get(url("mirrors", world))
    assert response.content.count(b"data-mirror=") == count
    # the mirror, and whom one asked, instead of the list
    with django_assert_num_queries(13):
        client.get(url("mirror", world, one.pk))


# Word of it ----------------------------------------------------------------------------------------------------------


def nudge_of(kind, person):
    with acting_as(WORKER):
        return Nudge.objects.get(kind=kind, recipient_id=person.pk)


def build(nudge, now=NOW):
    with acting_as(WORKER):
        return kind_named(nudge.kind).build(nudge, now)


def test_the_mails_say_neither_who_nor_what(world, mirror):
    pick(world, mirror, "peer", THEIRS)
    pick(world, mirror, "member", OTHERS, now=NOW + timedelta(minutes=1))
    parts = ("subject.txt", "body.txt", "body.html")
    with acting_as(WORKER):
        ready = Nudge.objects.filter(kind="mirror_ready")
        second = next(one for one in ready if one.context["ask"] == str(ask_of(world, mirror, "member").pk))
    asked = begin(world, "facilitator", "both", owner="member")
    contexts = {
        "mirror_asked": build(nudge_of("mirror_asked", world.people["facilitator"])).context,
        "mirror_ready": build(second).context,
    }

    for kind, context in contexts.items():
        mail = [render_to_string(f"emails/{kind}-{part}", context) for part in parts]
        assert "Harbor" in mail[0]
        assert not any(word in part for part in mail for word in ("Member", "Both", "Stubborn"))
    assert str(mirror.pk) in contexts["mirror_ready"]["action_url"]
    assert str(asked.pk) not in contexts["mirror_asked"]["action_url"]


def test_one_word_says_that_a_mirror_is_ready_and_only_the_second_peers(world, mirror):
    pick(world, mirror, "peer", THEIRS)
    pick(world, mirror, "member", OTHERS, now=NOW + timedelta(minutes=1))
    with acting_as(WORKER):
        nudges = list(Nudge.objects.filter(kind="mirror_ready"))

    wanted = []
    for nudge in nudges:
        try:
            build(nudge)
            wanted.append(nudge.context["ask"])
        except NotWanted:
            continue

    assert len(nudges) == 2
    assert wanted == [str(ask_of(world, mirror, "member").pk)]
    opened(world, mirror)
    for nudge in nudges:
        with pytest.raises(NotWanted):
            build(nudge)


@pytest.mark.parametrize("happened", ["picked", "let go", "asker left", "asked left", "day passed"])
def test_word_that_is_no_longer_wanted_is_dropped(world, arranging, mirror, happened):
    nudge = nudge_of("mirror_asked", world.people["peer"])
    build(nudge)
    if happened == "picked":
        pick(world, mirror, "peer", THEIRS)
    with arranging():
        if happened == "let go":
            Mirror.objects.filter(pk=mirror.pk).delete()
        elif happened.endswith("left"):
            who = "both" if happened == "asker left" else "peer"
            Membership.objects.filter(pk=world.memberships[who].pk).update(left_at=NOW)

    with pytest.raises(NotWanted):
        build(nudge, NOW + timedelta(days=60) if happened == "day passed" else NOW)
