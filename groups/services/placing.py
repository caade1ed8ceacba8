"""Putting people into groups that are there: facilitators, latecomers, and whoever comes back; and ending a group.

Run by somebody with a duty, in the role of HR: nothing here reads a word of a member. In a group that has begun,
whoever is placed reads nothing until everybody has signed again.
"""

from django.db import transaction
from django.db.models import Q

from common import audit, doors
from groups.comings import has_begun
from groups.formation import check, facilitator_obstacles
from groups.models import CoachingGroup, Invitation, Membership, Participant
from groups.services.forming import DoesNotFit, candidates_of, rules_of
from groups.services.going import word_of_ending
from groups.services.publishing import new_invitation, word_of_assignment, word_of_invitation
from nudges.services import owe


class GroupHasEnded(Exception):
    """Nobody comes to a group that has ended."""


class FacilitatorChanged(Exception):
    """Somebody else was named, or this person came into the group, meanwhile."""


class NotFree(Exception):
    """This participant is in a group, or has an invitation to one, or is off the roster."""


class InvitationUsed(Exception):
    """The invitation was accepted or withdrawn meanwhile."""


def _lock_going_on(group):
    """The group as it is now, held still: two people cannot both take its last seat. Raises GroupHasEnded."""
    # no_key: whoever signs meanwhile holds the charter's lock and needs this row's key when they commit.
    locked = CoachingGroup.objects.select_for_update(of=("self",), no_key=True).select_related("program")
    locked = locked.get(pk=group.pk)
    if locked.state != CoachingGroup.State.ACTIVE:
        raise GroupHasEnded
    return locked


def placed_in(group, now):
    """Participants who are members of the group now, or may become so by an open invitation."""
    member = Membership.objects.filter(group=group, left_at=None, role=Membership.Role.MEMBER)
    invited = Invitation.objects.filter(group=group, accepted_at=None, withdrawn_at=None, expires_at__gt=now)
    return list(
        Participant.objects.filter(Q(pk__in=member.values("participant")) | Q(pk__in=invited.values("participant")))
    )


# Facilitators --------------------------------------------------------------------------------------------------------


def obstacles_to_facilitate(group, person, now):
    """Why this person should not facilitate the group, one sentence each: a team or a reporting line in common."""
    return _between(person, candidates_of(placed_in(group, now)), group.program)


def _between(person, candidates, program):
    own = Participant.objects.filter(program=program, email__iexact=person.email).first()
    return facilitator_obstacles(
        person.email,
        candidates,
        team=own.team if own else "",
        manager=own.manager_email if own else "",
    )


@transaction.atomic
def name_facilitator(*, group, person, now, replaces=None):
    """Give the group a facilitator, besides the others or in place of ``replaces``, whose access ends at once.

    Both are told. Raises GroupHasEnded, DoesNotFit, FacilitatorChanged; then nothing has happened.
    """
    group = _lock_going_on(group)
    if obstacles := obstacles_to_facilitate(group, person, now):
        raise DoesNotFit(obstacles[0])
    new = doors.call("name_facilitator", group.pk, person.pk, replaces.pk if replaces else None)
    if new is None:
        raise FacilitatorChanged
    owed = [word_of_assignment(Membership.objects.get(pk=new), now)]
    if replaces:
        owed.append(word_of_ending(replaces, now))
    owe(owed)


# Members -------------------------------------------------------------------------------------------------------------


def obstacles_to_join(group, participant, now):
    """Which hard rules would be broken with this participant in the group, one sentence each."""
    others = [other for other in placed_in(group, now) if other.pk != participant.pk]
    together = candidates_of([*others, participant])
    new = together[-1]
    rules = rules_of(group.program)
    broken = [
        violation.message
        for violation in check([[one.id for one in together]], together, rules)
        # too few is no reason to refuse one more; and what was so before is not this person's doing
        if new.id in violation.members or violation.kind == "size" and len(together) > rules.size_max
    ]
    facilitators = Membership.objects.filter(group=group, left_at=None, role=Membership.Role.FACILITATOR)
    for membership in facilitators.select_related("person"):
        broken += _between(membership.person, [new], group.program)
    return broken


def free_to_join(program, now):
    """Participants of the program who are in no group that goes on and have no open invitation to one."""
    member = Membership.objects.filter(
        participant__program=program, left_at=None, group__state=CoachingGroup.State.ACTIVE
    )
    invited = Invitation.objects.filter(
        participant__program=program, accepted_at=None, withdrawn_at=None, expires_at__gt=now
    )
    return Participant.objects.filter(program=program, withdrawn_at=None).exclude(
        Q(pk__in=member.values("participant")) | Q(pk__in=invited.values("participant"))
    )


@transaction.atomic
def invite_participant(*, group, participant, now, after=None):
    """Invite somebody from the roster, for the first time or again, into a group that is there.

    ``after`` is their group that has ended, which the mail then names.
    Raises NotFree, GroupHasEnded, DoesNotFit; then nothing has happened.
    """
    Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)  # two offices cannot both invite them
    if not free_to_join(group.program, now).filter(pk=participant.pk).exists():
        raise NotFree
    group = _lock_going_on(group)
    if obstacles := obstacles_to_join(group, participant, now):
        raise DoesNotFit(obstacles[0])
    Invitation.objects.filter(participant=participant, accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)
    invitation = new_invitation(participant, group, now, is_founding=not has_begun(group))
    invitation.save(force_insert=True)
    owe([word_of_invitation(invitation, now, after=after)])
    _note("newcomer_invited", group, invitation=str(invitation.pk))
    return invitation


@transaction.atomic
def withdraw_invitation(*, invitation, now):
    """The link in its mail stops working. Raises InvitationUsed."""
    still_open = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    if not still_open.update(withdrawn_at=now):
        raise InvitationUsed
    _note("newcomer_invitation_withdrawn", invitation.group, invitation=str(invitation.pk))


# The group -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def end_group(*, group, now):
    """Members go on reading, nobody meets or writes there any more, and open invitations stop working.

    Raises GroupHasEnded.
    """
    going_on = CoachingGroup.objects.filter(pk=group.pk, state=CoachingGroup.State.ACTIVE)
    if not going_on.update(state=CoachingGroup.State.ENDED, ended_at=now):
        raise GroupHasEnded
    Invitation.objects.filter(group=group, accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)
    _note("group_closed", group)


def _note(act, group, **facts):
    audit.record(act, circle=audit.Circle.BOTH, organization_id=group.organization_id, group_id=group.pk, **facts)
