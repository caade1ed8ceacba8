"""Proposals side by side: which one goes on, what the next search weighs, and who could facilitate."""

from django.db import transaction

from groups.board.state import Board, rules_of
from groups.formation.facilitating import Facilitator, assign_facilitators
from groups.models import Formation, Program
from groups.services.board import open_board
from groups.services.facilitators import groups_led_by
from groups.services.publishing import put_others_aside


@transaction.atomic
def choose(*, formation):
    """Go on with this proposal; the others are kept to look at. Raises FormationClosed."""
    board = open_board(formation)
    put_others_aside(board.formation)
    return board.formation


def set_weights(*, program, steps):
    """Remember the sliders for the next search."""
    Program.objects.filter(pk=program.pk).update(weights=steps)


@transaction.atomic
def suggest_facilitators(*, formation, people):
    """Give each group without a facilitator somebody whom nothing keeps from it; nobody is told.

    Counted against ``most_groups`` of each is every group that they facilitate now, here or elsewhere. Returns how many
    groups got somebody, and the names of those for whom nobody was found. Raises FormationClosed.
    """
    board = open_board(formation)
    empty = [number for number in board.numbers if board.members(number) and not board.data[number]["facilitator"]]
    has = {str(pk): len(groups) for pk, groups in groups_led_by(people).items()}
    for number in board.numbers:
        if pk := board.data[number]["facilitator"]:
            has[pk] = has.get(pk, 0) + 1
    by_candidate = {}
    offered = []
    for person in people:
        one = board.as_candidate(person)
        by_candidate[one.id] = str(person.pk)
        offered.append(Facilitator(one, most=person.most_groups, has=has.get(str(person.pk), 0)))
    members = [board.members(number) for number in empty]
    found = assign_facilitators(members, board.seats.people.values(), offered, rules_of(board.program))
    for number, one in zip(empty, found, strict=True):
        board.data[number]["facilitator"] = by_candidate.get(one)
    board.formation.revision += 1
    board.formation.save(update_fields=["proposal", "revision"])
    left = [board.name(number) for number, one in zip(empty, found, strict=True) if one is None]
    return len(empty) - len(left), left


def standing_of(program):
    """Proposals of a program that are open or being made, the newest first, with who asked for them."""
    states = [Formation.State.QUEUED, Formation.State.SOLVING, Formation.State.PROPOSED]
    found = Formation.objects.filter(program=program, state__in=states).select_related("asked_by")
    return found.order_by("-asked_at", "-pk")


def boards_of(formations, program):
    """The boards of these proposals."""
    boards = []
    for formation in formations:
        formation.program = program
        boards.append(Board(formation))
    return boards
