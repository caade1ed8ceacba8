"""What the organization does: founding, duties, programs, rosters and groups. Each act is done by whose it is."""

from copy import copy
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from django.contrib.auth.hashers import make_password

from accounts.models import Duty, Organization, Person
from accounts.services import accept_staff_invitation, create_person, found_organization
from coaching_site.demo.days import time_is
from coaching_site.people import invite
from common.actor import acting_as
from common.fences import HR, MEMBER
from common.tokens import token_for
from groups.models import Formation, Invitation, Program
from groups.services import forming, programs, publishing, rosters

PASSWORD = "colloquy-demo"  # noqa: S105  # printed at the start; the command refuses any other installation
MOVES = 20  # of each of the few: the groups are as good as with a thousand
ROSTERS = Path(__file__).parent / "rosters"


@dataclass(frozen=True)
class Office:
    """The organization and those with a duty in it; ``facilitators`` by address."""

    organization: Organization
    owner: Person
    hr: Person
    facilitators: dict

    def acting(self, person):
        """A page of the organization, opened by somebody with a duty in it."""
        return acting_as(HR, person=person, organization=self.organization)


@dataclass(frozen=True)
class Published:
    """A new group with its facilitator and its invitations."""

    group: object
    facilitator: Person
    invitations: list


def account(email: str, name: str, timezone: str, **extra) -> Person:
    """An account with a verified address; only the addresses that the start prints have a password."""
    person = create_person(email=email, name=name, password=None, timezone=timezone, **extra)
    if email.endswith("@demo.example"):
        person.password = _hash_of_the_password()
        person.save(update_fields=["password"])
    return person


@cache
def _hash_of_the_password():
    """Made once: hashing is slow on purpose, and this password is printed by every start."""
    return make_password(PASSWORD)


def open_office() -> Office:
    """The owner founds the organization and invites HR and two facilitators; a third has not answered yet."""
    owner = found_organization(
        organization="Meridian Group", slug="meridian", name="Ingrid Halvorsen", email="owner@demo.example",
        password=PASSWORD, timezone="Europe/Oslo",
    )  # fmt: skip
    with acting_as(MEMBER, person=owner):
        organization = Organization.objects.get()
    hr, jonas, mariam = (
        _take_duty(organization, owner, duty, email, name, zone)
        for duty, email, name, zone in (
            (Duty.HR, "hr@demo.example", "Tomás Ferreira", "Europe/Lisbon"),
            (Duty.FACILITATOR, "facilitator@demo.example", "Jonas Lindqvist", "Europe/Stockholm"),
            (Duty.FACILITATOR, "mariam.haddad@meridian.example", "Mariam Haddad", "Asia/Beirut"),
        )
    )
    office = Office(organization, owner, hr, {person.email: person for person in (jonas, mariam)})
    with office.acting(owner):
        invite(organization=organization, email="grace.otieno@meridian.example", role=Duty.FACILITATOR, by=owner)
    account("super@demo.example", "Sam Whitlock", "UTC", is_superuser=True, is_staff=True)
    return office


def _take_duty(organization, owner, duty, email, name, zone):
    with acting_as(HR, person=owner, organization=organization):
        invitation = invite(organization=organization, email=email, role=duty, by=owner)
    person = account(email, name, zone)
    with acting_as(MEMBER, person=person):
        accept_staff_invitation(token_for("staff_invitation", invitation.pk))
    return person


def set_up_program(office: Office, *, roster: str, at: datetime, **fields) -> Program:
    """HR creates a program, uploads its roster and accepts it."""
    with time_is(at), office.acting(office.hr):
        program = programs.create_program(organization=office.organization, by=office.hr, **fields)
        content = (ROSTERS / roster).read_bytes()
        upload = rosters.stage_roster(program=program, filename=roster, content=content, by=office.hr)
        rosters.accept_roster(upload=upload, now=at)
    return program


def form_and_publish(
    office: Office, program: Program, *, at: datetime, seed: int, facilitates: dict
) -> list[Published]:
    """HR has groups formed, names facilitators and publishes.

    ``facilitates`` maps a member's address to the facilitator of the group in which it turns up; the others get the one
    under "".
    """
    with time_is(at), office.acting(office.hr):
        formation = forming.ask_formation(program=program, by=office.hr)
        formation.proposal, emails = _solve(program, seed)
        # What the worker's part writes; this command cannot become the worker.
        formation.state, formation.seed, formation.solved_at = Formation.State.PROPOSED, seed, at
        formation.save(update_fields=["proposal", "state", "seed", "solved_at"])
        choices = []
        for group in formation.proposal["groups"]:
            members = {emails[pk] for pk in group["members"]}
            chosen = next((who for email, who in facilitates.items() if email in members), facilitates[""])
            choices.append(office.facilitators[chosen])
        formation = forming.name_facilitators(formation=formation, choices=choices)
        groups = publishing.publish_formation(formation=formation, now=at)
        invitations = Invitation.objects.filter(group__in=groups).select_related("participant")
        by_group = {group.pk: [] for group in groups}
        for invitation in invitations.order_by("participant__name"):
            by_group[invitation.group_id].append(invitation)
    return [
        Published(group, facilitator, by_group[group.pk]) for group, facilitator in zip(groups, choices, strict=True)
    ]


def _solve(program, seed):
    """The proposal, and the address of each participant id in it.

    The solver's answer depends on the order of ids, which are random: it is asked about people numbered by name, so
    that each demonstration has the same groups.
    """
    people = list(forming.free_participants(program))
    numbered = {}
    for number, person in enumerate(people):
        stand_in = copy(person)
        stand_in.pk = UUID(int=number)
        numbered[str(stand_in.pk)] = (stand_in, person)
    rules = forming.rules_of(program)
    proposal = forming.proposal_of([stand_in for stand_in, _ in numbered.values()], rules, seed=seed, moves=MOVES)
    for group in proposal["groups"]:
        group["members"] = [str(numbered[pk][1].pk) for pk in group["members"]]
    return proposal, {str(person.pk): person.email for person in people}


def end_program(office: Office, program: Program, *, at: datetime) -> None:
    """HR ends a program."""
    with time_is(at), office.acting(office.hr):
        programs.end_program(program=program, now=at)
