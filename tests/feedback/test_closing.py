"""Notes at the close of a session: one member after the other, by the form and the rules of every note."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from common.ids import new_id
from feedback.models import FeedbackNote
from groups.models import Draft, Membership
from sessions.models import Attendance, CoachingSession
from tests.factories import NOW, AttendanceFactory, FeedbackNoteFactory, MembershipFactory

SECRET = "zugzwang-quokka"
LONG = "sesquipedalian " * 6667  # 100,005 characters
LETTER = {"kind": "keep", "situation": "Session of 9 February", "behavior": "You waited", "impact": "Lin spoke"}


@pytest.fixture(autouse=True)
def begun(clock, world):
    """The session has been going on for half an hour."""
    clock.move_to(world.session.starts_at + timedelta(minutes=30))


def close(world, to=None):
    ids = [world.group.pk, world.session.pk]
    return reverse("feedback:close_note", args=[*ids, world.memberships[to].pk]) if to else f"{session(world)}close/"


def session(world):
    return reverse("sessions:session", args=[world.group.pk, world.session.pk])


def letter(**changes):
    return {**LETTER, "key": new_id(), **changes}


def written(arranging, by="peer"):
    """To whom this member has written on the session, by name."""
    with arranging():
        notes = FeedbackNote.objects.filter(author__person__name=by.title(), coaching_session__isnull=False)
        return sorted(notes.values_list("recipient__person__name", flat=True))


def test_it_begins_with_who_named_a_behavior_and_goes_on_to_the_next(as_person, arranging, world):
    client = as_person(world.people["peer"])

    first = client.get(close(world), follow=True)
    page = first.content.decode()

    assert first.redirect_chain[-1][0] == close(world, "member")  # both comes before them by name
    assert "I let others finish" in page
    assert 'value="Session of 9 February"' in page or ">\nSession of 9 February</textarea>" in page
    assert "2 people left" in page
    assert "You and the person you write to; they may share it" in page
    assert "Save and go to the next" in page

    second = client.post(close(world, "member"), letter(), follow=True)
    page = second.content.decode()

    assert second.redirect_chain[-1][0] == close(world, "both")
    assert "Your note is with Member." in page
    assert "1 person left" in page
    assert "Save and finish" in page
    assert "data-watched" not in page

    last = client.post(close(world, "both"), letter(), follow=True)

    assert last.redirect_chain[-1][0] == session(world)
    assert last.content.decode().count("You wrote") == 2
    assert written(arranging) == ["Both", "Member"]
    assert "Nobody is left to write to." in client.get(close(world), follow=True).content.decode()


def test_the_note_is_one_like_any_other(as_person, arranging, world):
    as_person(world.people["peer"]).post(close(world, "member"), letter(behavior=SECRET))
    with arranging():
        note = FeedbackNote.objects.get(coaching_session=world.session)
    page = reverse("feedback:note", args=[world.group.pk, note.pk])

    assert "data-envelope" in as_person(world.people["member"]).get(page).content.decode()
    for who in ("both", "facilitator"):
        assert as_person(world.people[who]).get(page).status_code == 404
        assert SECRET not in as_person(world.people[who]).get(session(world)).content.decode()
    taken = as_person(world.people["peer"]).post(f"{page}take-back/", follow=True)
    assert "The note is gone." in taken.content.decode()
    assert "Leave a note" in as_person(world.people["peer"]).get(session(world)).content.decode()


def test_somebody_can_be_skipped_and_is_still_there_afterwards(as_person, world):
    client = as_person(world.people["peer"])
    page = client.get(close(world, "member")).content.decode()

    assert f'href="{close(world, "both")}"' in page
    done = client.post(close(world, "both"), letter(), follow=True)
    assert done.redirect_chain[-1][0] == session(world)
    assert f'href="{close(world, "member")}"' in done.content.decode()
    assert client.get(close(world)).url == close(world, "member")


def test_who_facilitates_leaves_notes_too(as_person, arranging, world):
    client = as_person(world.people["facilitator"])

    assert client.get(close(world)).url == close(world, "member")
    client.post(close(world, "member"), letter())

    assert written(arranging, "facilitator") == ["Member"]


@pytest.mark.parametrize(
    ("mark", "is_offered"),
    [({"answer": "no"}, False), ({"presence": "absent"}, False), ({"answer": "no", "presence": "present"}, True)],
)
def test_who_was_not_there_is_not_offered(as_person, arranging, world, mark, is_offered):
    with arranging():
        AttendanceFactory(coaching_session=world.session, membership=world.memberships["both"], **mark)

    page = as_person(world.people["peer"]).get(session(world)).content.decode()

    assert (close(world, "both") in page) is is_offered


def test_who_came_to_the_group_after_the_session_is_not_offered(as_person, arranging, clock, world):
    clock.move_to(world.session.ends_at + timedelta(days=1))
    with arranging():
        later = MembershipFactory(group=world.group, admitted_at=world.session.ends_at + timedelta(hours=1))

    assert str(later.pk) not in as_person(world.people["peer"]).get(session(world)).content.decode()


@pytest.mark.parametrize("to", ["peer", "facilitator", "elsewhere", "unsigned"])
def test_there_is_no_page_to_oneself_or_to_who_is_no_member(as_person, world, to):
    seat = world.other_memberships.get(to) or world.memberships[to]
    address = reverse("feedback:close_note", args=[world.group.pk, world.session.pk, seat.pk])
    client = as_person(world.people["peer"])

    assert (client.get(address).status_code, client.post(address, letter()).status_code) == (404, 404)


@pytest.mark.parametrize(
    ("moment", "changes", "says"),
    [
        (-timedelta(minutes=1), {}, "once the session has begun"),
        (timedelta(0), {"cancelled_at": NOW}, "This session is cancelled."),
        (timedelta(days=7, hours=2), {}, "The week for notes on this session is over."),
    ],
    ids=["not begun", "cancelled", "a week later"],
)
def test_the_close_is_open_from_the_beginning_until_a_week_after(
    as_person, arranging, clock, world, moment, changes, says
):
    with arranging():
        CoachingSession.objects.filter(pk=world.session.pk).update(**changes)
    clock.move_to(world.session.starts_at + moment)
    client = as_person(world.people["peer"])

    for address in (close(world), close(world, "member")):
        assert says in client.get(address, follow=True).content.decode()
    assert "data-closing" not in client.get(session(world)).content.decode()


def test_until_then_it_is_open(as_person, clock, world):
    clock.move_to(world.session.ends_at + timedelta(days=7) - timedelta(minutes=1))

    assert as_person(world.people["peer"]).get(close(world, "member")).status_code == 200


def test_a_note_that_was_begun_in_time_is_sent_also_later(as_person, arranging, clock, world):
    clock.move_to(world.session.ends_at + timedelta(days=8))

    as_person(world.people["peer"]).post(close(world, "member"), letter())

    assert written(arranging) == ["Member"]


# Bad input -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [{"kind": ""}, {"kind": "praise"}, {"situation": " "}, {"behavior": "\x00"}, {"behavior": LONG}],
    ids=["no kind", "another kind", "no situation", "nothing to see", "long"],
)
def test_what_does_not_fit_is_said_and_nothing_typed_is_lost(as_person, arranging, world, wrong):
    answer = as_person(world.people["peer"]).post(close(world, "member"), letter(question=SECRET, **wrong))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert SECRET in page
    assert wrong.get("behavior", "").strip("\x00") in page
    assert written(arranging) == []


def test_markup_and_letters_of_every_kind_stay_words(as_person, arranging, world):
    odd = "שלום ‮ <script>alert(1)</script> {{ 7 }}"
    client = as_person(world.people["peer"])
    client.post(close(world, "member"), letter(behavior=odd))
    with arranging():
        note = FeedbackNote.objects.get(coaching_session=world.session)
        assert note.behavior.open() == odd

    page = client.get(reverse("feedback:note", args=[world.group.pk, note.pk])).content.decode()
    assert "<script>alert(1)" not in page


def test_a_note_sent_twice_is_one(as_person, arranging, world):
    client, words = as_person(world.people["peer"]), letter()

    pages = [client.post(close(world, "member"), words, follow=True).content.decode() for _ in range(2)]

    assert "That note was sent already." in pages[1]
    assert written(arranging) == ["Member"]


def test_look_at_it_once_more_shows_hints_and_sends_nothing(as_person, arranging, world):
    words = letter(behavior="You are always late", look="1")

    page = as_person(world.people["peer"]).post(close(world, "member"), words)

    assert page.status_code == 200
    assert re.search(r'data-hint="judged">', page.content.decode())
    assert "You are always late" in page.content.decode()
    assert written(arranging) == []


@pytest.mark.parametrize("happened", ["left", "cancelled"])
def test_what_happens_midway_is_said_and_the_words_are_kept(as_person, arranging, world, happened):
    client = as_person(world.people["peer"])
    assert client.get(close(world, "member")).status_code == 200
    with arranging():
        if happened == "left":
            Membership.objects.filter(pk=world.memberships["member"].pk).update(
                left_at=world.session.starts_at + timedelta(minutes=20)
            )
        else:
            CoachingSession.objects.filter(pk=world.session.pk).update(cancelled_at=NOW)

    answer = client.post(close(world, "member"), letter(behavior=SECRET))
    looked = client.get(close(world, "member"), follow=True).content.decode()

    page = answer.content.decode()
    says = "Member has left the group" if happened == "left" else "The session was cancelled."
    assert (answer.status_code, SECRET in page, says in page) == (409, True, True)
    assert ("Member has left the group." if happened == "left" else "This session is cancelled.") in looked
    assert written(arranging) == []


def test_whoever_leaves_midway_sends_nothing(as_person, arranging, world):
    client = as_person(world.people["peer"])
    with arranging():
        Membership.objects.filter(pk=world.memberships["peer"].pk).update(left_at=NOW)

    assert client.post(close(world, "member"), letter()).status_code == 404
    assert written(arranging) == []


def test_a_kept_draft_is_there_again_for_the_one_it_is_to_and_goes_when_it_is_sent(as_person, arranging, world):
    client, tab = as_person(world.people["peer"]), str(new_id())
    place = f"feedback:close_note:{world.session.pk}:{world.memberships['member'].pk}"
    keep = {"place": place, "tab": tab, "words": f'{{"behavior": "{SECRET}", "situation": "In the break"}}'}
    assert client.post(reverse("groups:draft_keep", args=[world.group.pk]), keep).status_code == 200

    pages = {to: client.get(close(world, to)).content.decode() for to in ("member", "both")}
    client.post(close(world, "member"), letter(draft=tab))

    assert (SECRET in pages["member"], SECRET in pages["both"]) == (True, False)
    assert "In the break" in pages["member"]
    with arranging():
        assert not Draft.objects.filter(tab=tab).exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_close_asks_as_often_for_one_member_as_for_three(
    as_person, arranging, world, django_assert_num_queries, count
):
    with arranging():
        for membership in MembershipFactory.create_batch(count, group=world.group):
            AttendanceFactory(coaching_session=world.session, membership=membership, answer=Attendance.Answer.YES)
            FeedbackNoteFactory(author=world.memberships["both"], recipient=membership)
    client = as_person(world.people["both"])

    # login session, person, savepoint, context, membership, places, context back, release; session, people, behaviors,
    # notes on the session, drafts, one's latest notes, the group's key
    with django_assert_num_queries(8 + 7):
        client.get(close(world, "member"))
