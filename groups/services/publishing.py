"""Publishing a proposal: the moment at which groups exist and the first messages are owed."""

from datetime import timedelta

from django.db import transaction

from common import audit
from common.tokens import hash_token, token_for
from groups.formation import check
from groups.models import Charter, CoachingGroup, Formation, Invitation, Membership, Participant, Program
from groups.services.forming import FormationClosed, candidates_of, rules_of
from groups.services.profiles import keeps_apart
from nudges.models import Nudge
from nudges.services import owe

INVITATION_LASTS = timedelta(days=30)


class FacilitatorMissing(Exception):
    """A group has nobody to facilitate it."""


class RulesBroken(Exception):
    """The roster changed since the proposal was made, and a hard rule no longer holds; the message says which."""


@transaction.atomic
def publish_formation(*, formation, now):
    """Make the proposed groups real: charters, facilitators, invitations, and the mails that are owed.

    Returns the groups. Raises FacilitatorMissing, RulesBroken, FormationClosed; then nothing has happened.
    """
    claimed = Formation.objects.filter(pk=formation.pk, state=Formation.State.PROPOSED).update(
        state=Formation.State.PUBLISHED, published_at=now
    )
    if not claimed:
        raise FormationClosed
    formation.refresh_from_db()
    program = formation.program
    proposed = formation.proposal["groups"]
    people = {str(p.pk): p for p in Participant.objects.filter(program=program, withdrawn_at=None)}
    _check_again(proposed, people, program)
    groups = [_publish_group(data, people, program, now) for data in proposed]
    Program.objects.filter(pk=program.pk, state=Program.State.FORMING).update(state=Program.State.RUNNING)
    return groups


def _check_again(proposed, people, program):
    if not proposed or any(data["facilitator"] is None for data in proposed):
        raise FacilitatorMissing
    taken = Invitation.objects.filter(participant__program=program, withdrawn_at=None).values_list(
        "participant", flat=True
    )
    members = [pk for data in proposed for pk in data["members"]]
    if {str(pk) for pk in taken} & set(members):
        raise RulesBroken("Somebody in this proposal is in a group already.")
    broken = check([data["members"] for data in proposed], candidates_of(people.values()), rules_of(program))
    if broken:
        raise RulesBroken(broken[0].message)
    if not keeps_apart(program, [[people[pk] for pk in data["members"]] for data in proposed]):
        raise RulesBroken("Some people in this proposal are to be kept apart.")


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


def word_of_invitation(invitation, now):
    """The mail with the link into the group."""
    return Nudge(
        organization_id=invitation.organization_id,
        email=invitation.email,
        kind="group_invitation",
        send_after=now,
        dedupe_key=f"group_invitation:{invitation.pk}",
        context={"invitation": str(invitation.pk)},
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
