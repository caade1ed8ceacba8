"""What the two write below a note: once each, for the two alone, and no thread."""

import pytest
from django.db import DatabaseError
from django.template.loader import render_to_string
from django.urls import reverse

from common.actor import acting_as
from common.fences import MEMBER, WORKER
from feedback import services
from feedback.models import FeedbackNote, NoteAnswer
from groups.models import Membership
from nudges.kinds import NotWanted, kind_named
from nudges.models import Nudge
from tests.factories import NOW, FeedbackNoteFactory, NoteAnswerFactory
from tests.world import CAST

SECRET, PROMISE = "zugzwang-quokka", "ask-first-ocelot"
SIGNED_IN = CAST[1:]


@pytest.fixture
def note(world, arranging):
    """From peer to member, opened."""
    with arranging():
        return FeedbackNoteFactory(
            author=world.memberships["peer"], recipient=world.memberships["member"], opened_at=NOW
        )


def url(name, note):
    return reverse(f"feedback:{name}", args=[note.group_id, note.pk])


def parts(arranging, note):
    with arranging():
        return sorted(NoteAnswer.objects.filter(note=note).values_list("part", flat=True))


def test_the_receiver_answers_and_the_author_reads_it(as_person, world, note):
    answer = {"text": SECRET, "will_do": PROMISE}

    page = as_person(world.people["member"]).post(url("note_answer", note), answer, follow=True).content.decode()

    assert "Peer can read it now." in page
    letter = as_person(world.people["peer"]).get(url("note", note)).content.decode()
    assert SECRET in letter
    assert PROMISE in letter
    assert url("note_answer", note) not in page


def test_a_question_is_asked_once_and_replied_to_once(as_person, arranging, world, note):
    receiver, author = as_person(world.people["member"]), as_person(world.people["peer"])
    assert author.post(url("note_reply", note), {"text": "Unasked"}).status_code == 409

    statuses = [
        client.post(url(name, note), {"text": text}).status_code
        for client, name, text in [
            (receiver, "note_question", "Which meeting?"),
            (receiver, "note_question", "And which other?"),
            (author, "note_reply", "On Tuesday"),
            (author, "note_reply", "And Friday"),
        ]
    ]

    assert statuses == [302, 409, 302, 409]
    assert parts(arranging, note) == ["question", "reply"]


def test_what_comes_too_late_is_given_back(as_person, world, note, arranging):
    receiver = as_person(world.people["member"])
    receiver.post(url("note_answer", note), {"text": "First"})

    response = receiver.post(url("note_answer", note), {"text": SECRET, "will_do": PROMISE})

    page = response.content.decode()
    assert response.status_code == 409
    assert SECRET in page
    assert PROMISE in page
    assert parts(arranging, note) == ["answer"]


def test_nothing_is_written_below_a_note_that_is_not_opened(as_person, arranging, world):
    receiver = as_person(world.people["peer"])

    response = receiver.post(url("note_answer", world.note), {"text": SECRET})

    page = response.content.decode()
    assert response.status_code == 409
    assert SECRET in page
    assert "You asked Lin before you answered" not in page
    assert parts(arranging, world.note) == []


@pytest.mark.parametrize("nothing", ["", "  ", "\u200b\u200f"])
def test_an_empty_answer_is_asked_for_and_the_rest_comes_back(as_person, arranging, world, note, nothing):
    client = as_person(world.people["member"])

    response = client.post(url("note_answer", note), {"text": nothing, "will_do": PROMISE})

    assert response.status_code == 422
    assert PROMISE in response.content.decode()
    assert parts(arranging, note) == []


@pytest.mark.parametrize("part", ["answer", "question", "reply"])
def test_only_the_right_one_of_the_two_writes_each_part(as_person, world, note, part):
    writes = {"answer": "member", "question": "member", "reply": "peer"}[part]

    statuses = {
        who: as_person(world.people[who]).get(url(f"note_{part}", note)).status_code
        for who in ("member", "peer", "facilitator", "both")
    }

    assert statuses == {"member": 403, "peer": 403, "facilitator": 404, "both": 404, writes: 200}


