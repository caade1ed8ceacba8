"""Help with a note that hurts: who facilitates reads the note and the request, and its author is not told."""

import pytest
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from common.actor import acting_as
from common.fences import MEMBER, WORKER
from feedback.models import FeedbackNote, HelpRequest
from groups.models import Membership
from nudges.kinds import NotWanted, kind_named
from nudges.models import Nudge
from tests.factories import NOW, FeedbackNoteFactory, HelpRequestFactory, MembershipFactory
from tests.world import CAST

SECRET, WISH = "zugzwang-quokka", "talk-ocelot"
SIGNED_IN = CAST[1:]


@pytest.fixture
def note(world, arranging):
    """From peer to member, opened."""
    with arranging():
        return FeedbackNoteFactory(
            author=world.memberships["peer"], recipient=world.memberships["member"], opened_at=NOW, situation=SECRET
        )


@pytest.fixture
def asked(arranging, note):
    with arranging():
        return HelpRequestFactory(note=note, text=WISH)


def url(name, note):
    return reverse(f"feedback:{name}", args=[note.group_id, note.pk])


def by_walls(person, note):
    """Whether the person finds the request, and the note, by row security alone."""
    with acting_as(MEMBER, person=person):
        return HelpRequest.objects.filter(note=note).exists(), FeedbackNote.objects.filter(pk=note.pk).exists()


def by_python(arranging, person, note):
    with arranging():
        return (
            HelpRequest.objects.visible_to(person).filter(note=note).exists(),
            FeedbackNote.objects.visible_to(person).filter(pk=note.pk).exists(),
        )


EXPECTED = {"member": (True, True), "facilitator": (True, True), "peer": (False, True)}


def test_row_security_alone_shows_request_and_note_to_the_asked(world, asked, note):
    found = {who: by_walls(world.people[who], note) for who in SIGNED_IN}

    assert found == {who: EXPECTED.get(who, (False, False)) for who in SIGNED_IN}


def test_visible_to_alone_shows_request_and_note_to_the_asked(world, arranging, asked, note):
    found = {who: by_python(arranging, world.people[who], note) for who in SIGNED_IN}

    assert found == {who: EXPECTED.get(who, (False, False)) for who in SIGNED_IN}


def test_without_a_request_who_facilitates_finds_nothing(world, arranging, note):
    person = world.people["facilitator"]

    assert (by_walls(person, note), by_python(arranging, person, note)) == ((False, False), (False, False))


@pytest.fixture
def author_facilitates(world, arranging, asked):
    """Peer, who wrote the note, as the group's facilitator from now on."""
    with arranging():
        peer = world.memberships["peer"]
        Membership.objects.filter(pk=peer.pk).update(left_at=NOW)
        return MembershipFactory(group=world.group, person=peer.person, role=Membership.Role.FACILITATOR).person


def test_an_author_who_facilitates_later_learns_nothing(author_facilitates, arranging, note):
    assert by_walls(author_facilitates, note)[0] is False
    assert by_python(arranging, author_facilitates, note)[0] is False


def test_that_they_learn_nothing_is_because_it_is_kept_from_them(
    author_facilitates, arranging, as_owner, world, asked, note
):
    with as_owner("ALTER TABLE feedback_helprequest DROP CONSTRAINT feedback_help_from_author"):
        with arranging():
            HelpRequest.objects.filter(pk=asked.pk).update(kept_from=world.memberships["both"])

        assert by_walls(author_facilitates, note)[0] is True
        assert by_python(arranging, author_facilitates, note)[0] is True


def test_help_ends_when_whoever_asked_leaves(world, arranging, asked, note):
    with arranging():
        Membership.objects.filter(pk=world.memberships["member"].pk).update(left_at=NOW)
    person = world.people["facilitator"]

    assert (by_walls(person, note), by_python(arranging, person, note)) == ((False, False), (False, False))


