from datetime import date, timedelta

from django.utils import timezone

from common.actor import acting_as
from common.bootstrap import ARRANGER
from tests.factories import (
    NOW,
    CoachingSessionFactory,
    FeedbackNoteFactory,
    HelpRequestFactory,
    MirrorAskFactory,
    MirrorFactory,
    NoteAnswerFactory,
)
from tests.proof.matrix import Address, group_page

# The note is from member to peer: nobody else of the group finds it, the facilitator included.
NOT_THEIRS = {"facilitator": 404, "both": 404}


def letter(world):
    """To somebody whom all who may write can write to, except themselves."""
    return {
        "recipient": world.memberships["both"].pk, "kind": "keep", "situation": "On Tuesday", "behavior": "You waited",
        "impact": "Lin spoke",
    }  # fmt: skip


def note_at(world):
    return {"group_id": world.group.pk, "note_id": world.note.pk}


def opened_note_at(world, *, to="member", question=False):
    """A note of its own between *member* and *peer*, opened; with ``question`` its receiver has asked about it."""
    author = "peer" if to == "member" else "member"
    with acting_as(ARRANGER):
        note = FeedbackNoteFactory(author=world.memberships[author], recipient=world.memberships[to], opened_at=NOW)
        if question:
            NoteAnswerFactory(note=note, part="question", will_do="")
    return {"group_id": world.group.pk, "note_id": note.pk}


def help_at(world):
    """*member* wants help with a note of *peer*."""
    with acting_as(ARRANGER):
        request = HelpRequestFactory(
            note__author=world.memberships["peer"], note__recipient=world.memberships["member"]
        )
    return {"group_id": world.group.pk, "help_id": request.pk}


def ask_at(world):
    return {"group_id": world.group.pk, "ask_id": world.ask.pk}


def question(world):
    """To somebody whom all who may ask can ask, except themselves."""
    return {"about": "on Tuesday", "peers": world.memberships["both"].pk, "until_on": date.today() + timedelta(days=7)}


def running(world):
    """A session of the group that has begun and is long: all of the cast are there on whatever day this runs.

    It begins on the hour, so that its pages are the same when they are asked for twice.
    """
    begun = timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    with acting_as(ARRANGER):
        session = CoachingSessionFactory(
            group=world.group, scheduled_by=world.memberships["facilitator"], starts_at=begun,
            ends_at=NOW.replace(year=2127),
        )  # fmt: skip
    return {"group_id": world.group.pk, "session_id": session.pk}


def close_with_both(world):
    return {**running(world), "membership_id": world.memberships["both"].pk}


def closing_letter(world):
    return {name: words for name, words in letter(world).items() if name != "recipient"}


WORDS = ["calm", "clear", "curious", "fair", "frank"]


def flag_at(world):
    """*member* has raised it to *facilitator*."""
    return {"group_id": world.group.pk, "flag_id": world.flag.pk}


def mirror_at(world):
    """*member* has a mirror that nobody has picked words for yet."""
    with acting_as(ARRANGER):
        mirror = MirrorFactory(membership=world.memberships["member"])
    return {"group_id": world.group.pk, "mirror_id": mirror.pk}


def mirror_ask_at(world):
    """*peer* is asked for words by *member*."""
    with acting_as(ARRANGER):
        ask = MirrorAskFactory(mirror__membership=world.memberships["member"], peer=world.memberships["peer"])
    return {"group_id": world.group.pk, "mirror_ask_id": ask.pk}


def own_words(world):
    """Asked of two whom all but themselves can ask."""
    peers = [world.memberships[name].pk for name in ("both", "facilitator")]
    return {"words": WORDS, "peers": peers, "until_on": date.today() + timedelta(days=7)}


def below(world):
    return {"text": "That I waited"}


