"""Publishing a proposal: the moment at which groups exist and the first messages are owed."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from common import audit
from common.tokens import hash_token, token_for
from groups.models import Charter, CoachingGroup, Formation, Invitation, Membership, Participant, Program
from groups.services.board import open_board
from groups.services.forming import RUNNING
from groups.services.profiles import keeps_apart
from nudges.models import Nudge
from nudges.services import owe

INVITATION_LASTS = timedelta(days=30)


class FacilitatorMissing(Exception):
    """A group has nobody to facilitate it."""


class RulesBroken(Exception):
    """The roster changed since the proposal was made, and a hard rule no longer holds; the message says which."""


class BoardChanged(Exception):
    """Somebody changed the board since the mails were previewed."""


@transaction.atomic
def publish_formation(*, formation, now, only=None, revision=None):
    """Make proposed groups real: charters, facilitators, invitations, and the mails that are owed.

    ``only`` are the numbers of the groups; the others stay on the board, and the proposal is done with when none is
    left. ``revision`` is that of the board as it was previewed. Other proposals of the program are put aside.
    Returns the groups. Raises FacilitatorMissing, RulesBroken, BoardChanged, FormationClosed; then nothing happened.
    """
    board = open_board(formation)
    formation = board.formation
    if revision is not None and revision != formation.revision:
        raise BoardChanged
    left = [number for number in board.numbers if board.data[number]["members"]]
    chosen = left if only is None else [number for number in left if number in only]
    _check_again(board, chosen)
    people = {str(p.pk): p for p in Participant.objects.filter(program=formation.program_id)}
    # One answer for the whole board: which group it is stays untold.
    if not keeps_apart(formation.program, [[people[pk] for pk in board.members(number)] for number in left]):
        raise RulesBroken(_("Some people in this proposal are to be kept apart."))
    groups = []
    for number in chosen:
        groups.append(_publish_group(board.data[number], people, formation.program, now))
        board.data[number]["published"] = str(groups[-1].pk)
    _close(formation, now, is_done=len(chosen) == len(left))
    Program.objects.filter(pk=formation.program_id, state=Program.State.FORMING).update(state=Program.State.RUNNING)
    return groups


def _close(formation, now, *, is_done):
    """Published moves cannot be undone; what stood beside is put aside, since its people are in groups now."""
    formation.revision += 1
    formation.moves, formation.undone = [], []
    if is_done:
        formation.state, formation.published_at = Formation.State.PUBLISHED, now
    formation.save(update_fields=["proposal", "revision", "moves", "undone", "state", "published_at"])
    put_others_aside(formation)


def put_others_aside(formation):
    """What stands beside this proposal, or is being formed, is kept to look at and cannot be published any more."""
    standing = [Formation.State.PROPOSED, *RUNNING]
    beside = Formation.objects.filter(program=formation.program_id, state__in=standing).exclude(pk=formation.pk)
    return beside.update(state=Formation.State.REPLACED)


def _check_again(board, chosen):
    """The roster may have changed since the proposal was made: every rule is asked again, and what was let through."""
    if not chosen or any(board.data[number]["facilitator"] is None for number in chosen):
        raise FacilitatorMissing
    for number in chosen:
        gone = board.gone(number)
        if len(board.members(number)) < len(board.data[number]["members"]):
            gone.append(_("Somebody is not on the roster any more."))
        broken = gone or [one.message for one, is_allowed in board.broken(number) if not is_allowed]
        if broken:
            raise RulesBroken(f"{board.name(number)}: {broken[0]}")


def _publish_group(data, people, program, now):
    common = {"organization_id": program.organization_id}
    group = CoachingGroup.objects.create(
        **common, program=program, name=data["name"], timezone=program.timezone, published_at=now
    )
    Charter.objects.create(**common, group=group)
    facilitator = Membership.objects.create(
        **common, group=group, person_id=data["facilitator"], role=Membership.Role.FACILITATOR, joined_at=now
    )
    invitations = [new_invitation(people[pk], group, now) for pk in data["members"]]
    Invitation.objects.bulk_create(invitations)
    owe([word_of_assignment(facilitator, now), *(word_of_invitation(invitation, now) for invitation in invitations)])
    audit.record(
        "group_published",
        circle=audit.Circle.BOTH,
        organization_id=program.organization_id,
        group_id=group.pk,
        invited=len(invitations),
    )
    return group


def new_invitation(participant, group, now, *, is_founding=True):
    """An invitation to be saved; who is not ``is_founding`` will have to be admitted by the group."""
    invitation = Invitation(
        organization_id=group.organization_id,
        group=group,
        participant=participant,
        email=participant.email,
        is_founding=is_founding,
        expires_at=now + INVITATION_LASTS,
    )
    invitation.token_hash = hash_token(token_for("invitation", invitation.pk))
    return invitation


def word_of_invitation(invitation, now, *, after=None):
    """The mail with the link into the group; ``after`` is a group that has ended, in which they were."""
    context = {"invitation": str(invitation.pk)}
    return Nudge(
        organization_id=invitation.organization_id,
        email=invitation.email,
        kind="group_invitation",
        send_after=now,
        dedupe_key=f"group_invitation:{invitation.pk}",
        context=context | {"after": str(after.pk)} if after else context,
    )


def word_of_assignment(membership, now):
    """The mail to whoever was named as a group's facilitator."""
    return Nudge(
        organization_id=membership.organization_id,
        recipient_id=membership.person_id,
        kind="group_assigned",
        send_after=now,
        dedupe_key=f"group_assigned:{membership.pk}",
        context={"group": str(membership.group_id), "membership": str(membership.pk)},
    )
