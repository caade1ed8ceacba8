"""Asking for groups, solving, and naming facilitators; nothing leaves before publishing."""

import secrets
import time

from django.db import transaction
from django.db.models import Exists, OuterRef

from common.actor import acting_as
from common.fences import WORKER
from groups.board.state import rules_of
from groups.formation import FormationError, Lock, facilitator_obstacles, form_groups
from groups.formation.files import candidate
from groups.models import Formation, Invitation, Participant, Program
from groups.names import group_names
from groups.services.profiles import with_told

RUNNING = (Formation.State.QUEUED, Formation.State.SOLVING)


class NothingToForm(Exception):
    """Nobody on the roster is without a group."""


class AlreadyRunning(Exception):
    """Groups of this program are being formed; ``formation`` is what runs."""

    def __init__(self, formation):
        super().__init__(str(formation.pk))
        self.formation = formation


class FormationClosed(Exception):
    """The proposal was published or put aside meanwhile."""


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


@transaction.atomic
def ask_formation(*, program, by, kept=(), weights=None):
    """Queue a new proposal beside those that are there; ``kept`` are groups that stay as they are (``kept_of``).

    Raises NothingToForm, AlreadyRunning.
    """
    if not free_participants(program).exists():
        raise NothingToForm
    running = Formation.objects.filter(program=program, state__in=RUNNING).select_related("asked_by")
    # Two who press at once: one of them gets the row, the other is told.
    Program.objects.select_for_update(no_key=True).get(pk=program.pk)
    if found := running.first():
        raise AlreadyRunning(found)
    return Formation.objects.create(
        organization_id=program.organization_id,
        program=program,
        asked_by=by,
        seed=secrets.randbelow(2**31),
        kept=list(kept),
        weights=program.weights if weights is None else weights,
    )


def kept_of(proposal):
    """What a search for the rest keeps of a proposal: locked groups, and the people who are locked to theirs."""
    return [
        {
            "name": group["name"],
            "members": group["members"] if group.get("locked") else group["held"],
            "locked": bool(group.get("locked")),
            "facilitator": group["facilitator"],
            "held": group.get("held", []),
            "allowed": group.get("allowed", []),
        }
        for group in proposal["groups"]
        if (group.get("locked") or group.get("held")) and not group.get("published")
    ]


def stop_here(*, formation, now):
    """Let the search end with the best it has, which becomes the proposal. False when it had ended already."""
    still = Formation.objects.filter(pk=formation.pk, state__in=RUNNING, stop_asked_at=None)
    return bool(still.update(stop_asked_at=now))


def solve_formation(*, formation_id, now):
    """Solve one queued formation as the worker; whoever claims it first does it. True when this call did."""
    mine = Formation.objects.filter(pk=formation_id)
    with acting_as(WORKER):
        if not mine.filter(state=Formation.State.QUEUED).update(state=Formation.State.SOLVING, solved_at=now):
            return False
        formation = mine.select_related("program").get()
        people = with_told(free_participants(formation.program), apart=True)
    telling = Telling(mine.filter(state=Formation.State.SOLVING))
    rules = rules_of(formation.program, formation.weights)
    proposal = proposal_of(people, rules, seed=formation.seed, telling=telling, kept=formation.kept)
    with acting_as(WORKER):
        mine.filter(state=Formation.State.SOLVING).update(
            state=Formation.State.PROPOSED, proposal=proposal, solved_at=now
        )
    return True


class Telling:
    """Writes how far the search is, at most once in ``every`` seconds, for the page that waits for it.

    ``is_unwanted`` once the formation was put aside or somebody pressed "Stop here": the search can stop then.
    """

    def __init__(self, solving, *, every=0.5):
        self.solving, self.every = solving, every
        self.told = self.asked = time.monotonic()
        self.is_unwanted = False

    def __call__(self, progress):
        if time.monotonic() - self.told < self.every:
            return
        self.told = time.monotonic()
        so_far = {"percent": round(100 * progress.share), "placed": progress.placed, "score": round(progress.score)}
        with acting_as(WORKER):
            self.solving.update(proposal={"so_far": so_far})

    def should_stop(self):
        """Asked by the search between pieces of work, also while it has nothing to tell yet."""
        if not self.is_unwanted and time.monotonic() - self.asked >= self.every:
            self.asked = time.monotonic()
            with acting_as(WORKER):
                self.is_unwanted = not self.solving.filter(stop_asked_at=None).exists()
        return self.is_unwanted


def proposal_of(people, rules, *, seed, moves=None, telling=None, kept=()):
    """Run the solver and write its answer as plain data; a roster that it refuses has no groups, and is told why."""
    there = {str(one.pk) for one in people}
    kept = [one for one in kept if there.issuperset(one["members"])]
    try:
        solved = form_groups(
            candidates_of(people),
            rules,
            seed=seed,
            moves=moves,
            seconds=20,
            locked=[Lock(tuple(one["members"]), open=not one["locked"]) for one in kept],
            progress=telling,
            should_stop=telling.should_stop if telling else None,
        )
    except FormationError as error:
        return {"groups": [], "unplaced": [], "why": str(error), "score": 0}
    used = {one["name"] for one in kept}
    names = (name for name in group_names(len(solved.groups) + len(used), seed=seed) if name not in used)
    return {
        "groups": [_as_data(group.members, kept, names) for group in solved.groups],
        "unplaced": [[item.id, item.why] for item in solved.unplaced],
        "why": solved.conflict.text if solved.conflict else "",
        "score": round(solved.score, 1),
    }


def _as_data(members, kept, names):
    """One group as plain data; where it grew from a kept one it has its name, its locks and, if whole, who leads it."""
    of = next((one for one in kept if set(members).issuperset(one["members"])), None)
    if of is None:
        return {"name": next(names), "members": list(members), "facilitator": None}
    facilitator = of["facilitator"] if of["locked"] else None
    return {
        "name": of["name"],
        "members": list(members),
        "facilitator": facilitator,
        "locked": of["locked"],
        "held": of["held"],
        "allowed": of["allowed"],
    }


def give_up_stuck(*, now, after):
    """Queue again what a lost worker left half done."""
    return Formation.objects.filter(state=Formation.State.SOLVING, solved_at__lt=now - after).update(
        state=Formation.State.QUEUED
    )


@transaction.atomic
def name_facilitators(*, formation, choices):
    """Set who facilitates: ``choices`` maps numbers of groups to a Person or None, or lists one for each group.

    Raises DoesNotFit, FormationClosed.
    """
    formation = Formation.objects.select_for_update().filter(pk=formation.pk, state=Formation.State.PROPOSED).first()
    if formation is None:
        raise FormationClosed
    people = {str(p.pk): p for p in with_told(Participant.objects.filter(program=formation.program_id))}
    by_email = {p.email.lower(): p for p in people.values()}
    groups = formation.proposal["groups"]
    if not isinstance(choices, dict):
        choices = dict(zip(range(len(groups)), choices, strict=True))
    for number, person in choices.items():
        group = groups[number]
        if person is not None:
            own = by_email.get(person.email.lower())
            obstacles = facilitator_obstacles(
                person.email,
                group["members"],
                candidates_of(people[pk] for pk in group["members"] if pk in people),
                team=own.team if own else "",
                manager=own.manager_email if own else "",
            )
            if obstacles:
                raise DoesNotFit(f"{group['name']}: {obstacles[0]}")
        group["facilitator"] = str(person.pk) if person else None
    formation.revision += 1
    formation.save(update_fields=["proposal", "revision"])
    return formation
