"""Whoever comes late: the groups that are there which suit them best, each with its reasons. Nothing is done here."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q

from groups.board.state import rules_of
from groups.formation import Reason, facilitator_obstacles
from groups.formation.changing import add_person
from groups.formation.files import candidate
from groups.models import CoachingGroup, Invitation, Membership, Participant
from groups.services.profiles import with_told


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
    newcomer = _as_candidate(people.pop(participant.pk))
    groups = [group for group in _going_on(program) if not _facilitator_stands_against(group, newcomer, people)]
    seated = _seated(groups, now)
    members = [[str(pk) for pk in seated[group.pk] if pk in people] for group in groups]
    changes = add_person(newcomer, members, map(_as_candidate, people.values()), rules_of(program))
    return [
        Place(groups[move.target], len(members[move.target]) + 1, change.reasons[0][1])
        for change in changes
        if len(change.moves) == 1
        for move in change.moves
    ]


def _as_candidate(participant):
    return candidate(participant, str(participant.pk))


def _going_on(program):
    groups = CoachingGroup.objects.filter(program=program, state=CoachingGroup.State.ACTIVE).order_by("name", "pk")
    facilitators = defaultdict(list)
    rows = Membership.objects.filter(group__in=groups, left_at=None, role=Membership.Role.FACILITATOR)
    for row in rows.select_related("person"):
        facilitators[row.group_id].append(row.person)
    found = list(groups)
    for group in found:
        group.led_by = facilitators[group.pk]
    return found


def _facilitator_stands_against(group, newcomer, people):
    own = {one.email.lower(): one for one in people.values()}
    on_roster = [(person, own.get(person.email.lower())) for person in group.led_by]
    return any(
        facilitator_obstacles(
            person.email, [newcomer], team=row.team if row else "", manager=row.manager_email if row else ""
        )
        for person, row in on_roster
    )


def _seated(groups, now):
    """Group's id → participants who are its members now, or may become so by an open invitation."""
    there = Q(left_at=None, role=Membership.Role.MEMBER)
    invited = Q(accepted_at=None, withdrawn_at=None, expires_at__gt=now)
    found = defaultdict(set)
    for rows in (Membership.objects.filter(there), Invitation.objects.filter(invited)):
        for group, participant in rows.filter(group__in=groups).values_list("group", "participant"):
            found[group].add(participant)
    return found
