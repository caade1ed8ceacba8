"""What one member wants watched in one session: named before it ends, read by the group, kept once it is noted."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from common.actor import acting_as
from common.fences import HR, MEMBER, WORKER
from feedback import services
from feedback.models import FeedbackNote, WatchedBehavior
from groups.models import CoachingGroup, Membership
from sessions.models import CoachingSession
from sessions.services import SessionNotBegun
from tests.factories import (
    NOW,
    CoachingSessionFactory,
    FeedbackNoteFactory,
    GoalFactory,
    MembershipFactory,
    WatchedBehaviorFactory,
)
from tests.world import CAST

SIGNED_IN = CAST[1:]
READERS = {"member", "peer", "both", "facilitator"}
SECRET = "zugzwang-quokka"
LONG = "sesquipedalian " * 6667  # 100,005 characters
ODD = "שלום ‮ 👩🏽‍🚀 <script>alert(1)</script> {{ 7 }} O’Brien & Söhne"


def watch(world, session=None):
    return reverse("feedback:watch", args=[world.group.pk, (session or world.session).pk])


def take_back(world):
    return reverse("feedback:watch_take_back", args=[world.group.pk, world.session.pk])


def session_page(world):
    return reverse("sessions:session", args=[world.group.pk, world.session.pk])


def texts(arranging, who, world):
    with arranging():
        return [row.text.open() for row in WatchedBehavior.objects.filter(membership=world.memberships[who])]


def noted(world, arranging, who="member"):
    """Somebody has written to them on the session."""
    with arranging():
        return FeedbackNoteFactory(
            author=world.memberships["both"], recipient=world.memberships[who], coaching_session=world.session
        )


def change_session(world, arranging, **changes):
    with arranging():
        CoachingSession.objects.filter(pk=world.session.pk).update(**changes)


# Naming --------------------------------------------------------------------------------------------------------------


def test_a_member_names_it_and_everybody_who_reads_the_group_reads_it(as_person, world):
    peer = as_person(world.people["peer"])
    form = peer.get(watch(world)).content.decode()

    page = peer.post(watch(world), {"text": SECRET}, follow=True).content.decode()

    assert "Your group and Facilitator (facilitator)" in form
    assert "Your group can read it now." in page
    for who in READERS:
        page = as_person(world.people[who]).get(session_page(world)).content.decode()
        assert page.count(SECRET) == 1
        assert "I let others finish" in page  # what *member* named


def test_it_is_worded_anew_by_its_author_and_there_is_one_each(as_person, arranging, world):
    client = as_person(world.people["member"])
    form = client.get(watch(world)).content.decode()

    client.post(watch(world), {"text": "I ask first"})
    client.post(watch(world), {"text": "I ask first"})

    assert "I let others finish" in form
    assert texts(arranging, "member", world) == ["I ask first"]


def test_the_table_itself_holds_one_each(arranging, world):
    with pytest.raises(IntegrityError, match="feedback_watched_once"), arranging(), transaction.atomic():
        WatchedBehaviorFactory(coaching_session=world.session, membership=world.memberships["member"])


def offered_on_today(client, world):
    page = client.get(reverse("today")).content.decode()
    assert ("What should the others watch for?" in page) == (watch(world) in page)
    return watch(world) in page


def test_from_the_day_before_today_offers_it_until_it_is_named(as_person, arranging, world):
    peer, tomorrow = as_person(world.people["peer"]), NOW + timedelta(hours=26)
    offered = []
    for starts_at in (NOW + timedelta(days=2), tomorrow, NOW - timedelta(minutes=5)):
        change_session(world, arranging, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))
        offered.append(offered_on_today(peer, world))
    change_session(world, arranging, starts_at=tomorrow, ends_at=tomorrow + timedelta(hours=2))
    others = {who: offered_on_today(as_person(world.people[who]), world) for who in ("member", "facilitator", "both")}
    peer.post(watch(world), {"text": SECRET})

    assert offered == [False, True, False]
    assert others == {"member": False, "facilitator": False, "both": True}  # *member* has named something
    assert not offered_on_today(peer, world)


def test_it_is_taken_back_and_twice_is_once(as_person, arranging, world):
    client = as_person(world.people["member"])

    first, second = (client.post(take_back(world), follow=True).content.decode() for _ in range(2))

    assert "Taken back." in first
    assert "It was taken back already." in second
    assert texts(arranging, "member", world) == []


def test_the_behavior_of_a_shared_goal_is_offered_to_begin_with(as_person, arranging, world):
    with arranging():
        goal = GoalFactory(membership=world.memberships["peer"], behavior=SECRET)
        draft = GoalFactory(membership=world.memberships["peer"], shared_at=None, title="Not shared", behavior="Hidden")
        others = GoalFactory(membership=world.memberships["both"], title="Of another")
    client = as_person(world.people["peer"])

    page = client.get(watch(world)).content.decode()
    begun = client.get(f"{watch(world)}?from={goal.pk}").content.decode()

    assert f"?from={goal.pk}" in page
    assert not {"Not shared", "Of another"} & {title for title in ("Not shared", "Of another") if title in page}
    assert f">\n{SECRET}</textarea>" in begun
    for other in (draft, others):
        assert "textarea" in (again := client.get(f"{watch(world)}?from={other.pk}").content.decode())
        assert "Hidden" not in again
    assert texts(arranging, "peer", world) == []


@pytest.mark.parametrize("text", ["", "   ", "\x00", "​", LONG], ids=["nothing", "blank", "nul", "unseen", "long"])
def test_what_does_not_fit_is_said_and_nothing_typed_is_lost(as_person, arranging, world, text):
    answer = as_person(world.people["peer"]).post(watch(world), {"text": text})

    assert answer.status_code == 422
    assert text.strip("\x00").strip() in answer.content.decode()
    assert texts(arranging, "peer", world) == []


def test_markup_and_letters_of_every_kind_stay_words(as_person, arranging, world):
    client = as_person(world.people["peer"])

    page = client.post(watch(world), {"text": ODD}, follow=True).content.decode()

    assert "<script>alert(1)" not in page
    assert "שלום ‮ 👩🏽‍🚀 &lt;script&gt;alert(1)&lt;/script&gt; {{ 7 }} O’Brien &amp; Söhne" in page
    assert texts(arranging, "peer", world) == [ODD]


@pytest.mark.parametrize(
    ("moment", "changes", "says"),
    [
        (NOW - timedelta(days=1), {}, "from the day before the session on"),
        (NOW, {"cancelled_at": NOW}, "This session is cancelled."),
        (NOW, {"starts_at": NOW + timedelta(days=3), "ends_at": NOW + timedelta(days=4)}, "from the day before"),
        (NOW + timedelta(days=2), {}, "This session is over"),
    ],
    ids=["too early", "cancelled", "moved", "over"],
)
def test_when_it_cannot_be_named_a_sentence_says_so_and_the_words_are_kept(
    as_person, arranging, clock, world, moment, changes, says
):
    client = as_person(world.people["peer"])
    assert client.get(watch(world)).status_code == 200
    change_session(world, arranging, **changes)
    clock.move_to(moment)

    looked = client.get(watch(world), follow=True).content.decode()
    sent = client.post(watch(world), {"text": SECRET})

    assert says in looked
    assert (sent.status_code, SECRET in sent.content.decode(), says in sent.content.decode()) == (409, True, True)
    assert texts(arranging, "peer", world) == []
    assert watch(world) not in client.get(session_page(world)).content.decode()


def test_what_was_named_stays_when_the_session_is_moved_or_cancelled(as_person, arranging, world):
    change_session(world, arranging, starts_at=NOW + timedelta(days=3), ends_at=NOW + timedelta(days=4))
    client = as_person(world.people["member"])
    assert "I let others finish" in client.get(session_page(world)).content.decode()

    change_session(world, arranging, cancelled_at=NOW)

    page = client.get(session_page(world)).content.decode()
    assert "I let others finish" in page
    assert take_back(world) in page


def test_the_day_before_is_that_of_where_the_session_is_held(as_person, arranging, clock, world):
    """The session is on Tuesday at 16:00 in UTC, which is Wednesday on Kiritimati."""
    change_session(world, arranging, timezone="Pacific/Kiritimati")
    client = as_person(world.people["peer"])

    assert client.get(watch(world)).status_code == 302  # Monday 23:00 there
    clock.move_to(NOW + timedelta(hours=1))
    assert client.get(watch(world)).status_code == 200  # Tuesday 0:00


@pytest.mark.parametrize("act", ["words anew", "takes back"])
def test_once_a_note_is_written_the_words_stay(as_person, arranging, clock, world, act):
    clock.move_to(world.session.starts_at + timedelta(minutes=30))
    client = as_person(world.people["member"])
    assert take_back(world) in client.get(session_page(world)).content.decode()
    noted(world, arranging)

    if act == "takes back":
        page = client.post(take_back(world), follow=True).content.decode()
    else:
        assert client.get(watch(world)).status_code == 302
        answer = client.post(watch(world), {"text": SECRET})
        page = answer.content.decode()
        assert (answer.status_code, SECRET in page) == (409, True)

    assert "A note on this session is written to you already" in page
    assert texts(arranging, "member", world) == ["I let others finish"]
    assert take_back(world) not in client.get(session_page(world)).content.decode()


def test_notes_on_other_sessions_and_to_others_do_not_hold_the_words(as_person, arranging, world):
    noted(world, arranging, who="peer")
    with arranging():
        FeedbackNoteFactory(author=world.memberships["both"], recipient=world.memberships["member"])

    as_person(world.people["member"]).post(watch(world), {"text": SECRET})

    assert texts(arranging, "member", world) == [SECRET]


def test_what_was_to_be_watched_cannot_be_taken_back_after_the_end(as_person, arranging, clock, world):
    clock.move_to(world.session.ends_at)

    page = as_person(world.people["member"]).post(take_back(world), follow=True).content.decode()

    assert "This session is over" in page
    assert texts(arranging, "member", world) == ["I let others finish"]


def test_who_facilitates_names_nothing(as_person, arranging, world):
    client = as_person(world.people["facilitator"])

    assert client.post(watch(world), {"text": SECRET}).status_code == 403
    assert watch(world) not in client.get(session_page(world)).content.decode()


def test_in_a_group_that_has_ended_nothing_is_named(as_person, arranging, world):
    with arranging():
        CoachingGroup.objects.filter(pk=world.group.pk).update(state="ended")

    assert as_person(world.people["peer"]).post(watch(world), {"text": SECRET}).status_code == 403


def test_whoever_leaves_midway_names_nothing(as_person, arranging, world):
    client = as_person(world.people["peer"])
    assert client.get(watch(world)).status_code == 200
    with arranging():
        Membership.objects.filter(pk=world.memberships["peer"].pk).update(left_at=NOW)

    assert client.post(watch(world), {"text": SECRET}).status_code == 404
    assert texts(arranging, "peer", world) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_session_asks_as_often_for_one_behavior_as_for_three(
    as_person, arranging, clock, world, django_assert_num_queries, count
):
    with arranging():
        for membership in MembershipFactory.create_batch(count, group=world.group):
            WatchedBehaviorFactory(coaching_session=world.session, membership=membership)
    clock.move_to(world.session.starts_at + timedelta(minutes=30))
    client = as_person(world.people["peer"])

    # login session, person, savepoint, context, membership, places, context back, release; and the page's own: session,
    # people, agenda, open steps, flags, whether it comes first, whether the group has met, what it has in common, what
    # is watched, notes on the session, the group's key
    with django_assert_num_queries(8 + 11):
        page = client.get(session_page(world)).content.decode()

    assert page.count("data-watched=") == count + 1


# The walls -----------------------------------------------------------------------------------------------------------


def test_visible_to_alone_shows_it_to_whoever_reads_the_group(arranging, world):
    with arranging():
        sees = {who for who in SIGNED_IN if WatchedBehavior.objects.visible_to(world.people[who]).exists()}

    assert sees == READERS


def test_row_security_alone_shows_it_to_whoever_reads_the_group(world):
    sees = set()
    for who in SIGNED_IN:
        with acting_as(MEMBER, person=world.people[who]):
            if WatchedBehavior.objects.exists():
                sees.add(who)

    assert sees == READERS


@pytest.mark.parametrize("who", ["former", "unsigned", "elsewhere", "hr", "stranger", "super"])
def test_row_security_of_behaviors_can_fail(world, as_owner, who):
    unguarded = as_owner("ALTER TABLE feedback_watchedbehavior DISABLE ROW LEVEL SECURITY")
    with unguarded, acting_as(MEMBER, person=world.people[who]):
        assert list(WatchedBehavior.objects.all()) == [world.watched]


@pytest.fixture
def latecomer(world, arranging):
    """Somebody who came when the session was over; the past is closed to them."""
    with arranging():
        change = {"starts_at": NOW - timedelta(days=3), "ends_at": NOW - timedelta(days=2)}
        CoachingSession.objects.filter(pk=world.session.pk).update(**change)
        return MembershipFactory(group=world.group, is_founding=False, reads_from=NOW - timedelta(days=1))


def test_whoever_came_later_reads_nothing_of_it(world, arranging, latecomer):
    with acting_as(MEMBER, person=latecomer.person):
        assert not WatchedBehavior.objects.exists()
    with arranging():
        assert not WatchedBehavior.objects.visible_to(latecomer.person).exists()


def test_that_they_do_not_is_row_securitys_doing(world, as_owner, latecomer):
    policy = (
        "CREATE POLICY open_ones ON feedback_watchedbehavior FOR SELECT TO colloquy_member"
        " USING (group_id = ANY (my_groups()))"
    )
    with as_owner(policy), acting_as(MEMBER, person=latecomer.person):
        assert WatchedBehavior.objects.exists()


def named_by(world, who, author, **changes):
    with acting_as(MEMBER, person=world.people[who]):
        WatchedBehaviorFactory(coaching_session=world.session, membership=world.memberships[author], **changes)


@pytest.mark.parametrize("who", ["member", "facilitator", "elsewhere", "former"])
def test_row_security_alone_lets_nobody_name_in_anothers_name(world, as_owner, who):
    with pytest.raises(DatabaseError, match="row-level security|no key|permission"), transaction.atomic():
        named_by(world, who, "peer")
    with as_owner("ALTER TABLE feedback_watchedbehavior DISABLE ROW LEVEL SECURITY"):
        named_by(world, "member", "peer")


def test_row_security_alone_lets_nobody_name_after_the_end(world, as_owner):
    late = {"named_at": world.session.ends_at}
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        named_by(world, "peer", "peer", **late)
    with as_owner("ALTER TABLE feedback_watchedbehavior DISABLE ROW LEVEL SECURITY"):
        named_by(world, "peer", "peer", **late)


def changed_by(world, who):
    """How many rows of *member*'s this person changes, and takes away, past Python."""
    own = WatchedBehavior.objects.filter(pk=world.watched.pk)
    with acting_as(MEMBER, person=world.people[who]), transaction.atomic():
        changed = own.update(named_at=NOW)
        deleted, _by_model = own.delete()
        transaction.set_rollback(True)
    return changed, deleted


