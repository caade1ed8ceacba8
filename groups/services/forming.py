"""Asking for groups, solving, and naming facilitators; nothing leaves before publishing."""

import secrets
import time

from django.db import transaction
from django.db.models import Exists, OuterRef

from common.actor import acting_as
from common.fences import WORKER
from groups.formation import FormationError, Rules, facilitator_obstacles, form_groups
from groups.formation.files import candidate
from groups.models import Formation, Invitation, Participant
from groups.names import group_names
from groups.services.profiles import with_told


class NothingToForm(Exception):
    """Nobody on the roster is without a group."""


class FormationClosed(Exception):
    """The proposal was published or replaced meanwhile."""


class DoesNotFit(Exception):
    """This facilitator may not facilitate this group; the message says why."""


def free_participants(program):
    """People on the roster who were never in a group and have no invitation to one."""
    invited = Invitation.objects.filter(participant=OuterRef("pk"), withdrawn_at=None)
    return Participant.objects.filter(
        ~Exists(invited), program=program, withdrawn_at=None, memberships__isnull=True
    ).order_by("name", "pk")


def candidates_of(participants):
    """Participants as the solver knows them: from the roster, and from what they said of themselves."""
    return [candidate(one, str(one.pk)) for one in with_told(participants)]


def rules_of(program):
    """The program's rules as the solver knows them."""
    return Rules(
        size_min=program.size_min,
        size_target=program.size_target,
        size_max=program.size_max,
        level_band=program.level_band,
    )


@transaction.atomic
def ask_formation(*, program, by):
    """Queue a new proposal; an open one is replaced. Raises NothingToForm."""
    if not free_participants(program).exists():
        raise NothingToForm
    open_states = [Formation.State.QUEUED, Formation.State.SOLVING, Formation.State.PROPOSED]
    Formation.objects.filter(program=program, state__in=open_states).update(state=Formation.State.REPLACED)
    return Formation.objects.create(
        organization_id=program.organization_id, program=program, asked_by=by, seed=secrets.randbelow(2**31)
    )


def solve_formation(*, formation_id, now):
    """Solve one queued formation as the worker; whoever claims it first does it. True when this call did."""
    mine = Formation.objects.filter(pk=formation_id)
    with acting_as(WORKER):
        if not mine.filter(state=Formation.State.QUEUED).update(state=Formation.State.SOLVING, solved_at=now):
            return False
        formation = mine.select_related("program").get()
        people = with_told(free_participants(formation.program), apart=True)
    telling = Telling(mine.filter(state=Formation.State.SOLVING))
    proposal = proposal_of(people, rules_of(formation.program), seed=formation.seed, telling=telling)
    with acting_as(WORKER):
        mine.filter(state=Formation.State.SOLVING).update(
            state=Formation.State.PROPOSED, proposal=proposal, solved_at=now
        )
    return True


class Telling:
    """Writes how far the search is, at most once in ``every`` seconds, for the page that waits for it.

    ``is_unwanted`` once the formation was replaced: the search can stop then.
    """

    def __init__(self, solving, *, every=0.5):
        self.solving, self.every = solving, every
        self.told = time.monotonic()
        self.is_unwanted = False

    def __call__(self, progress):
        if time.monotonic() - self.told < self.every:
            return
        self.told = time.monotonic()
        so_far = {"percent": round(100 * progress.share), "placed": progress.placed, "score": round(progress.score)}
        with acting_as(WORKER):
            self.is_unwanted = not self.solving.update(proposal={"so_far": so_far})


def proposal_of(people, rules, *, seed, moves=None, telling=None):
    """Run the solver and write its answer as plain data; a roster that it refuses has no groups, and is told why."""
    should_stop = (lambda: telling.is_unwanted) if telling else None
    try:
        solved = form_groups(
            candidates_of(people),
            rules,
            seed=seed,
            moves=moves,
            seconds=20,
            progress=telling,
            should_stop=should_stop,
        )
    except FormationError as error:
        return {"groups": [], "unplaced": [], "why": str(error), "score": 0}
    names = group_names(len(solved.groups), seed=seed)
    return {
        "groups": [
            {
                "name": name,
                "members": list(group.members),
                "facilitator": None,
                "reasons": [{"kind": reason.kind, "text": reason.text} for reason in group.reasons],
            }
            for name, group in zip(names, solved.groups, strict=True)
        ],
        "unplaced": [[item.id, item.why] for item in solved.unplaced],
        "why": solved.conflict.text if solved.conflict else "",
        "score": round(solved.score, 1),
    }


def give_up_stuck(*, now, after):
    """Queue again what a lost worker left half done."""
    return Formation.objects.filter(state=Formation.State.SOLVING, solved_at__lt=now - after).update(
        state=Formation.State.QUEUED
    )


@transaction.atomic
def name_facilitators(*, formation, choices):
    """Set who facilitates each group: ``choices`` is a list of Person or None, one per group.

    Raises DoesNotFit, FormationClosed.
    """
    formation = Formation.objects.select_for_update().filter(pk=formation.pk, state=Formation.State.PROPOSED).first()
    if formation is None:
        raise FormationClosed
    people = {str(p.pk): p for p in Participant.objects.filter(program=formation.program_id)}
    by_email = {p.email.lower(): p for p in people.values()}
    for group, person in zip(formation.proposal["groups"], choices, strict=True):
        if person is not None:
            own = by_email.get(person.email.lower())
            obstacles = facilitator_obstacles(
                person.email,
                group["members"],
                candidates_of(people[pk] for pk in group["members"]),
                team=own.team if own else "",
                manager=own.manager_email if own else "",
            )
            if obstacles:
                raise DoesNotFit(f"{group['name']}: {obstacles[0]}")
        group["facilitator"] = str(person.pk) if person else None
    formation.save(update_fields=["proposal"])
    return formation
