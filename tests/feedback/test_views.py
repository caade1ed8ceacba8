"""Pages of feedback through the client: two people and nobody else."""

import html
import re

import pytest
from django.urls import reverse

from common.ids import new_id
from feedback import selectors
from feedback.models import FeedbackNote
from groups.models import Draft
from tests.factories import NOW, FeedbackNoteFactory, MembershipFactory

SECRET = "zugzwang-quokka"
LONG = "sesquipedalian " * 6667  # 100,005 characters
ODD = "שלום ‮ 👩🏽‍🚀 <script>alert(1)</script> {{ 7 }} O’Brien & Söhne\r\nsecond line"
TEXTS = ["situation", "behavior", "impact", "question"]


def url(name, world, **ids):
    return reverse(f"feedback:{name}", kwargs={"group_id": world.group.pk, **ids})


def letter(world, **changes):
    return {
        "recipient": world.memberships["peer"].pk, "kind": "keep", "situation": "On Tuesday, late",
        "behavior": "You waited", "impact": "Lin spoke", "question": "What made you wait?", **changes,
    }  # fmt: skip


@pytest.fixture
def secret_note(world, arranging):
    with arranging():
        return FeedbackNoteFactory(
            author=world.memberships["member"], recipient=world.memberships["peer"],
            **dict.fromkeys(TEXTS, SECRET),
        )  # fmt: skip


def opened_at(arranging, note):
    with arranging():
        return FeedbackNote.objects.get(pk=note.pk).opened_at


def test_a_note_is_an_envelope_until_its_recipient_opens_it(as_person, arranging, world, secret_note):
    recipient, path = as_person(world.people["peer"]), url("note", world, note_id=secret_note.pk)

    envelope = recipient.get(path).content.decode()
    assert "data-envelope" in envelope
    assert SECRET not in envelope
    assert opened_at(arranging, secret_note) is None

    letter = recipient.post(path + "open/", follow=True).content.decode()
    assert letter.count(SECRET) == 4
    assert "You and Member" in letter
    assert opened_at(arranging, secret_note) == NOW


def test_opening_twice_shows_the_letter_and_keeps_the_first_moment(as_person, arranging, clock, world, secret_note):
    recipient, path = as_person(world.people["peer"]), url("note_open", world, note_id=secret_note.pk)
    recipient.post(path)
    clock.shift(60)

    page = recipient.post(path, follow=True)

    assert SECRET in page.content.decode()
    assert opened_at(arranging, secret_note) == NOW


def test_looking_at_the_address_of_opening_opens_nothing(as_person, arranging, world, secret_note):
    response = as_person(world.people["peer"]).get(url("note_open", world, note_id=secret_note.pk))

    assert (response.status_code, opened_at(arranging, secret_note)) == (405, None)


def test_the_author_reads_the_letter_and_cannot_open_the_envelope(as_person, arranging, world, secret_note):
    author = as_person(world.people["member"])

    page = author.get(url("note", world, note_id=secret_note.pk)).content.decode()
    response = author.post(url("note_open", world, note_id=secret_note.pk))

    assert SECRET in page
    assert "You and Peer" in page
    assert (response.status_code, opened_at(arranging, secret_note)) == (403, None)


@pytest.mark.parametrize(
    "who",
    ["nobody", "facilitator", "both", "unsigned", "former", "elsewhere", "hr", "owner", "coach", "stranger", "super"],
)
@pytest.mark.parametrize("is_opened", [False, True])
def test_nobody_else_ever_sees_a_note(as_person, arranging, world, secret_note, who, is_opened):
    if is_opened:
        with arranging():
            FeedbackNote.objects.filter(pk=secret_note.pk).update(opened_at=NOW)
    client = as_person(world.people[who])

    page = client.get(url("note", world, note_id=secret_note.pk))
    post = client.post(url("note_open", world, note_id=secret_note.pk))
    boxes = [client.get(url("inbox", world), {"box": box}).content.decode() for box in ("", "sent")]

    statuses = {"nobody": (302, 401), "unsigned": (302, 302)}.get(who, (404, 404))
    assert (page.status_code, post.status_code) == statuses
    assert SECRET not in page.content.decode()
    assert not any(str(secret_note.pk) in box for box in boxes)


def test_an_id_of_one_group_opens_nothing_in_the_address_of_another(as_person, arranging, world):
    with arranging():
        note = FeedbackNoteFactory(author=world.memberships["member"], recipient=world.memberships["both"])
    client = as_person(world.people["both"])
    elsewhere = {"group_id": world.other_group.pk, "note_id": note.pk}

    answers = [
        client.get(reverse("feedback:note", kwargs=elsewhere)),
        client.post(reverse("feedback:note_open", kwargs=elsewhere)),
        client.get(url("note", world, note_id=note.pk)),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 200]