def ask_by_hand(world, note, caller, kept_from):
    with acting_as(MEMBER, person=world.people[caller]):
        HelpRequestFactory(note=note, membership=world.memberships[caller], kept_from=world.memberships[kept_from])
        with transaction.get_connection().cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    ("caller", "kept_from", "constraint"),
    [("both", "peer", "feedback_help_by_reader"), ("member", "both", "feedback_help_from_author")],
)
def test_nobody_asks_for_help_with_the_note_of_others(world, as_owner, note, caller, kept_from, constraint):
    """Which would let who facilitates read it; nor hides it from somebody else than its author."""
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ask_by_hand(world, note, caller, kept_from)
    with as_owner(f"ALTER TABLE feedback_helprequest DROP CONSTRAINT {constraint}"):
        ask_by_hand(world, note, caller, kept_from)


def test_help_is_asked_for_read_and_taken_back(as_person, arranging, world, note):
    asker, helper = as_person(world.people["member"]), as_person(world.people["facilitator"])
    before = asker.get(url("note_help", note)).content.decode()
    answer = asker.post(url("note_help", note), {"text": WISH}, follow=True).content.decode()
    with arranging():
        request = HelpRequest.objects.get(note=note)
    page = reverse("feedback:help", args=[note.group_id, request.pk])

    helping = helper.get(page).content.decode()
    listed = [
        helper.get(address).content.decode()
        for address in (reverse("today"), reverse("feedback:inbox", args=[note.group_id]))
    ]
    as_a_note = helper.get(url("note", note)).status_code
    asker.post(reverse("feedback:help_take_back", args=[note.group_id, request.pk]))

    assert "Facilitator then reads this note" in before
    assert "Peer is not told" in before
    assert "Asked. Peer is not told." in answer
    assert WISH in helping
    assert SECRET in helping
    assert all(page in one for one in listed)
    assert not any(word in one for one in listed for word in (WISH, SECRET))
    assert as_a_note == 404
    assert helper.get(page).status_code == 404


def test_its_author_sees_no_sign_of_it(as_person, world, asked, note):
    author = as_person(world.people["peer"])

    pages = [
        author.get(address)
        for address in (url("note", note), reverse("today"), reverse("feedback:inbox", args=[note.group_id]))
    ]
    request = author.get(reverse("feedback:help", args=[note.group_id, asked.pk]))

    assert request.status_code == 404
    assert not any(str(asked.pk) in page.content.decode() or WISH in page.content.decode() for page in pages)


def test_help_is_asked_for_once_and_words_come_back(as_person, world, asked, note):
    response = as_person(world.people["member"]).post(url("note_help", note), {"text": "Again, please"})

    assert response.status_code == 409
    assert "Again, please" in response.content.decode()


@pytest.mark.parametrize("writer", ["facilitator", "peer"])
def test_where_its_author_alone_facilitates_help_is_not_offered(as_person, arranging, world, writer):
    with arranging():
        note = FeedbackNoteFactory(
            author=world.memberships[writer], recipient=world.memberships["member"], opened_at=NOW
        )
    client = as_person(world.people["member"])

    is_offered = url("note_help", note) in client.get(url("note", note)).content.decode()
    status = client.get(url("note_help", note)).status_code

    assert (is_offered, status) == ((False, 403) if writer == "facilitator" else (True, 200))


# Word of it ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def nudge(as_person, world, note):
    as_person(world.people["member"]).post(url("note_help", note), {"text": WISH})
    with acting_as(WORKER):
        return Nudge.objects.get(kind="feedback_help")


def build(nudge):
    with acting_as(WORKER):
        return kind_named("feedback_help").build(nudge, NOW)


def test_the_mail_says_neither_who_nor_what(world, nudge):
    context = build(nudge).context
    mail = [
        render_to_string(f"emails/feedback_help-{part}", context) for part in ("subject.txt", "body.txt", "body.html")
    ]

    assert nudge.recipient_id == world.people["facilitator"].pk
    assert mail[0].strip() == "Someone in Harbor asks for your help"
    assert not any(word in part for part in mail for word in (SECRET, WISH, "Member", "Peer", "note"))


@pytest.mark.parametrize("happened", ["taken back", "facilitates no more", "asker left"])
def test_word_that_is_no_longer_wanted_is_dropped(world, arranging, nudge, happened):
    build(nudge)
    with arranging():
        if happened == "taken back":
            HelpRequest.objects.all().delete()
        else:
            who = "facilitator" if happened == "facilitates no more" else "member"
            Membership.objects.filter(pk=world.memberships[who].pk).update(left_at=NOW)

    with pytest.raises(NotWanted):
        build(nudge)
