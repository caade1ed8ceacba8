"""A group that has become too small: whom it could take, and how its members could go to others instead.

Nothing here reads a word of a member, nor whom somebody would rather not sit with. A group that has begun has to admit
whoever comes, as always.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import audit
from groups import comings
from groups.board.state import rules_of
from groups.formation import Reason
from groups.formation.changing import after_leaving, nowhere_to_go, who_could_come
from groups.formation.model import listed
from groups.models import CoachingGroup, Membership, Participant
from groups.services import placing
from groups.services.profiles import with_told
from groups.services.seating import as_candidate, going_on, seated, stands_against


class GroupChanged(Exception):
    """Somebody came, left or was invited meanwhile, or the group is not too small any more."""


@dataclass(frozen=True)
class Taking:
    """Somebody without a group who could come, how many there would be then, and what the group would be like."""

    participant: Participant
    count: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Part:
    """Those who would go to one other group, how many it would have then, and what it would be like."""

    group: CoachingGroup
    people: tuple[Participant, ...]
    count: int
    reasons: tuple[Reason, ...] = ()
    has_begun: bool = False

    @property
    def words(self):
        """Who goes where, in words."""
        names = listed(one.name for one in self.people)
        return _("%(names)s to %(group)s") % {"names": names, "group": self.group.name}


@dataclass(frozen=True)
class Way:
    """One way in which the members go to other groups."""

    parts: tuple[Part, ...]

    @property
    def choice(self):
        """Who goes where, as ``MergeForm`` reads it."""
        return ",".join(f"{one.pk}.{part.group.pk}" for part in self.parts for one in part.people)

    @property
    def words(self):
        """Who goes where, in words."""
        return "; ".join(part.words for part in self.parts)


@dataclass(frozen=True)
class Remedies:
    """What can be done for a small group, at most three of each; where there is none, ``why_not`` in a sentence."""

    takings: list[Taking]
    no_taking: str
    ways: list[Way]
    no_way: str


# What could be done ---------------------------------------------------------------------------------------------------


def remedies_for(group, now):
    """What can be done for this group with every hard rule kept; nobody of another group is moved.

    Nobody is proposed for a group in which they were once, or which said no to them. Raises placing.GroupHasEnded.
    """
    room = _Room(group, now)
    takings, ways = room.takings(), room.ways()
    return Remedies(
        takings=takings,
        no_taking="" if takings else room.why_nobody_comes(),
        ways=ways,
        no_way="" if ways else room.why_nobody_goes(),
    )


def members_here(group):
    """Open memberships of members, by name, each with its participant; invited people are not among them."""
    here = Membership.objects.filter(group=group, left_at=None, role=Membership.Role.MEMBER)
    return list(here.select_related("person", "participant").order_by("person__name", "pk"))


class _Room:
    """The program as it is now, around one small group of it."""

    def __init__(self, group, now):
        self.group, self.rules = group, rules_of(group.program)
        self.people = {str(one.pk): one for one in with_told(Participant.objects.filter(program=group.program_id))}
        self.candidates = {pk: as_candidate(one) for pk, one in self.people.items()}
        self.roster = {one.email.lower(): one for one in self.people.values() if not one.withdrawn_at}
        self.groups = going_on(group.program)
        self.here = members_here(group)
        seats = seated(self.groups, now)
        self.seats = [[str(pk) for pk in seats[one.pk] if str(pk) in self.people] for one in self.groups]
        self.small = next((at for at, one in enumerate(self.groups) if one.pk == group.pk), None)
        if self.small is None:
            raise placing.GroupHasEnded
        self.free = list(map(str, placing.free_to_join(group.program, now).values_list("pk", flat=True)))
        been = Membership.objects.filter(group__in=self.groups, left_at__isnull=False)
        self.been = {(str(pk), group_id) for pk, group_id in been.values_list("participant", "group")}

    # Whoever comes

    def takings(self):
        seats = self.seats[self.small]
        free = [pk for pk in self.free if not self._may_not_come(pk, self.groups[self.small])]
        changes = who_could_come(seats, free, self.candidates.values(), self.rules)
        return [Taking(self.people[change.moves[0].person], len(seats) + 1, change.reasons[0][1]) for change in changes]

    def _may_not_come(self, pk, group):
        return (pk, group.pk) in self.been or stands_against(group, self.candidates[pk], self.roster)

    def why_nobody_comes(self):
        if not self.free:
            return _("Everybody on the roster is in a group, or invited to one.")
        if len(self.seats[self.small]) >= self.rules.size_max:
            return _("Open invitations take all its places. Withdraw those of people who do not come.")
        return _(
            "Nobody who has no group can come: a rule stands against it, such as a team, a reporting line, levels, "
            "hours or a language, or they have been in this group before."
        )

    # Whoever goes

    @property
    def off_roster(self):
        """Members whom the roster does not know, so that nobody can invite them."""
        return [one for one in self.here if one.participant is None or one.participant.withdrawn_at]

    def ways(self):
        if not self.here or self.off_roster:
            return []
        changes = after_leaving(*self._as_groups(), small=self.small, barred=self._barred(), others_stay=True)
        return [Way(tuple(self._part(change, at, reasons) for at, reasons in change.reasons)) for change in changes]

    def _as_groups(self):
        """What formation needs; of the small group those who are here, of the others all who have a seat."""
        seats = list(self.seats)
        seats[self.small] = [str(one.participant_id) for one in self.here]
        return seats, self.candidates.values(), self.rules

    def _barred(self):
        going = [str(one.participant_id) for one in self.here]
        return {
            (pk, at)
            for pk in going
            for at, group in enumerate(self.groups)
            if at != self.small and self._may_not_come(pk, group)
        }

    def _part(self, change, at, reasons):
        people = tuple(self.people[move.person] for move in change.moves if move.target == at)
        return Part(self.groups[at], people, len(self.seats[at]) + len(people), reasons)

    def why_nobody_goes(self):
        if not self.here:
            return _("Nobody is here yet, so nobody can go to another group.")
        if len(self.groups) == 1:
            return _("No other group of this program goes on.")
        if self.off_roster:
            names = listed(one.person.get_full_name() for one in self.off_roster)
            return _("Not on the roster, so that they cannot be invited: %(names)s.") % {"names": names}
        alone = nowhere_to_go(*self._as_groups(), self.small, self._barred())
        if not alone:
            return _("Each of them could go somewhere, but not all of them at once.")
        names = listed(self.people[pk].name for pk in alone)
        return _(
            "No other group has a place for %(names)s: each is full, or a rule stands against it, such as a team, a "
            "reporting line, levels, hours or a language, or they have been there before."
        ) % {"names": names}


# Merging --------------------------------------------------------------------------------------------------------------


def way_of(group, targets, now):
    """The way that somebody chose, to be looked at: ``targets`` maps participants' ids to groups' ids.

    Raises GroupChanged where it is not about exactly those who are here, or a group does not go on.
    """
    here = {one.participant_id: one.participant for one in members_here(group)}
    groups = {one.pk: one for one in going_on(group.program) if one.pk != group.pk}
    if not _is_small(group) or set(here) != set(targets) or not set(targets.values()) <= set(groups):
        raise GroupChanged
    seats = seated(groups, now)
    begun = Membership.objects.filter(group__in=groups, admitted_at__isnull=False)
    begun = set(begun.values_list("group", flat=True))
    parts = []
    for pk in dict.fromkeys(targets.values()):
        people = tuple(here[one] for one in targets if targets[one] == pk)
        parts.append(Part(groups[pk], people, len(seats[pk]) + len(people), has_begun=pk in begun))
    return Way(tuple(sorted(parts, key=lambda part: part.group.name)))


@transaction.atomic
def merge_group(*, group, targets, now):
    """End a small group and invite its members, each to the group that ``targets`` has for them.

    All of it or nothing. Raises GroupChanged, placing.GroupHasEnded, placing.NotFree, placing.DoesNotFit.
    """
    # People before groups, each in the order of their ids: as inviting does, and two offices wait for one another.
    list(Participant.objects.select_for_update(no_key=True).filter(pk__in=targets).order_by("pk"))
    wanted = {group.pk, *targets.values()}
    going_on = CoachingGroup.objects.filter(program=group.program_id, state=CoachingGroup.State.ACTIVE, pk__in=wanted)
    held = going_on.select_for_update(of=("self",), no_key=True).select_related("program").order_by("pk")
    held = {one.pk: one for one in held}
    if set(held) != wanted:
        raise placing.GroupHasEnded
    if not _is_small(group):
        raise GroupChanged
    placing.end_group(group=group, now=now)
    # Asked after its invitations stopped working: nobody else can have come.
    if {one.participant_id for one in members_here(group)} != set(targets):
        raise GroupChanged
    for participant in Participant.objects.filter(pk__in=targets).order_by("name", "pk"):
        placing.invite_participant(group=held[targets[participant.pk]], participant=participant, now=now, after=group)
    audit.record(
        "group_merged",
        circle=audit.Circle.BOTH,
        organization_id=group.organization_id,
        group_id=group.pk,
        invited=len(targets),
    )


def _is_small(group):
    return comings.with_numbers(CoachingGroup.objects.filter(pk=group.pk)).get().is_small


def merge_in_words(way):
    """How many go where, as one sentence."""
    return listed(
        ngettext("%(n)s person to %(group)s", "%(n)s people to %(group)s", len(part.people))
        % {"n": len(part.people), "group": part.group.name}
        for part in way.parts
    )