def test_the_inbox_says_who_and_when_and_not_a_word(as_person, world, secret_note):
    received = as_person(world.people["peer"]).get(url("inbox", world)).content.decode()
    sent = as_person(world.people["member"]).get(url("inbox", world), {"box": "sent"}).content.decode()

    assert "Member" in received
    assert "Waiting for you" in received
    assert "Not opened yet" in sent
    assert SECRET not in received + sent


def test_writing_a_note_puts_it_into_the_inbox_of_one(as_person, world):
    response = as_person(world.people["facilitator"]).post(url("note_new", world), letter(world), follow=True)

    assert "Your note is with Peer. Nobody else can read it, unless it is shared." in response.content.decode()
    assert "Facilitator" in as_person(world.people["peer"]).get(url("inbox", world)).content.decode()
    assert "data-note" not in as_person(world.people["both"]).get(url("inbox", world)).content.decode()


def test_the_recipient_is_chosen_among_current_peers_the_facilitator_included(as_person, world):
    page = as_person(world.people["member"]).get(url("note_new", world)).content.decode()

    offered = re.search(r'<select[^>]*name="recipient".*?</select>', page, re.DOTALL).group()
    assert re.findall(r">([^<>]+)</option>", offered) == [
        "Choose a person", "Both", "Facilitator (facilitator)", "Peer",
    ]  # fmt: skip
    assert "You and the person you write to" in page


@pytest.mark.parametrize("who", ["member", "former", "unsigned", "elsewhere", ""])
def test_a_smuggled_recipient_is_refused_and_the_letter_comes_back(as_person, arranging, world, who):
    memberships = world.memberships | world.other_memberships
    recipient = world.memberships[who].pk if who in world.memberships else memberships[who].pk if who else ""

    response = as_person(world.people["member"]).post(url("note_new", world), letter(world, recipient=recipient))

    assert response.status_code == 422
    assert "On Tuesday, late" in response.content.decode()
    with arranging():
        assert FeedbackNote.objects.count() == 1


@pytest.mark.parametrize("field", TEXTS)
def test_a_text_that_is_too_long_comes_back_whole(as_person, arranging, world, field):
    response = as_person(world.people["member"]).post(url("note_new", world), letter(world, **{field: LONG}))

    page = html.unescape(response.content.decode())
    assert response.status_code == 422
    assert LONG.strip() in page
    assert all(value in page for key, value in letter(world).items() if key in set(TEXTS) - {field})
    with arranging():
        assert FeedbackNote.objects.count() == 1


@pytest.mark.parametrize("field", ["situation", "behavior", "kind"])
@pytest.mark.parametrize("nothing", ["", "  ", "\u200b\u200f"])
def test_what_is_needed_is_asked_for_and_the_rest_comes_back(as_person, arranging, world, field, nothing):
    response = as_person(world.people["member"]).post(url("note_new", world), letter(world, **{field: nothing}))

    page = response.content.decode()
    assert response.status_code == 422
    assert all(value in page for key, value in letter(world).items() if key in set(TEXTS) - {field})
    with arranging():
        assert FeedbackNote.objects.count() == 1


def hints_on(page):
    return set(re.findall(r'data-hint="(\w+)">', page))


def test_looking_once_more_gives_hints_and_sends_and_keeps_nothing(as_person, arranging, world):
    words = letter(world, behavior="You are always rude", impact="", key=(key := new_id()), look="1")

    response = as_person(world.people["member"]).post(url("note_new", world), words)

    page = response.content.decode()
    assert response.status_code == 200
    assert hints_on(page) == {"judged", "person", "effect"}
    assert "“always”, “rude”" in page
    assert "You are always rude" in page
    assert str(key) in page
    assert "Why this hint" in page
    with arranging():
        assert not FeedbackNote.objects.filter(pk=key).exists()
        assert Draft.objects.count() == 1  # the world's own


def test_no_hint_keeps_a_letter_from_being_sent(as_person, arranging, world):
    words = letter(world, behavior="You are always rude", impact="", key=(key := new_id()))

    response = as_person(world.people["member"]).post(url("note_new", world), words)

    assert response.status_code == 302
    with arranging():
        assert FeedbackNote.objects.filter(pk=key).exists()


@pytest.mark.parametrize(
    ("written", "kind", "hint"),
    [(["keep"] * 3, "keep", {"praise"}), (["try"] * 3, "try", {"criticism"}), (["keep"] * 3, "try", set())],
)
def test_who_writes_only_praise_or_only_criticism_is_asked_about_the_other(
    as_person, arranging, world, written, kind, hint
):
    with arranging():
        for one in written:
            FeedbackNoteFactory(
                author=world.memberships["facilitator"], recipient=world.memberships["member"], kind=one, sent_at=NOW
            )
        # what others wrote, and what one wrote in another group, is not counted
        FeedbackNoteFactory(author=world.memberships["member"], recipient=world.memberships["peer"], kind="try")

    page = as_person(world.people["facilitator"]).post(url("note_new", world), letter(world, kind=kind, look="1"))

    assert hints_on(page.content.decode()) == hint