@pytest.mark.parametrize("who", SIGNED_IN)
def test_row_security_alone_lets_only_its_author_change_it(world, who):
    assert changed_by(world, who) == ((1, 1) if who == "member" else (0, 0))


def test_row_security_alone_keeps_the_words_once_a_note_is_written(world, arranging, as_owner):
    noted(world, arranging)

    assert changed_by(world, "member") == (0, 0)
    with as_owner(
        "CREATE POLICY any_time ON feedback_watchedbehavior FOR ALL TO colloquy_member"
        " USING (membership_id = ANY (my_memberships()))"
    ):
        assert changed_by(world, "member") == (1, 1)


def test_nothing_but_words_and_their_moment_can_be_changed(world):
    denied = pytest.raises(DatabaseError, match="permission denied")
    with acting_as(MEMBER, person=world.people["member"]), denied, transaction.atomic():
        WatchedBehavior.objects.update(coaching_session=world.session)


@pytest.mark.parametrize("role", [HR, WORKER])
def test_neither_office_nor_worker_knows_of_it(world, role):
    denied = pytest.raises(DatabaseError, match="permission denied")
    who = {"person": world.people["hr"], "organization": world.organization} if role == HR else {}
    with acting_as(role, **who), denied, transaction.atomic():
        WatchedBehavior.objects.count()


