"""Publishing a proposal: the moment at which groups exist and the first messages are owed."""

from datetime import timedelta

from django.db import transaction

from common.tokens import hash_token, token_for
from groups.formation import check
from groups.models import Charter, CoachingGroup, Formation, Invitation, Membership, Participant, Program
from groups.services.forming import FormationClosed, candidates_of, rules_of
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


def _publish_group(data, people, program, now):
    common = {"organization_id": program.organization_id}
    group = CoachingGroup.objects.create(
        **common, program=program, name=data["name"], timezone=program.timezone, published_at=now
    )
    Charter.objects.create(**common, group=group)
    Membership.objects.create(
        **common, group=group, person_id=data["facilitator"], role=Membership.Role.FACILITATOR, joined_at=now
    )
    owed = [
        Nudge(
            **common,
            recipient_id=data["facilitator"],
            kind="group_assigned",
            send_after=now,
            dedupe_key=f"group_assigned:{group.pk}:{data['facilitator']}",
            context={"group": str(group.pk)},
        )
    ]
    invitations = [_invitation(people[pk], group, now) for pk in data["members"]]
    Invitation.objects.bulk_create(invitations)
    owed += [
        Nudge(
            **common,
            email=invitation.email,
            kind="group_invitation",
            send_after=now,
            dedupe_key=f"group_invitation:{invitation.pk}",
            context={"invitation": str(invitation.pk)},
        )
        for invitation in invitations
    ]
    owe(owed)
    return group


def _invitation(participant, group, now):
    invitation = Invitation(
        organization_id=group.organization_id,
        group=group,
        participant=participant,
        email=participant.email,
        expires_at=now + INVITATION_LASTS,
    )
    invitation.token_hash = hash_token(token_for("invitation", invitation.pk))
    return invitation
