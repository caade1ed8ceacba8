"""What members tell their group about themselves: shared at once and whole, compared in plain sight, taken back."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.urls import reverse

from common.actor import acting_as
from common.fences import MEMBER
from feedback.comparing import compare
from feedback.models import Introduction
from feedback.models.introductions import WORDS
from feedback.services import introductions as services
from feedback.topics import MOST, TOPICS
from groups.models import CoachingGroup, Draft, Membership
from sessions.models import CoachingSession
from tests.factories import NOW, CoachingSessionFactory, IntroductionFactory
from tests.world import CAST

READERS = {"member", "peer", "both", "facilitator"}
SECRET = "zugzwang-quokka"
ODD = "שלום ‮ 👩🏽‍🚀 <script>alert(1)</script> {{ 7 }} O’Brien"


def at(name, world):
    return reverse(f"feedback:{name}", args=[world.group.pk])


def group_page(world):
    return reverse("groups:group", args=[world.group.pk])


def rows(arranging, world, who):
    with arranging():
        found = Introduction.objects.filter(membership=world.memberships[who])
        return [({name: getattr(row, name).open() for name in WORDS}, row.topics.open()) for row in found]


def wrote(arranging, world, who):
    return [{name: text for name, text in words.items() if text} for words, _topics in rows(arranging, world, who)]


# The comparison ------------------------------------------------------------------------------------------------------


def members(*names):
    class Person:
        def __init__(self, name):
            self.name = name

    class Member:
        def __init__(self, name):
            self.pk, self.person = name, Person(name)

    return [Member(name) for name in names]


def sentences(ticked, reader, *, in_pair=False):
    found = compare(ticked, reader=reader, in_pair=in_pair)
    return [row.sentence for row in found.common], [row.sentence for row in found.apart]


def test_what_is_common_comes_first_and_each_difference_has_its_name():
    amara, lin, marek, quiet = members("Amara", "Lin", "Marek", "Quiet")
    ticked = [
        (amara, ["hiring", "delegating", "doubt"]), (lin, ["delegating", "doubt"]), (marek, ["delegating", "board"]),
        (quiet, []),
    ]  # fmt: skip

    found = compare(ticked, reader=amara, in_pair=False)

    assert [one.pk for one in found.members] == ["Amara", "Lin", "Marek"]
    assert [(row.label, row.marks) for row in found.rows] == [
        ("Delegating", (True, True, True)),
        ("Doubting myself", (True, True, False)),
        ("Hiring", (True, False, False)),
        ("Working with a board", (False, False, True)),
    ]
    assert sentences(ticked, amara) == (
        ["Three of you picked “Delegating”.", "Two of you picked “Doubting myself”."],
        ["Only you picked “Hiring”.", "Only Marek picked “Working with a board”."],
    )
    assert sentences(ticked, quiet)[0] == [
        "Three members picked “Delegating”.",
        "Two members picked “Doubting myself”.",
    ]


def test_in_a_pair_it_is_both_of_you_and_one_alone_differs_from_nobody():
    amara, lin = members("Amara", "Lin")

    assert sentences([(amara, ["time"]), (lin, ["time", "cuts"])], amara, in_pair=True) == (
        ["Both of you picked “Too little time”."],
        ["Only Lin picked “Cutting back”."],
    )
    assert sentences([(amara, ["time"]), (lin, [])], amara, in_pair=True) == ([], [])


# Sharing -------------------------------------------------------------------------------------------------------------


def test_a_member_shares_and_everybody_who_reads_the_group_reads_it(as_person, arranging, world):
    peer = as_person(world.people["peer"])
    form = peer.get(at("introduce", world)).content.decode()

    page = peer.post(at("introduce", world), {"misread": SECRET, "topics": ["delegating", "hiring"]}, follow=True)

    assert "Your group and Facilitator (facilitator)" in form
    assert "Shared. Your group can read it now." in page.content.decode()
    for who in READERS:
        page = as_person(world.people[who]).get(at("in_common", world)).content.decode()
        assert page.count(SECRET) == 1
        assert "picked “Delegating”." in page
    assert "Only you picked “Hiring”." in peer.get(at("in_common", world)).content.decode()
    assert wrote(arranging, world, "peer") == [{"misread": SECRET}]


def test_nothing_is_shown_before_it_is_shared(as_person, arranging, world):
    """What is typed and ticked is a draft, which comes back to its writer alone."""
    peer = as_person(world.people["peer"])
    words = '{"outside": "zugzwang-quokka", "topics": "hiring\\ndoubt"}'
    tab = "0b5f6f0a-3f0e-4c9f-9a51-000000000001"
    draft = {"place": "feedback:introduce", "tab": tab, "words": words}

    assert peer.post(reverse("groups:draft_keep", args=[world.group.pk]), draft).status_code == 200

    for who in READERS:
        assert SECRET not in as_person(world.people[who]).get(at("in_common", world)).content.decode()
    form = peer.get(at("introduce", world)).content.decode()
    assert f">\n{SECRET}</textarea>" in form
    assert form.count(" checked") == 2
    peer.post(at("introduce", world), {"outside": SECRET, "draft": tab})
    with arranging():
        assert not Draft.objects.filter(place="feedback:introduce").exists()


def test_it_is_changed_by_its_author_and_there_is_one_each(as_person, arranging, world):
    client = as_person(world.people["member"])
    form = client.get(at("introduce", world)).content.decode()

    for _ in range(2):
        client.post(at("introduce", world), {"thinking": "A walk", "topics": ["energy"]})

    assert "Leading people who know more than I do" in form
    assert form.count(" checked") == 2
    assert wrote(arranging, world, "member") == [{"thinking": "A walk"}]
    assert rows(arranging, world, "member")[0][1] == "energy"


def test_it_is_taken_back_and_twice_is_once_also_when_the_group_has_ended(as_person, arranging, world):
    with arranging():
        CoachingGroup.objects.filter(pk=world.group.pk).update(state=CoachingGroup.State.ENDED)
    client = as_person(world.people["member"])

    first, second = (client.post(at("introduction_take_back", world), follow=True).content.decode() for _ in range(2))

    assert "Taken back." in first
    assert "It was taken back already." in second
    assert "Nobody has shared anything yet" in second
    assert rows(arranging, world, "member") == []
    assert client.get(at("introduce", world)).status_code == 403


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "Nothing is written or picked yet."),
        ({"outside": "​"}, "Nothing is written or picked yet."),
        ({"outside": SECRET, "topics": list(TOPICS)[: MOST + 1]}, "You picked 7. Pick up to six"),
        ({"outside": SECRET, "topics": ["astrology"]}, "not on the list"),
        ({"outside": SECRET * 40}, "at most 500 fit"),
    ],
    ids=["nothing", "unseen", "too many", "not on the list", "too long"],
)
def test_what_does_not_fit_is_said_and_nothing_is_lost(as_person, arranging, world, typed, says):
    answer = as_person(world.people["peer"]).post(at("introduce", world), typed)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert typed.get("outside", "") in page
    assert page.count(" checked") == len([one for one in typed.get("topics", []) if one in TOPICS])
    assert rows(arranging, world, "peer") == []


def test_markup_stays_words(as_person, world):
    client = as_person(world.people["peer"])

    page = client.post(at("introduce", world), {"outside": ODD}, follow=True).content.decode()

    assert "<script>alert(1)" not in page
    assert "שלום ‮ 👩🏽‍🚀 &lt;script&gt;alert(1)&lt;/script&gt; {{ 7 }} O’Brien" in page


# Where it is shown ---------------------------------------------------------------------------------------------------


def test_before_the_first_session_it_stands_on_the_pages_of_group_and_session(as_person, arranging, clock, world):
    with arranging():
        later = CoachingSessionFactory(
            group=world.group, scheduled_by=world.memberships["facilitator"], starts_at=NOW + timedelta(days=30),
            ends_at=NOW + timedelta(days=31),
        )  # fmt: skip
        CoachingSession.objects.filter(group=world.group, ends_at__lte=NOW).update(cancelled_at=NOW)
    peer = as_person(world.people["peer"])

    def offers(name, *args):
        page = peer.get(reverse(name, args=[world.group.pk, *args])).content.decode()
        return at("introduce", world) in page

    assert offers("groups:group")
    assert offers("sessions:session", world.session.pk)
    assert not offers("sessions:session", later.pk)

    clock.move_to(world.session.ends_at)

    assert not offers("groups:group")
    assert not offers("sessions:session", world.session.pk)
    assert at("in_common", world) in peer.get(group_page(world)).content.decode()  # it stays to be read


def test_whoever_has_left_is_compared_with_nobody(as_person, arranging, world):
    with arranging():
        Membership.objects.filter(pk=world.memberships["member"].pk).update(left_at=NOW)

    page = as_person(world.people["peer"]).get(at("in_common", world)).content.decode()

    assert "Nobody has shared anything yet" in page


@pytest.mark.parametrize("count", [0, 2])
def test_the_page_asks_as_often_for_one_as_for_three(as_person, arranging, world, django_assert_num_queries, count):
    with arranging():
        for who in ["peer", "both"][:count]:
            IntroductionFactory(membership=world.memberships[who])
    client = as_person(world.people["member"])

    # login session, person, savepoint, context, membership, places, introductions, the group's key, who facilitates,
    # context back, release
    with django_assert_num_queries(11):
        page = client.get(at("in_common", world)).content.decode()

    assert page.count("data-told=") == count + 1


# Its walls, each alone -----------------------------------------------------------------------------------------------


def who_finds(world, row):
    found = set()
    for name in CAST[1:]:
        with acting_as(MEMBER, person=world.people[name]):
            if Introduction.objects.filter(pk=row.pk).exists():
                found.add(name)
    return found


def test_visible_to_alone_shows_it_to_whoever_reads_the_group(arranging, world):
    with arranging():
        found = {
            name for name in CAST[1:] if Introduction.objects.visible_to(world.people[name]).filter(
                pk=world.introduction.pk
            )
        }  # fmt: skip
    assert found == READERS


def test_row_security_alone_shows_it_to_whoever_reads_the_group_and_can_fail(as_owner, world):
    assert who_finds(world, world.introduction) == READERS
    with as_owner("ALTER TABLE feedback_introduction DISABLE ROW LEVEL SECURITY"):
        assert who_finds(world, world.introduction) == set(CAST[1:])


def test_a_newcomer_reads_it_when_it_is_shared_again(arranging, world):
    with arranging():
        Membership.objects.filter(pk=world.memberships["peer"].pk).update(
            reads_from=world.introduction.shared_at + timedelta(hours=1)
        )

    def read_by_both_walls():
        with arranging():
            python = Introduction.objects.visible_to(world.people["peer"]).exists()
        return {python, "peer" in who_finds(world, world.introduction)}

    assert read_by_both_walls() == {False}
    with acting_as(MEMBER, person=world.people["member"]):
        services.share_introduction(
            membership=world.memberships["member"], words=dict.fromkeys(WORDS, "Again"), topics=[], now=NOW
        )
    assert read_by_both_walls() == {True}


def test_row_security_alone_lets_only_its_author_write(as_owner, world):
    def change_and_delete():
        with acting_as(MEMBER, person=world.people["peer"]):
            own = Introduction.objects.filter(pk=world.introduction.pk)
            return own.update(shared_at=NOW), own.delete()[0]

    assert change_and_delete() == (0, 0)
    with pytest.raises(DatabaseError, match="row-level security"), acting_as(MEMBER, person=world.people["peer"]):
        IntroductionFactory(membership=world.memberships["both"])
    with as_owner("ALTER TABLE feedback_introduction DISABLE ROW LEVEL SECURITY"):
        assert change_and_delete() == (1, 1)