def mean_a_session_elsewhere(world, what):
    elsewhere = CoachingSessionFactory(group=world.other_group)
    by = world.memberships
    if what == "behavior":
        WatchedBehaviorFactory(coaching_session=elsewhere, membership=by["both"])
    else:
        FeedbackNoteFactory(author=by["both"], recipient=by["peer"], coaching_session=elsewhere)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("what", ["behavior", "note"])
def test_no_session_of_another_group_can_be_meant(world, arranging, what):
    with pytest.raises(IntegrityError, match="session_group"), arranging(), transaction.atomic():
        mean_a_session_elsewhere(world, what)


def test_a_note_on_a_session_waits_until_it_has_begun(world, as_owner):
    """Else whoever wants something watched could be kept from changing the words at any time before it."""

    def write(**words):
        with acting_as(MEMBER, person=world.people["peer"]):
            FeedbackNoteFactory(
                author=world.memberships["peer"], recipient=world.memberships["member"], coaching_session=world.session,
                **words,
            )  # fmt: skip

    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        write(sent_at=NOW)
    with as_owner("ALTER TABLE feedback_feedbacknote DISABLE ROW LEVEL SECURITY"):
        write(sent_at=NOW)
    write(sent_at=world.session.starts_at)


def test_the_service_refuses_it_as_well(world):
    with acting_as(MEMBER, person=world.people["peer"]), pytest.raises(SessionNotBegun):
        services.give_note(
            author=world.memberships["peer"], recipient=world.memberships["member"], key=world.note.pk, kind="keep",
            situation="x", behavior="x", impact="", question="", now=NOW, coaching_session=world.session,
        )  # fmt: skip
    with acting_as(MEMBER, person=world.people["peer"]):
        assert not FeedbackNote.objects.filter(author=world.memberships["peer"]).exists()
