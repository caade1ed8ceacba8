"""A proposal together with the people as the roster has them now: nothing on a board is older than the page."""

import json
from collections import namedtuple
from functools import cache, cached_property, lru_cache

from django.db.models import Exists, JSONField, OuterRef, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from accounts.models import Person
from groups.board.wishes import weights_of
from groups.formation.files import candidate
from groups.formation.model import Candidate, Rules
from groups.formation.seats import TRAY, Seats, is_let_through
from groups.models import Invitation, Membership, Participant
from groups.services.profiles import told_in

# Rows, not model instances: a board is asked again at every step, and looks at everybody.
_OWN = [field for field in Participant._meta.concrete_fields if not field.is_relation and field.name != "created_at"]
_LISTS = [field.name for field in _OWN if isinstance(field, JSONField)]
_PLAIN = [field.name for field in _OWN if field.name not in [*_LISTS, "id"]]
Row = namedtuple("Row", [*_PLAIN, "is_taken", "id", *_LISTS, "told"])


@lru_cache(maxsize=20_000)  # few different lists stand in many rows
def _read(text):
    return None if text is None else tuple(json.loads(text) or ())


@cache
def _rosters():
    """The rows of all rosters, not fetched: to put this question together takes as long as to have it answered."""
    invited = Invitation.objects.filter(participant=OuterRef("pk"), withdrawn_at=None)
    were = Membership.objects.filter(participant=OuterRef("pk"))
    texts = {f"{name}_text": Cast(name, TextField()) for name in ["id", *_LISTS]}
    people = Participant.objects.annotate(is_taken=Exists(invited) | Exists(were), **texts)
    return people.order_by("name", "pk").values_list(*_PLAIN, "is_taken", *texts)


def people_of(program_id):
    """Everybody on a program's roster by their id, in the order of names; ``is_taken`` once they came to a group."""
    at = len(_PLAIN) + 1
    told = told_in(program_id)
    rows = _rosters().filter(program=program_id)
    return {row[at]: Row._make((*row[: at + 1], *map(_read, row[at + 1 :]), told.get(row[at]))) for row in rows}


def rules_of(program, weights=None):
    """The program's rules as the solver knows them; ``weights`` are the steps of the sliders, or the program's own."""
    return Rules(
        size_min=program.size_min,
        size_target=program.size_target,
        size_max=program.size_max,
        level_band=program.level_band,
        weights=weights_of(program.weights if weights is None else weights),
    )


def from_outside(person):
    """Somebody who is on no roster as the solver knows them."""
    return Candidate(id=str(person.pk), name=person.name, email=person.email.lower(), timezone=person.timezone)


def named_in(proposal):
    """The ids of those who are named as facilitators of groups that are not published yet."""
    groups = proposal.get("groups", [])
    return {group["facilitator"] for group in groups if group["facilitator"] and not group.get("published")}


class Board:
    """The groups of a proposal that are not published yet, and the tray: everybody free who is in none of them.

    Four queries, none where people and seats are ``made`` already, of the same. Groups are numbered as in the proposal;
    those that are published stay there and are left out here.
    """

    def __init__(self, formation, made=None):
        self.formation = formation
        self.program = formation.program
        self.data = formation.proposal.get("groups", [])
        self.people, self.seats = made or (people_of(formation.program_id), None)
        self.seats = self.seats or self._seats()

    def _seats(self):
        facilitating = {pk: self.as_candidate(person) for pk, person in self.facilitators.items()}
        return Seats(
            [candidate(self.people[pk], pk) for pk in [*self.places, *self.tray]],
            [self.members(number) for number in range(len(self.data))],
            rules_of(self.program, self.formation.weights),
            [facilitating.get(group["facilitator"]) for group in self.data],
        )

    # Who is where --------------------------------------------------------------------------------------------------

    def is_published(self, number):
        return bool(self.data[number].get("published"))

    def members(self, number):
        """Ids of the people in a group; none once it is published, and none whom the roster does not know."""
        if self.is_published(number):
            return []
        return [pk for pk in self.data[number]["members"] if pk in self.people]

    @cached_property
    def places(self):
        """The number of the group in which somebody is, by their id."""
        return {pk: number for number in range(len(self.data)) for pk in self.members(number)}

    @cached_property
    def tray(self):
        """Why somebody has no group yet, by their id: those left over, and those who came to the roster since."""
        told = dict(self.formation.proposal.get("unplaced", []))
        since = _("Came to the roster after this proposal was made.")
        return {
            pk: told.get(pk, since)
            for pk, one in self.people.items()
            if pk not in self.places and not one.withdrawn_at and not one.is_taken
        }

    @property
    def numbers(self):
        """The groups that are on the board."""
        return [number for number in range(len(self.data)) if not self.is_published(number)]

    def name(self, number):
        """What a group is called; None is the tray."""
        return _("the tray") if number is TRAY else self.data[number]["name"]

    @cached_property
    def facilitators(self):
        """The people who are named as facilitators, by their id."""
        named = named_in(self.formation.proposal)
        people = Person.objects.filter(pk__in=named).only("email", "name", "timezone") if named else ()
        return {str(one.pk): one for one in people}

    @cached_property
    def _by_email(self):
        return {one.email.lower(): one for one in self.people.values()}

    def as_candidate(self, person):
        """A facilitator as the solver knows them: what the roster says of them, where they are on it."""
        own = self._by_email.get(person.email.lower())
        if own:
            return candidate(own, own.id)
        return from_outside(person)

    # What is broken ------------------------------------------------------------------------------------------------

    def broken(self, number):
        """The hard rules that a group breaks, each with whether somebody let it through."""
        allowed = self.data[number].get("allowed", [])
        members = self.members(number)
        return [(one, is_let_through(one, members, allowed)) for one in self.seats.broken(number)]

    def gone(self, number):
        """Those of a group who cannot be in it any more, in words."""
        found = []
        for pk in self.members(number):
            one = self.people[pk]
            if one.withdrawn_at:
                found.append(_("%(name)s is not on the roster any more.") % {"name": one.name})
            elif one.is_taken:
                found.append(_("%(name)s is in another group already.") % {"name": one.name})
        return found

    def newly_broken(self, consequence):
        """What of a consequence needs a reason: a group that lacks people may be on its way to more."""
        found = [] if consequence.target is TRAY else [one for one in consequence.broken if not one.is_small]
        allowed = found and self.data[consequence.target].get("allowed")
        if not allowed:
            return found
        members = [*self.members(consequence.target), "whoever comes"]
        return [one for one in found if not is_let_through(one, members, allowed)]

    def score_now(self):
        """The score of the groups as they are in the plain data, which may have changed since the board was made."""
        groups = [self.members(number) for number in range(len(self.data))]
        return Seats(self.seats.people.values(), groups, self.seats.rules).score()
