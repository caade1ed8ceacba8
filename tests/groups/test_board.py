"""The board: moves that are not lost, undone or against a rule without a reason, and locks."""

import pytest

from common.models import AuditEntry
from groups.models import Participant
from groups.services import board, forming
from tests.groups.board_people import stand

__all__ = ["stand"]


def move(stand, number, target, **how):
    with stand.office():
        return board.move(formation=stand.formation, person=stand.id(number), target=target, by=stand.hr, **how)


def test_two_people_move_and_both_moves_hold(stand):
    move(stand, 0, 1, seen=0)
    move(stand, 5, 0, seen=1)

    assert stand.groups() == [[1, 2, 3, 5], [4, 6, 7, 0]]
    assert stand.now().revision == 2


@pytest.mark.parametrize(
    ("target", "seen", "words"),
    [(1, 0, "is in Cove already"), (None, 0, "was moved to Cove meanwhile"), (5, 1, "not on the board")],
    ids=["done already", "somebody was quicker", "no such group"],
)
def test_a_move_that_no_longer_applies_says_what_is_so(stand, target, seen, words):
    move(stand, 0, 1)

    with pytest.raises(board.NoLongerApplies, match=words):
        move(stand, 0, target, seen=seen)

    assert stand.groups() == [[1, 2, 3], [4, 5, 6, 7, 0]]


def test_moves_are_undone_and_done_again_also_out_of_the_tray(stand):
    move(stand, 8, 0)
    move(stand, 0, None)
    with stand.office():
        board.undo(formation=stand.formation)
        board.undo(formation=stand.formation)
    assert (stand.groups(), stand.tray()) == ([[1, 2, 3, 0], [4, 5, 6, 7]], [8])

    with stand.office():
        board.redo(formation=stand.formation)
        board.redo(formation=stand.formation)
        with pytest.raises(board.NoLongerApplies):
            board.redo(formation=stand.formation)
    assert (stand.groups(), stand.tray()) == ([[1, 2, 3, 8], [4, 5, 6, 7]], [0])

    with stand.office():
        board.undo(formation=stand.formation)
    move(stand, 7, 0)
    with stand.office(), pytest.raises(board.NoLongerApplies):
        board.redo(formation=stand.formation)


def test_a_hard_rule_is_broken_only_with_a_reason_which_the_owner_can_read(stand):
    with stand.office():
        Participant.objects.filter(pk=stand.id(4)).update(team="Team 0")
    with pytest.raises(board.ReasonNeeded, match="are both in Team 0"):
        move(stand, 0, 1, why="  ")
    assert stand.groups()[0] == [0, 1, 2, 3]

    move(stand, 0, 1, why="They asked for it.")

    with stand.office("owner"):
        [entry] = AuditEntry.objects.filter(act="formation_rule_broken")
        assert (entry.actor_id, entry.circle) == (stand.hr.pk, "office")
        assert entry.facts["rules"] == "teammates"
        assert entry.facts["reason"] == "They asked for it."


def test_undoing_takes_back_what_was_let_through(stand):
    with stand.office():
        Participant.objects.filter(pk=stand.id(4)).update(team="Team 0")
    move(stand, 0, 1, why="They asked for it.")
    with stand.office():
        board.undo(formation=stand.formation)

    with pytest.raises(board.ReasonNeeded):
        move(stand, 0, 1)
    with stand.office():
        board.redo(formation=stand.formation)
    [entry] = stand.now().proposal["groups"][1]["allowed"]
    assert entry["message"].endswith("are both in Team 0.")


def test_what_is_locked_does_not_move(stand):
    with stand.office():
        board.lock_person(formation=stand.formation, person=stand.id(0), is_locked=True)
        board.lock_group(formation=stand.formation, number=1, is_locked=True)

    for number, target in ((0, None), (1, 1), (5, 0)):
        with pytest.raises(board.NoLongerApplies, match="locked"):
            move(stand, number, target)

    with stand.office():
        board.lock_person(formation=stand.formation, person=stand.id(0), is_locked=False)
    move(stand, 0, None)
    assert stand.tray() == [8, 0]


def test_the_search_for_the_rest_keeps_what_is_locked(stand):
    with stand.office():
        board.lock_group(formation=stand.formation, number=1, is_locked=True)
        board.lock_person(formation=stand.formation, person=stand.id(2), is_locked=True)
        kept = forming.kept_of(stand.now().proposal)
        again = forming.ask_formation(program=stand.world.forming, by=stand.hr, kept=kept)
    forming.solve_formation(formation_id=again.pk, now=stand.formation.asked_at)

    with stand.office():
        again.refresh_from_db()
    named = {group["name"]: group for group in again.proposal["groups"]}
    assert sorted(named["Cove"]["members"]) == sorted(stand.id(number) for number in range(4, 8))
    assert named["Cove"]["locked"] is True
    assert stand.id(2) in named["Ridge"]["members"]
    assert sorted(named["Ridge"]["members"]) == sorted(stand.id(number) for number in (0, 1, 2, 3, 8))


def test_a_closed_proposal_is_not_changed(stand, arranging):
    with arranging():
        type(stand.formation).objects.filter(pk=stand.formation.pk).update(state="replaced")

    with pytest.raises(forming.FormationClosed):
        move(stand, 0, 1)
