"""Changing a proposal on the board: one small command at a time, applied to the board as it is now.

Two who change it at once do not lose each other's moves: each command locks the row, and one that no longer applies is
answered with a sentence instead. A hard rule is broken only with a reason, which is kept in the trail of acts.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from common import audit
from groups.board.state import Board
from groups.formation.seats import TRAY
from groups.models import Formation
from groups.services.forming import FormationClosed

# Older moves cannot be undone any more.
MOST_MOVES = 200
LONGEST_REASON = 300
WHEREVER = object()
WORDS_FOR_KINDS = {
    "team": "teammates",
    "line": "a reporting line",
    "conflict": "people to be kept apart",
    "language": "no language in common",
    "hours": "no hours in common",
    "level": "levels",
    "size": "size",
    "facilitator": "their facilitator",
}


class NoLongerApplies(Exception):
    """The board is not what the command was made for; the message says what is so now."""


class ReasonNeeded(Exception):
    """The command breaks hard rules, in ``broken``; with a reason it is done."""

    def __init__(self, broken):
        super().__init__(" ".join(one.message for one in broken))
        self.broken = broken


def open_board(formation):
    """The proposal, locked, as a board. Raises FormationClosed. Call it in a transaction."""
    locked = Formation.objects.select_for_update(of=("self",)).select_related("program")
    found = locked.filter(pk=formation.pk, state=Formation.State.PROPOSED).first()
    if found is None:
        raise FormationClosed
    return Board(found)


def _save(board, *fields):
    formation = board.formation
    formation.revision += 1
    formation.save(update_fields=["revision", *fields])
    return formation


# Moves -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def move(*, formation, person, target, by, why="", seen=WHEREVER):
    """Put somebody into a group, or with None into the tray; ``seen`` is where the mover saw them.

    Raises NoLongerApplies, ReasonNeeded, FormationClosed; then nothing has happened.
    """
    board = open_board(formation)
    origin = _place_of(board, person)
    _check_seen(board, person, origin, target, seen)
    _check_open(board, person, origin, target)
    allowed = []
    if broken := board.newly_broken(board.seats.consequence(person, target)):
        if not why.strip():
            raise ReasonNeeded(broken)
        allowed = [[target, _entry(one, [*board.members(target), person])] for one in broken]
        _note(board, broken, why, person)
    record = {"person": person, "origin": origin, "target": target, "allowed": allowed, "by": str(by.pk)}
    _put(board, record)
    board.formation.moves = [*board.formation.moves, record][-MOST_MOVES:]
    board.formation.undone = []
    return _save_moves(board)


@transaction.atomic
def undo(*, formation):
    """Take the last move back; returns it. Raises NoLongerApplies, FormationClosed."""
    board = open_board(formation)
    if not board.formation.moves:
        raise NoLongerApplies(_("There is no move to undo."))
    record = board.formation.moves.pop()
    _check_open(board, record["person"], record["target"], record["origin"])
    _take_back(board, record)
    board.formation.undone.append(record)
    _save_moves(board)
    return record


@transaction.atomic
def redo(*, formation):
    """Do again what was undone last; returns it. Raises NoLongerApplies, FormationClosed."""
    board = open_board(formation)
    if not board.formation.undone:
        raise NoLongerApplies(_("There is no move to do again."))
    record = board.formation.undone.pop()
    _check_open(board, record["person"], record["origin"], record["target"])
    _put(board, record)
    board.formation.moves.append(record)
    _save_moves(board)
    return record


def _save_moves(board):
    proposal = board.formation.proposal
    proposal["score"] = round(board.score_now(), 1)
    return _save(board, "proposal", "moves", "undone")


def _place_of(board, person):
    if person in board.places:
        return board.places[person]
    if person in board.tray:
        return TRAY
    raise NoLongerApplies(_("This person is not on the board any more."))


def _check_seen(board, person, origin, target, seen):
    names = {"name": board.people[person].name, "group": board.name(origin)}
    if origin == target:
        raise NoLongerApplies(_("%(name)s is in %(group)s already.") % names)
    if seen is not WHEREVER and seen != origin:
        raise NoLongerApplies(_("%(name)s was moved to %(group)s meanwhile. Nothing was changed; look again.") % names)


def _check_open(board, person, origin, target):
    """Raise NoLongerApplies where somebody is not where the move begins, or a place is locked or published."""
    if person not in board.people or _place_of(board, person) != origin:
        raise NoLongerApplies(_("The board has changed since. Nothing was changed; look again."))
    for place in (origin, target):
        if place is TRAY:
            continue
        if not 0 <= place < len(board.data):
            raise NoLongerApplies(_("This group is not on the board."))
        if board.is_published(place):
            raise NoLongerApplies(_("%(group)s is published already.") % {"group": board.name(place)})
        if board.data[place].get("locked"):
            raise NoLongerApplies(_("%(group)s is locked. Unlock it first.") % {"group": board.name(place)})
    if origin is not TRAY and person in board.data[origin].get("held", []):
        names = {"name": board.people[person].name, "group": board.name(origin)}
        raise NoLongerApplies(_("%(name)s is locked to %(group)s. Unlock them first.") % names)


def _put(board, record):
    """Apply a move to the plain data, with what was let through for it."""
    person, origin, target = record["person"], record["origin"], record["target"]
    proposal = board.formation.proposal
    if origin is TRAY:
        kept = [(pk, told) for pk, told in proposal.get("unplaced", []) if pk == person]
        record["told"] = kept[0][1] if kept else None
        proposal["unplaced"] = [one for one in proposal.get("unplaced", []) if one[0] != person]
    else:
        board.data[origin]["members"].remove(person)
    if target is TRAY:
        proposal.setdefault("unplaced", []).append(
            [person, _("Taken out of %(group)s.") % {"group": board.name(origin)}]
        )
    else:
        board.data[target]["members"].append(person)
    for number, entry in record["allowed"]:
        board.data[number].setdefault("allowed", []).append(entry)


def _take_back(board, record):
    person, origin, target = record["person"], record["origin"], record["target"]
    proposal = board.formation.proposal
    if target is TRAY:
        proposal["unplaced"] = [one for one in proposal["unplaced"] if one[0] != person]
    else:
        board.data[target]["members"].remove(person)
    if origin is TRAY:
        if record.get("told") is not None:
            proposal.setdefault("unplaced", []).append([person, record["told"]])
    else:
        board.data[origin]["members"].append(person)
    for number, entry in record["allowed"]:
        if entry in board.data[number].get("allowed", []):
            board.data[number]["allowed"].remove(entry)


# Rules that are broken on purpose ----------------------------------------------------------------------------------


@transaction.atomic
def let_through(*, formation, number, why):
    """Let a group be published as it is, with a reason, although it breaks hard rules.

    Raises NoLongerApplies, ReasonNeeded, FormationClosed.
    """
    board = open_board(formation)
    if number not in board.numbers:
        raise NoLongerApplies(_("This group is not on the board."))
    broken = [one for one, is_allowed in board.broken(number) if not is_allowed]
    if not broken:
        raise NoLongerApplies(_("%(group)s breaks no rule any more.") % {"group": board.name(number)})
    if not why.strip():
        raise ReasonNeeded(broken)
    entries = board.data[number].setdefault("allowed", [])
    entries += [_entry(one, board.members(number)) for one in broken]
    _note(board, broken, why)
    return _save(board, "proposal")


def _entry(one, among):
    return {"key": one.key, "among": sorted(among), "message": one.message}


def _note(board, broken, why, person=None):
    rules = ", ".join(dict.fromkeys(WORDS_FOR_KINDS[one.kind] for one in broken))
    audit.record(
        "formation_rule_broken",
        circle=audit.Circle.OFFICE,
        organization_id=board.formation.organization_id,
        formation=str(board.formation.pk),
        participant=person or "",
        rules=rules,
        reason=why.strip()[:LONGEST_REASON],
    )


# Locks -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def lock_group(*, formation, number, is_locked):
    """A locked group keeps exactly its people, also when the rest is solved again.

    Raises NoLongerApplies, FormationClosed.
    """
    board = open_board(formation)
    if number not in board.numbers:
        raise NoLongerApplies(_("This group is not on the board."))
    board.data[number]["locked"] = is_locked
    return _save(board, "proposal")


@transaction.atomic
def lock_person(*, formation, person, is_locked):
    """Somebody who is locked stays in their group, which may gain others. Raises NoLongerApplies, FormationClosed."""
    board = open_board(formation)
    if person not in board.places:
        raise NoLongerApplies(_("Only somebody in a group can be locked."))
    group = board.data[board.places[person]]
    others = [one for one in group.get("held", []) if one != person]
    group["held"] = [*others, person] if is_locked else others
    return _save(board, "proposal")