# Walls ---------------------------------------------------------------------------------------------------------------


def test_visible_to_alone_shows_an_answer_to_the_two(world, arranging, note):
    with arranging():
        answer = NoteAnswerFactory(note=note)
        sees = {who for who in SIGNED_IN if NoteAnswer.objects.visible_to(world.people[who]).filter(pk=answer.pk)}

    assert sees == {"member", "peer"}


def test_visible_to_shows_nothing_to_somebody_who_has_left(world, arranging, note):
    with arranging():
        answer = NoteAnswerFactory(note=note)
        Membership.objects.filter(pk=world.memberships["member"].pk).update(left_at=NOW)
        sees = {who for who in SIGNED_IN if NoteAnswer.objects.visible_to(world.people[who]).filter(pk=answer.pk)}

    assert sees == {"peer"}


def write(world, caller, note, *, author, part):
    """Past Python: a part below the note in the name of ``author``."""
    other = note.author if author == note.recipient else note.recipient
    with acting_as(MEMBER, person=world.people[caller]):
        NoteAnswerFactory(note=note, author=author, recipient=other, part=part)


@pytest.mark.parametrize(
    ("caller", "author", "part", "is_opened"),
    [
        ("peer", "member", "answer", True),
        ("facilitator", "facilitator", "answer", True),
        ("peer", "peer", "answer", True),
        ("member", "member", "reply", True),
        ("member", "member", "answer", False),
    ],
    ids=["in another's name", "below a note of others", "to one's own note", "a reply to oneself", "unopened"],
)
def test_row_security_alone_lets_only_the_right_one_write(
    world, arranging, as_owner, note, caller, author, part, is_opened
):
    if not is_opened:
        with arranging():
            FeedbackNote.objects.filter(pk=note.pk).update(opened_at=None)
    author = world.memberships[author]

    with pytest.raises(DatabaseError, match="row-level security"):
        write(world, caller, note, author=author, part=part)
    with as_owner("ALTER TABLE feedback_noteanswer DISABLE ROW LEVEL SECURITY"):
        write(world, caller, note, author=author, part=part)


def test_an_answer_stays_with_its_writer_when_the_note_is_erased(world, arranging, note):
    with arranging():
        answer = NoteAnswerFactory(note=note)
        FeedbackNote.objects.filter(pk=note.pk).delete()

        assert NoteAnswer.objects.get(pk=answer.pk).note_id is None


# Word of it ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def nudge(world, note):
    with acting_as(MEMBER, person=world.people["member"]):
        services.write_below(
            note=note, author=world.memberships["member"], part="answer", text=SECRET, will_do=PROMISE, now=NOW
        )
    with acting_as(WORKER):
        return Nudge.objects.get(kind="feedback_answered")


def build(nudge):
    with acting_as(WORKER):
        return kind_named("feedback_answered").build(nudge, NOW)


def test_the_mail_says_neither_what_nor_by_whom(world, note, nudge):
    context = build(nudge).context
    mail = [
        render_to_string(f"emails/feedback_answered-{part}", context)
        for part in ("subject.txt", "body.txt", "body.html")
    ]

    assert nudge.recipient_id == world.people["peer"].pk
    assert mail[0].strip() == "Someone in Harbor wrote below a note"
    assert not any(word in part for part in mail for word in (SECRET, PROMISE, "Member"))
    assert all(url("note", note) in part for part in mail[1:])


@pytest.mark.parametrize("happened", ["left", "erased"])
def test_word_that_is_no_longer_wanted_is_dropped(world, arranging, note, nudge, happened):
    build(nudge)
    with arranging():
        if happened == "left":
            Membership.objects.filter(pk=world.memberships["peer"].pk).update(left_at=NOW)
        else:
            FeedbackNote.objects.filter(pk=note.pk).delete()

    with pytest.raises(NotWanted):
        build(nudge)
