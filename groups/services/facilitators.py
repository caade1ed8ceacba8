"""Who facilitates how much: what each takes on, what each has, and who could take one group more."""

from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Lower

from accounts.models import Duty, OrganizationRole, Person
from groups import selectors
from groups.board.state import from_outside
from groups.comings import nameable_facilitators
from groups.formation import facilitator_obstacles
from groups.formation.facilitating import facilitating_obstacles
from groups.formation.files import candidate
from groups.models import CoachingGroup, Membership, Participant
from groups.services.forming import candidates_of, rules_of
from groups.services.placing import placed_in


@dataclass(frozen=True)
class Load:
    """Somebody with the facilitator's duty, how many groups they take on, and those that they have now."""

    person: Person
    most: int
    groups: tuple[CoachingGroup, ...]

    @property
    def has(self) -> int:
        return len(self.groups)

    @property
    def room(self) -> int:
        return max(self.most - self.has, 0)

    @property
    def empty_seats(self) -> range:
        return range(self.room)

    @property
    def is_over(self) -> bool:
        return self.has > self.most


def loads_of(organization) -> list[Load]:
    """Everybody with the facilitator's duty there, by name; two queries."""
    people = list(selectors.facilitators_of(organization))
    groups = groups_led_by(people)
    return [Load(person, person.most_groups, tuple(groups[person.pk])) for person in people]


def groups_led_by(people):
    """Person's id → the groups of programs that go on and that they facilitate now, by name; one query."""
    rows = Membership.objects.filter(
        person__in=people,
        role=Membership.Role.FACILITATOR,
        left_at=None,
        group__state=CoachingGroup.State.ACTIVE,
        group__program__isnull=False,
    )
    found = defaultdict(list)
    for row in rows.select_related("group__program").order_by("group__name", "group"):
        found[row.person_id].append(row.group)
    return found


def groups_without(organization):
    """Groups of programs that go on and that nobody facilitates now, by name, with their program."""
    led = Membership.objects.filter(role=Membership.Role.FACILITATOR, left_at=None)
    groups = CoachingGroup.objects.filter(
        organization=organization, program__isnull=False, state=CoachingGroup.State.ACTIVE
    )
    return groups.exclude(pk__in=led.values("group")).select_related("program").order_by("name", "pk")


@transaction.atomic
def set_most(*, organization, most):
    """How many groups each takes on from now on: person's id → number. Whoever lost the duty is left out."""
    roles = OrganizationRole.objects.filter(organization=organization, role=Duty.FACILITATOR)
    for person, number in most.items():
        roles.filter(person=person).exclude(most_groups=number).update(most_groups=number)


# One group -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Offer:
    """Somebody who could facilitate a group: their load, what forbids it, and what else speaks against it."""

    load: Load
    forbidden: tuple[str, ...]
    against: tuple[str, ...]

    @property
    def suits(self) -> bool:
        return not self.forbidden and not self.against and self.load.room > 0


def offers_for(group, organization, now) -> list[Offer]:
    """Everybody with the duty who is not in the group: those first who suit it, then those with more room, by name.

    A team or a reporting line in common forbids it; no language or no hours in common, as far as the roster tells,
    speaks against it.
    """
    members = candidates_of(placed_in(group, now))
    people = list(nameable_facilitators(group, organization))
    groups, own, rules = groups_led_by(people), _on_roster(people, group.program), rules_of(group.program)
    offers = []
    for person in people:
        one = own.get(person.email.lower()) or from_outside(person)
        forbidden = tuple(facilitator_obstacles(person.email, members, team=one.team, manager=one.manager))
        rest = facilitating_obstacles(one, members, rules) if members else ()
        against = tuple(why for why in rest if why not in forbidden)
        offers.append(Offer(Load(person, person.most_groups, tuple(groups[person.pk])), forbidden, against))
    return sorted(offers, key=lambda one: (bool(one.forbidden), not one.suits, -one.load.room, one.load.person.name))


def _on_roster(people, program):
    emails = [person.email.lower() for person in people]
    rows = Participant.objects.alias(address=Lower("email")).filter(program=program, address__in=emails)
    return {row.email.lower(): candidate(row, str(row.pk)) for row in rows}
