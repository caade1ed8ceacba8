from datetime import date, timedelta

from tests.proof.matrix import Address, group_page


def soon():
    return (date.today() + timedelta(days=30)).isoformat()


def goal_words(world):
    return {"title": "Ask before I answer", "behavior": "A question comes first", "why": "", "target_on": soon()}


def own_goal_page(ok=200):
    """Readers of the group find the goal; only whose goal it is may do this to it."""
    return group_page(ok, peer=403, both=403, facilitator=403)


def at(**names):
    """The address in the group, with the ids of these rows of the world."""
    return lambda world: {"group_id": world.group.pk, **{key: getattr(world, row).pk for key, row in names.items()}}


ADDRESSES = {
    "goals:board": Address({"GET": group_page()}, at()),
    "goals:goal_new": Address({"GET": group_page(), "POST": group_page(302)}, at(), goal_words),
    "goals:goal": Address({"GET": group_page()}, at(goal_id="goal")),
    "goals:goal_edit": Address({"GET": own_goal_page(), "POST": own_goal_page(302)}, at(goal_id="goal"), goal_words),
    "goals:goal_share": Address({"POST": own_goal_page(302)}, at(goal_id="goal")),
    "goals:check_in": Address(
        {"GET": own_goal_page(), "POST": own_goal_page(302)}, at(goal_id="goal"), lambda world: {"how_it_went": "Well"}
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
}
