from datetime import date, timedelta

from common.actor import acting_as
from common.fences import MEMBER
from common.ids import new_id
from common.tokens import token_for
from goals.models import JournalEntry
from goals.selectors import version_of_entry
from tests.proof.matrix import Address, anybody, group_page, own_page, statuses


def soon():
    return (date.today() + timedelta(days=30)).isoformat()


def goal_words(world):
    words = {"title": "Ask before I answer", "behavior": "A question comes first", "why": "", "first_steps": ""}
    return {**words, "target_on": soon()}


def own_goal_page(ok=200):
    """Readers of the group find the goal; only whose goal it is may do this to it."""
    return group_page(ok, peer=403, both=403, facilitator=403)


def asked_page(ok=200):
    """Only the two whom a request concerns find it; only the one who was asked may answer."""
    return group_page(404, peer=ok, member=403, both=404, facilitator=404)


def at(**names):
    """The address in the group, with the ids of these rows of the world."""
    return lambda world: {"group_id": world.group.pk, **{key: getattr(world, row).pk for key, row in names.items()}}


def journal_page():
    """Who is or was in a group writes; the others are told when their journal opens."""
    nowhere = ("former", "hr", "owner", "coach", "foreign_hr", "super")
    return own_page(**dict.fromkeys(nowhere, 302))


def own_entry(ok=200):
    return statuses(404, nobody=302, member=ok)


def entry_words(world):
    with acting_as(MEMBER, person=world.people["member"]):
        return {"text": "Other words", "version": version_of_entry(JournalEntry.objects.get(pk=world.entry.pk))}


def entry(world):
    return {"entry_id": world.entry.pk}