def test_hints_stand_on_the_givers_own_page_only(as_person, world, secret_note):
    recipient, path = as_person(world.people["peer"]), url("note", world, note_id=secret_note.pk)

    pages = [recipient.get(path), recipient.post(path + "open/", follow=True), recipient.get(url("inbox", world))]

    assert not any(b"data-hint" in page.content for page in pages)


def test_odd_writing_is_kept_and_shown_as_it_was_typed(as_person, arranging, world):
    author = as_person(world.people["member"])
    author.post(url("note_new", world), letter(world, key=(key := new_id()), **dict.fromkeys(TEXTS, ODD)))

    page = author.get(url("note", world, note_id=key)).content.decode()

    assert "<script>alert" not in page
    assert html.unescape(page).count(ODD.replace("\r\n", "\n")) == 4


def test_a_letter_sent_twice_arrives_once(as_person, arranging, world):
    author, words = as_person(world.people["member"]), letter(world, key=new_id())

    first = author.post(url("note_new", world), words, follow=True)
    second = author.post(url("note_new", world), words, follow=True)

    assert "Your note is with Peer." in first.content.decode()
    assert "That note was sent already." in second.content.decode()
    with arranging():
        assert FeedbackNote.objects.count() == 2  # the world's own, and this one


def test_no_page_prints_a_sealed_value(as_person, world, secret_note):
    author, recipient = as_person(world.people["member"]), as_person(world.people["peer"])

    pages = [
        author.get(url("inbox", world), {"box": "sent"}),
        author.get(url("note_new", world)),
        author.get(url("note", world, note_id=secret_note.pk)),
        recipient.get(url("inbox", world)),
        recipient.get(url("note", world, note_id=secret_note.pk)),
        recipient.post(url("note_open", world, note_id=secret_note.pk), follow=True),
    ]

    assert {page.status_code for page in pages} == {200}
    assert not any("sealed&gt;" in page.content.decode() for page in pages)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("box", ["", "sent"])
def test_inbox_query_count_does_not_grow(as_person, arranging, django_assert_num_queries, count, box):
    with arranging():
        mine = MembershipFactory()
        for _ in range(count):
            pair = [mine, MembershipFactory(group=mine.group)]
            author, recipient = pair if box else reversed(pair)
            FeedbackNoteFactory(author=author, recipient=recipient)
    client = as_person(mine.person)

    # savepoint and its release, login session, person, context and back, membership, places, notes and their number,
    # what one is asked for, also for mirrors, and on the page of what one wrote, what one asked
    with django_assert_num_queries(13 if box else 12):
        response = client.get(reverse("feedback:inbox", args=[mine.group_id]), {"box": box})

    assert response.content.count(b"data-note=") == count


def test_the_inbox_comes_in_pages(as_person, arranging, world):
    with arranging():
        FeedbackNoteFactory.create_batch(
            selectors.NOTES_ON_A_PAGE, author=world.memberships["member"], recipient=world.memberships["peer"]
        )
    client = as_person(world.people["peer"])

    pages = [client.get(url("inbox", world), {"page": page}).content for page in ("1", "2", "nonsense")]

    assert [page.count(b"data-note=") for page in pages] == [20, 1, 20]


# Taking back ---------------------------------------------------------------------------------------------------------


def test_the_author_takes_a_note_back_and_it_is_gone_for_both(as_person, arranging, world, secret_note):
    author, recipient = as_person(world.people["member"]), as_person(world.people["peer"])
    path = url("note", world, note_id=secret_note.pk)
    assert url("note_take_back", world, note_id=secret_note.pk) in author.get(path).content.decode()

    page = author.post(url("note_take_back", world, note_id=secret_note.pk), follow=True).content.decode()

    assert "The note is gone. Peer cannot read it." in page
    assert str(secret_note.pk) not in page
    assert [client.get(path).status_code for client in (author, recipient)] == [404, 404]
    assert str(secret_note.pk) not in recipient.get(url("inbox", world)).content.decode()


def test_an_opened_note_is_not_taken_back_and_the_author_reads_why(as_person, arranging, world, secret_note):
    author = as_person(world.people["member"])
    as_person(world.people["peer"]).post(url("note_open", world, note_id=secret_note.pk))
    path = url("note_take_back", world, note_id=secret_note.pk)

    page = as_person(world.people["member"]).post(path, follow=True).content.decode()

    assert "Peer has opened it meanwhile, so it stays." in page
    assert path not in author.get(url("note", world, note_id=secret_note.pk)).content.decode()
    assert opened_at(arranging, secret_note) == NOW
