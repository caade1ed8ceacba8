"""A group that has begun: who is in it has signed, and something was written before anybody new came."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from accounts.models import Duty
from common import doors
from common.actor import acting_as
from common.fences import HR, MEMBER
from common.tokens import hash_token, token_for
from goals.models import CheckIn
from groups.models import Charter, CoachingGroup, Membership
from groups.services import joining
from tests.factories import (
    ActionStepFactory,
    AttendanceFactory,
    CharterFactory,
    CharterSignatureFactory,
    CheckInFactory,
    CoachingGroupFactory,
    CoachingSessionFactory,
    GoalFactory,
    InvitationFactory,
    MembershipFactory,
    OrganizationFactory,
    OrganizationRoleFactory,
    PairInvitationFactory,
    ParticipantFactory,
    PersonFactory,
    ProgramFactory,
)

LONG_AGO = timedelta(days=20)


@dataclass
class Begun:
    """``people`` and ``memberships`` by name; ``open`` rows are for newcomers too, ``past`` rows are closed to them."""

    people: dict = field(default_factory=dict)
    memberships: dict = field(default_factory=dict)
    open: dict = field(default_factory=dict)
    past: dict = field(default_factory=dict)


def build_begun():
    """Ada, Ben and Fay, the facilitator, have signed version 1. Call inside ``with arranging():``."""
    begun, now = Begun(), timezone.now()
    begun.organization = OrganizationFactory()
    begun.program = ProgramFactory(organization=begun.organization, state="running")
    begun.group = CoachingGroupFactory(program=begun.program, name="Harbor", published_at=now - LONG_AGO)
    begun.charter = CharterFactory(group=begun.group)
    Charter.objects.filter(pk=begun.charter.pk).update(created_at=now - LONG_AGO)
    for name in ("ada", "ben", "fay"):
        begun.people[name] = PersonFactory(name=name.title())
        begun.memberships[name] = MembershipFactory(
            group=begun.group,
            person=begun.people[name],
            role=Membership.Role.FACILITATOR if name == "fay" else Membership.Role.MEMBER,
            joined_at=now - LONG_AGO,
            admitted_at=now - LONG_AGO,
        )
        CharterSignatureFactory(charter=begun.charter, membership=begun.memberships[name], signed_at=now - LONG_AGO)
    begun.hr = OrganizationRoleFactory(organization=begun.organization, role=Duty.HR).person
    return begun


def write_in(begun):
    """What Ada wrote and Fay scheduled before anybody new came, open and over. Inside ``with arranging():``."""
    now, ada, fay = timezone.now(), begun.memberships["ada"], begun.memberships["fay"]
    over = {"starts_at": now - timedelta(days=9), "ends_at": now - timedelta(days=9, hours=-2)}
    session = CoachingSessionFactory(group=begun.group, scheduled_by=fay, **over)
    goal = GoalFactory(membership=ada)
    check_in = CheckInFactory(goal=goal)
    CheckIn.objects.filter(pk=check_in.pk).update(created_at=now - timedelta(days=8))
    begun.open = {"goal": goal, "step": ActionStepFactory(membership=ada)}
    begun.past = {
        "session": session,
        "attendance": AttendanceFactory(coaching_session=session, membership=ada),
        "check-in": check_in,
        "closed goal": GoalFactory(membership=ada, closed_at=now - timedelta(days=5), title="Over and done"),
        "closed step": ActionStepFactory(membership=ada, closed_at=now - timedelta(days=5), text="Done long ago"),
    }
    return begun


def invite(begun, name, *, is_founding=False):
    """An invitation that waits; the person's name is kept in ``begun``. Inside ``with arranging():``."""
    participant = ParticipantFactory(program=begun.program)
    begun.people[name] = PersonFactory(name=name.title(), email=participant.email)
    return InvitationFactory(group=begun.group, participant=participant, is_founding=is_founding)


def come(begun, name, invitation):
    """Through the door, as themselves; the membership is kept in ``begun``."""
    with acting_as(MEMBER, person=begun.people[name]):
        joining.accept_invitation(token=token_for("invitation", invitation.pk))
        begun.memberships[name] = Membership.objects.current(begun.people[name]).get(group=begun.group)
    return begun.memberships[name]


def name_facilitator(begun, name, *, replaces=None):
    """HR names somebody, who has the duty, for the group; ``arrange`` made them."""
    with acting_as(HR, person=begun.hr, organization=begun.organization):
        pk = doors.call("name_facilitator", begun.group.pk, begun.people[name].pk, replaces and replaces.pk)
        begun.memberships[name] = Membership.objects.get(pk=pk)
    return begun.memberships[name]


def sign(begun, *names):
    """Each signs the newest version."""
    for name in names:
        with acting_as(MEMBER, person=begun.people[name]):
            newest = joining.newest_charter(begun.group)
            joining.sign_charter(charter=newest, read=str(newest.pk))


def is_in(begun, name):
    """Whether this person reads the group now."""
    with acting_as(MEMBER, person=begun.people[name]):
        return Membership.objects.reading().filter(person=begun.people[name], group=begun.group).exists()


def build_two(arranging):
    """A pair that has begun: {"group", "ada", "ben"} and their memberships."""
    with arranging():
        ada, ben = PersonFactory(name="Ada"), PersonFactory(name="Ben")
        invitation = PairInvitationFactory(inviter=ada, email=ben.email)
    with acting_as(MEMBER, person=ben):
        token = token_for("pair_invitation", invitation.pk)
        outcome, group_id = doors.row("answer_pair_invitation", hash_token(token), 2)
        assert outcome == "opened"
    for person in (ada, ben):
        with acting_as(MEMBER, person=person):
            group = CoachingGroup.objects.get(pk=group_id)
            newest = joining.newest_charter(group)
            joining.sign_charter(charter=newest, read=str(newest.pk))
    with arranging():
        of = {person.name: Membership.objects.get(person=person, group=group) for person in (ada, ben)}
    return {"group": group, "ada": ada, "ben": ben, "of": of}