ADDRESSES = {
    "feedback:inbox": Address({"GET": group_page()}, lambda world: {"group_id": world.group.pk}),
    "feedback:note_new": Address(
        {"GET": group_page(), "POST": group_page(302, both=422)},
        lambda world: {"group_id": world.group.pk},
        letter,
    ),
    "feedback:note": Address({"GET": group_page(**NOT_THEIRS)}, note_at),
    "feedback:note_open": Address({"POST": group_page(302, member=403, **NOT_THEIRS)}, note_at),
    "feedback:note_answer": Address(
        {"GET": group_page(peer=403, **NOT_THEIRS), "POST": group_page(302, peer=403, **NOT_THEIRS)},
        opened_note_at,
        below,
    ),
    "feedback:note_question": Address(
        {"GET": group_page(peer=403, **NOT_THEIRS), "POST": group_page(302, peer=403, **NOT_THEIRS)},
        opened_note_at,
        below,
    ),
    "feedback:note_reply": Address(
        {"GET": group_page(peer=403, **NOT_THEIRS), "POST": group_page(302, peer=403, **NOT_THEIRS)},
        lambda world: opened_note_at(world, to="peer", question=True),
        below,
    ),
    "feedback:note_share": Address(
        {"GET": group_page(peer=403, **NOT_THEIRS), "POST": group_page(302, peer=403, **NOT_THEIRS)},
        opened_note_at,
        lambda world: {"circle": "group"},
    ),
    "feedback:note_unshare": Address({"POST": group_page(302, peer=403, **NOT_THEIRS)}, opened_note_at),
    "feedback:note_help": Address(
        {"GET": group_page(peer=403, **NOT_THEIRS), "POST": group_page(302, peer=403, **NOT_THEIRS)},
        opened_note_at,
        below,
    ),
    "feedback:ask": Address(
        {"GET": group_page(), "POST": group_page(302, both=422)},
        lambda world: {"group_id": world.group.pk},
        question,
    ),
    "feedback:asked": Address({"GET": group_page(**NOT_THEIRS)}, ask_at),
    "feedback:ask_decline": Address({"POST": group_page(302, member=403, **NOT_THEIRS)}, ask_at),
    "feedback:ask_withdraw": Address({"POST": group_page(302, peer=403, **NOT_THEIRS)}, ask_at),
    "feedback:air": Address({"GET": group_page()}, lambda world: {"group_id": world.group.pk}),
    "feedback:air_raise": Address(
        {"GET": group_page(facilitator=403), "POST": group_page(302, facilitator=403)},
        lambda world: {"group_id": world.group.pk},
        lambda world: {"circle": "facilitator", "text": "It came back to me"},
    ),
    "feedback:air_plan": Address(
        {"POST": group_page(403, facilitator=302)}, flag_at, lambda world: {"coaching_session": world.session.pk}
    ),
    "feedback:air_handled": Address({"POST": group_page(302, peer=404, both=404)}, flag_at),
    "feedback:air_take_back": Address({"POST": group_page(302, peer=404, both=404, facilitator=403)}, flag_at),
    "feedback:air_off": Address({"POST": group_page(403, facilitator=302)}, running),
    "feedback:in_common": Address({"GET": group_page()}, lambda world: {"group_id": world.group.pk}),
    "feedback:introduce": Address(
        {"GET": group_page(facilitator=403), "POST": group_page(302, facilitator=403)},
        lambda world: {"group_id": world.group.pk},
        lambda world: {"outside": "I row", "topics": ["delegating"]},
    ),
    "feedback:introduction_take_back": Address(
        {"POST": group_page(302, facilitator=403)}, lambda world: {"group_id": world.group.pk}
    ),
    "feedback:mirrors": Address({"GET": group_page()}, lambda world: {"group_id": world.group.pk}),
    "feedback:mirror_new": Address(
        {"GET": group_page(), "POST": group_page(302, both=422, facilitator=422)},
        lambda world: {"group_id": world.group.pk},
        own_words,
    ),
    "feedback:mirror": Address({"GET": group_page(peer=404, **NOT_THEIRS)}, mirror_at),
    "feedback:mirror_open": Address({"POST": group_page(302, peer=404, **NOT_THEIRS)}, mirror_at),
    "feedback:mirror_let_go": Address(
        {"GET": group_page(peer=404, **NOT_THEIRS), "POST": group_page(302, peer=404, **NOT_THEIRS)}, mirror_at
    ),
    "feedback:mirror_pick": Address(
        {"GET": group_page(member=403, **NOT_THEIRS), "POST": group_page(302, member=403, **NOT_THEIRS)},
        mirror_ask_at,
        lambda world: {"words": WORDS},
    ),
    "feedback:mirror_decline": Address({"POST": group_page(302, member=403, **NOT_THEIRS)}, mirror_ask_at),
    "feedback:help": Address({"GET": group_page(peer=404, both=404)}, help_at),
    "feedback:help_take_back": Address({"POST": group_page(302, peer=404, both=404, facilitator=403)}, help_at),
    "feedback:watch": Address(
        {"GET": group_page(facilitator=403), "POST": group_page(302, facilitator=403)},
        running,
        lambda world: {"text": "I let others finish"},
    ),
    "feedback:watch_take_back": Address({"POST": group_page(302, facilitator=403)}, running),
    "feedback:close": Address({"GET": group_page(302)}, running),
    "feedback:close_note": Address(
        {"GET": group_page(both=404), "POST": group_page(302, both=404)}, close_with_both, closing_letter
    ),
    "feedback:note_take_back": Address({"POST": group_page(302, peer=403, **NOT_THEIRS)}, note_at),
}