ADDRESSES = {
    "goals:board": Address({"GET": group_page()}, at()),
    "goals:board_shown": Address({"GET": group_page()}, at()),
    "goals:a_word": Address({"GET": group_page(403, facilitator=200)}, at()),
    "goals:goal_new": Address({"GET": group_page(), "POST": group_page(302)}, at(), goal_words),
    "goals:goal": Address({"GET": group_page()}, at(goal_id="goal")),
    "goals:goal_edit": Address({"GET": own_goal_page(), "POST": own_goal_page(302)}, at(goal_id="goal"), goal_words),
    "goals:goal_drop": Address({"GET": own_goal_page(302), "POST": own_goal_page(302)}, at(goal_id="goal")),
    "goals:goal_share": Address({"POST": own_goal_page(302)}, at(goal_id="goal")),
    "goals:goal_move": Address(
        {"GET": own_goal_page(), "POST": own_goal_page(302)}, at(goal_id="goal"), lambda world: {"target_on": soon()}
    ),
    "goals:goal_version": Address({"GET": own_goal_page(), "POST": own_goal_page(302)}, at(goal_id="goal"), goal_words),
    "goals:goal_close": Address(
        {"GET": own_goal_page(), "POST": own_goal_page(302)},
        at(goal_id="goal"),
        lambda world: {"outcome": "let_go", "lesson": "It was somebody else's goal"},
    ),
    "goals:earlier": Address({"GET": group_page()}, at()),
    "goals:readings": Address({"GET": own_goal_page()}, at(goal_id="goal")),
    "goals:readings_ask": Address(
        {"GET": own_goal_page(), "POST": own_goal_page(302)},
        at(goal_id="goal"),
        lambda world: {"peers": [str(world.memberships["peer"].pk)], "until_on": soon()},
    ),
    "goals:reading": Address(
        {"GET": asked_page(), "POST": asked_page(302)},
        at(request_id="asked"),
        lambda world: {"value": "1", "suggestion": "Ask earlier"},
    ),
    "goals:reading_decline": Address({"POST": asked_page(302)}, at(request_id="asked")),
    "goals:check_in": Address(
        {"GET": own_goal_page(), "POST": own_goal_page(302)}, at(goal_id="goal"), lambda world: {"how_it_went": "Well"}
    ),
    "goals:rhythm": Address(
        {"GET": group_page(), "POST": group_page(302)}, at(), lambda world: {"rhythm": "fortnightly"}
    ),
    # Everybody may ask somebody else; whom they ask is one of their peers.
    "goals:partner_ask": Address(
        {"POST": group_page(302, peer=422)}, at(), lambda world: {"partner": world.memberships["peer"].pk}
    ),
    "goals:partner_agree": Address(
        {"POST": group_page(302, member=403, both=404, facilitator=404)}, at(partner_id="partner")
    ),
    "goals:partner_end": Address({"POST": group_page(302, both=404, facilitator=404)}, at(partner_id="partner")),
    "goals:rotation_join": Address({"POST": group_page(302, facilitator=403)}, at()),
    "goals:rotation_leave": Address({"POST": group_page(302)}, at()),
    # Readers say what they noticed in the check-in of somebody else; who has written already reads why not again.
    "goals:notice_new": Address(
        {"GET": group_page(member=403), "POST": group_page(302, member=403, peer=422)},
        at(check_in_id="check_in"),
        lambda world: {"text": "You waited"},
    ),
    "goals:notice_thank": Address({"POST": own_goal_page(302)}, at(note_id="noticed")),
    "goals:notice_take_back": Address(
        {"POST": group_page(302, member=403, both=403, facilitator=403)}, at(note_id="noticed")
    ),
    "goals:check_in_by_link": Address(
        {"GET": anybody(), "POST": anybody()},
        lambda world: {"token": token_for("check_in_link", world.link.pk)},
        lambda world: {"how_it_went": "Well"},
        why="the token of a mail lets its reader write one check-in; the page reads nothing",
    ),
    "goals:check_in_link_keep": Address(
        {"POST": anybody()},
        lambda world: {"token": token_for("check_in_link", world.link.pk)},
        lambda world: {"place": "by-link", "tab": str(new_id()), "words": '{"how_it_went": "Well"}'},
        why="keeps what is typed behind that link for its coachee; it answers nothing about what is there",
    ),
    "goals:step_new": Address(
        {"GET": group_page(), "POST": group_page(302)}, at(), lambda world: {"text": "Call Lin", "due_on": soon()}
    ),
    "goals:step": Address({"GET": group_page()}, at(step_id="step")),
    "goals:step_answer": Address(
        {"POST": group_page(403, peer=302)}, at(step_id="step"), lambda world: {"answer": "agree"}
    ),
    "goals:step_ask": Address(
        {"GET": own_goal_page(), "POST": own_goal_page(302)},
        at(step_id="step"),
        lambda world: {"asker": world.memberships["both"].pk},
    ),
    "goals:step_kept": Address(
        {"POST": own_goal_page(302)},
        at(step_id="practice"),
        lambda world: {"on": date.today().isoformat(), "kept": "yes"},
    ),
    "goals:step_let_go": Address(
        {"GET": own_goal_page(), "POST": own_goal_page(302)}, at(step_id="step"), lambda world: {"why": "Lin does it"}
    ),
    "goals:step_move": Address(
        {"GET": own_goal_page(), "POST": own_goal_page(302)},
        at(step_id="step"),
        lambda world: {"from_on": world.step.due_on.isoformat(), "to_on": soon(), "why": "Priya is away"},
    ),
    "goals:step_reopen": Address({"POST": own_goal_page(302)}, at(step_id="step")),
    "goals:step_close": Address({"POST": own_goal_page(302)}, at(step_id="step")),
    # the world's group is no pair: see tests/proof/test_pair_doors.py and tests/goals/test_conversations.py
    "goals:conversations": Address({"GET": group_page(404)}, at()),
    "goals:conversation_begin": Address({"POST": group_page(404)}, at()),
    "goals:conversation": Address({"GET": group_page(404)}, at(conversation_id="talk")),
    "goals:conversation_write": Address(
        {"GET": group_page(404), "POST": group_page(404)},
        lambda world: {**at(conversation_id="talk")(world), "part": "answer"},
        lambda world: {"text": "Both boards"},
    ),
    "goals:conversation_let_go": Address({"GET": group_page(404), "POST": group_page(404)}, at(conversation_id="talk")),
    "goals:conversation_close": Address(
        {"GET": group_page(404), "POST": group_page(404)},
        at(conversation_id="talk"),
        lambda world: {"text": "Call Lin", "due_on": soon()},
    ),
    "goals:question_like": Address({"POST": group_page(404)}, at(turn_id="turn"), lambda world: {"good": "yes"}),
    # a journal is everybody's own: an entry is there for its writer alone
    "goals:journal": Address({"GET": own_page()}),
    "goals:journal_month": Address({"GET": own_page()}, lambda world: {"year": 2027, "month": 2}),
    "goals:journal_new": Address({"GET": journal_page(), "POST": own_page(302)}, data=lambda world: {"text": "Mine"}),
    "goals:journal_search": Address({"GET": own_page(), "POST": own_page()}, data=lambda world: {"words": "afraid"}),
    "goals:journal_take_html": Address({"POST": own_page(nobody=401)}),
    "goals:journal_take_json": Address({"POST": own_page(nobody=401)}),
    "goals:journal_entry": Address({"GET": own_entry()}, entry),
    "goals:journal_edit": Address({"GET": own_entry(), "POST": own_entry(302)}, entry, entry_words),
    "goals:journal_delete": Address({"GET": own_entry(), "POST": own_entry(302)}, entry),
}
