"""Two proposals beside one another: which groups are the same, who is elsewhere, and how their scores differ."""

from groups.board.wishes import LABELS


def pairs_of(one, other):
    """Numbers of groups that have most people in common, as pairs; what has no counterpart stands with None."""
    shared = sorted(
        (
            (len(set(one.members(mine)) & set(other.members(theirs))), -mine, -theirs)
            for mine in one.numbers
            for theirs in other.numbers
        ),
        reverse=True,
    )
    pairs = {}
    taken = set()
    for count, mine, theirs in shared:
        if count and -mine not in pairs and -theirs not in taken:
            pairs[-mine] = -theirs
            taken.add(-theirs)
    found = [(number, pairs.get(number)) for number in one.numbers]
    return found + [(None, number) for number in other.numbers if number not in taken]


def compared(one, other):
    """Pairs of groups with their scores, and everybody who is not in the counterpart of their group."""
    pairs = pairs_of(one, other)
    counterpart = {mine: theirs for mine, theirs in pairs if mine is not None}
    moves = []
    for pk in [*one.places, *one.tray]:
        here, there = one.places.get(pk), other.places.get(pk)
        is_same = there is None if here is None else there is not None and counterpart.get(here) == there
        if not is_same and (pk in other.places or pk in other.tray):
            moves.append({"name": one.people[pk].name, "here": one.name(here), "there": other.name(there)})
    return {
        "pairs": [{"here": _side(one, mine), "there": _side(other, theirs)} for mine, theirs in pairs],
        "moves": moves,
        "parts": _parts(one, other),
    }


def _side(board, number):
    if number is None:
        return None
    return {
        "name": board.name(number),
        "score": round(board.seats.score_of(number)),
        "count": len(board.members(number)),
        "parts": [(LABELS[name], round(100 * value)) for name, value in board.seats.parts(number).items()],
    }


def _parts(one, other):
    """The parts of both scores, over all who are placed."""
    mine, theirs = _overall(one), _overall(other)
    return [
        {"label": LABELS[name], "here": round(mine[name]), "there": round(theirs[name])}
        for name in LABELS
        if name in mine and name in theirs
    ]


def _overall(board):
    sums, people = {}, 0
    for number in board.numbers:
        count, parts = len(board.members(number)), board.seats.parts(number)
        people += count if parts else 0
        for name, value in parts.items():
            sums[name] = sums.get(name, 0) + 100 * value * count
    return {name: value / people for name, value in sums.items()}
