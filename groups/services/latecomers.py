"""Whoever comes late: the groups that are there which suit them best, each with its reasons. Nothing is done here."""

from dataclasses import dataclass

from groups.board.state import rules_of
from groups.formation import Reason
from groups.formation.changing import add_person
from groups.models import CoachingGroup, Participant
from groups.services.profiles import with_told
from groups.services.seating import as_candidate, going_on, seated, stands_against


@dataclass(frozen=True)
class Place:
    """A group that somebody could join, how many it would have then, and what it would be like."""

    group: CoachingGroup
    count: int
    reasons: tuple[Reason, ...]


def places_for(participant, now):
    """Up to three groups of the program that they could join with every hard rule kept, the one that gains most first.

    Nobody else moves: whoever is in a group has begun to trust it. A group below its minimum may take somebody too.
    """
    program = participant.program
    people = {one.pk: one for one in with_told(Participant.objects.filter(program=program, withdrawn_at=None))}
    if participant.pk not in people:
        return []
    newcomer = as_candidate(people.pop(participant.pk))
    roster = {one.email.lower(): one for one in people.values()}
    groups = [group for group in going_on(program) if not stands_against(group, newcomer, roster)]
    seats = seated(groups, now)
    members = [[str(pk) for pk in seats[group.pk] if pk in people] for group in groups]
    changes = add_person(newcomer, members, map(as_candidate, people.values()), rules_of(program))
    return [
        Place(groups[move.target], len(members[move.target]) + 1, change.reasons[0][1])
        for change in changes
        if len(change.moves) == 1
        for move in change.moves
    ]
