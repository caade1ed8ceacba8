"""The groups of a program that go on: who has a seat in them, and whom their facilitators stand against."""

from collections import defaultdict

from django.db.models import Q

from groups.formation import facilitator_obstacles
from groups.formation.files import candidate
from groups.models import CoachingGroup, Invitation, Membership


def as_candidate(participant):
    """A participant as the solver knows them, under their id as text."""
    return candidate(participant, str(participant.pk))


def going_on(program):
    """The groups of the program that have not ended, by name, each with ``led_by``: the people who facilitate it."""
    groups = CoachingGroup.objects.filter(program=program, state=CoachingGroup.State.ACTIVE).order_by("name", "pk")
    facilitators = defaultdict(list)
    rows = Membership.objects.filter(group__in=groups, left_at=None, role=Membership.Role.FACILITATOR)
    for row in rows.select_related("person"):
        facilitators[row.group_id].append(row.person)
    found = list(groups)
    for group in found:
        group.led_by = facilitators[group.pk]
    return found


def stands_against(group, newcomer, roster):
    """Whether a team or a line connects this candidate with a facilitator of the group.

    ``roster`` maps addresses in small letters to participants: some facilitators are on it.
    """
    on_roster = [(person, roster.get(person.email.lower())) for person in group.led_by]
    return any(
        facilitator_obstacles(
            person.email, [newcomer], team=row.team if row else "", manager=row.manager_email if row else ""
        )
        for person, row in on_roster
    )


def seated(groups, now):
    """Group's id → participants who are its members now, or may become so by an open invitation."""
    there = Q(left_at=None, role=Membership.Role.MEMBER)
    invited = Q(accepted_at=None, withdrawn_at=None, expires_at__gt=now)
    found = defaultdict(set)
    for rows in (Membership.objects.filter(there), Invitation.objects.filter(invited)):
        for group, participant in rows.filter(group__in=groups).values_list("group", "participant"):
            found[group].add(participant)
    return found
