"""Two programs small enough to count by hand; the numbers that must come out are written beside what makes them."""

from dataclasses import dataclass
from datetime import timedelta

from accounts.models import Duty
from groups.models import Membership
from reports.selectors import Participation
from tests.factories import (
    NOW,
    AttendanceFactory,
    CharterFactory,
    CharterSignatureFactory,
    CoachingGroupFactory,
    CoachingSessionFactory,
    InvitationFactory,
    MembershipFactory,
    OrganizationFactory,
    OrganizationRoleFactory,
    ParticipantFactory,
    PersonFactory,
    ProgramFactory,
)

HARBOR = Participation(
    invited=5, joined=4, signed=3, came=3, current=3,
    held=2, ahead=1, cancelled=1,
    yes=3, late=2, no=1,
    expected=6, attended=4, absent=1,
)  # fmt: skip
LIGHTHOUSE = Participation(joined=3, current=2, came=2, held=1, cancelled=1, expected=2, attended=2)
TIDE = Participation(joined=2, current=2, came=2, held=1, expected=2, attended=2)


@dataclass
class SmallWorld:
    """``harbor`` and ``lighthouse`` (ended) belong to ``alpha``, ``tide`` to ``beta``; ``empty`` has no group."""

    organization: object = None
    hr: object = None
    alpha: object = None
    beta: object = None
    empty: object = None
    harbor: object = None
    lighthouse: object = None
    tide: object = None


def days(number):
    return NOW + timedelta(days=number)


def meeting(group, end, *, presence=None, answers=None, **facts):
    """A session that ends at ``end``, with what is noted: membership → presence, membership → answer."""
    coaching_session = CoachingSessionFactory(group=group, starts_at=end - timedelta(hours=2), ends_at=end, **facts)
    presence, answers = presence or {}, answers or {}
    for membership in {*presence, *answers}:
        AttendanceFactory(
            coaching_session=coaching_session,
            membership=membership,
            presence=presence.get(membership, ""),
            answer=answers.get(membership, ""),
        )
    return coaching_session


def build_small_world():
    """Call inside ``with arranging():``."""
    small = SmallWorld(organization=OrganizationFactory(name="Meridian", slug="meridian"), hr=PersonFactory())
    OrganizationRoleFactory(organization=small.organization, person=small.hr, role=Duty.HR)
    small.alpha = ProgramFactory(organization=small.organization, name="Alpha", state="running")
    small.beta = ProgramFactory(organization=small.organization, name="beta", state="running")
    small.empty = ProgramFactory(organization=small.organization, name="Gamma")
    small.harbor = CoachingGroupFactory(program=small.alpha, name="Harbor", timezone="Pacific/Auckland")
    small.lighthouse = CoachingGroupFactory(program=small.alpha, name="Lighthouse", state="ended", ended_at=days(-7))
    small.tide = CoachingGroupFactory(program=small.beta, name="Tide")
    ann = PersonFactory(name="Ann Archer")
    _fill_harbor(small.harbor, ann)
    _fill_lighthouse(small.lighthouse)
    _fill_tide(small.tide, ann)
    _fill_what_is_not_reported(small.organization)
    return small


def _fill_harbor(group, ann):
    charter, second = CharterFactory(group=group), CharterFactory(group=group, version=2)
    ann = MembershipFactory(group=group, person=ann)
    ben = MembershipFactory(group=group, admitted_at=None)  # never signed
    cleo = MembershipFactory(group=group, left_at=days(-3))
    dan = MembershipFactory(group=group, joined_at=days(-5))
    fay = MembershipFactory(group=group, role=Membership.Role.FACILITATOR)
    for membership in (ann, cleo, dan, fay):
        CharterSignatureFactory(charter=charter, membership=membership)
    CharterSignatureFactory(charter=second, membership=ann)

    first, twice, open_, called_back, expired = ParticipantFactory.create_batch(5, program=group.program)
    InvitationFactory(group=group, participant=first, accepted_at=days(-29))
    InvitationFactory(group=group, participant=first)  # asked again
    InvitationFactory(group=group, participant=twice, withdrawn_at=days(-30))
    InvitationFactory(group=group, participant=twice, accepted_at=days(-29))
    InvitationFactory(group=group, participant=open_)
    InvitationFactory(group=group, participant=called_back, withdrawn_at=days(-30))
    InvitationFactory(group=group, participant=expired, expires_at=days(-1))
    InvitationFactory(group=group, accepted_at=days(-29), withdrawn_at=days(-20))

    both = {"scheduled_by": fay}
    meeting(
        group, days(-10), **both,
        presence={ann: "present", ben: "absent", cleo: "late", fay: "present"},
        answers={ann: "yes", ben: "no", cleo: "late", fay: "yes"},
    )  # fmt: skip
    # Cleo had answered, and has left since; of Ben nobody has noted anything.
    meeting(
        group, days(-1), **both,
        presence={ann: "present", dan: "late", cleo: "present"},
        answers={ann: "yes", cleo: "yes"},
    )  # fmt: skip
    meeting(
        group, days(-4), **both, cancelled_at=days(-5), presence={ann: "present"}, answers={ann: "yes", ben: "late"}
    )  # fmt: skip
    meeting(group, days(1), **both, answers={ann: "yes", dan: "late", fay: "no", cleo: "no"})


def _fill_lighthouse(group):
    """Ended a week ago."""
    gus = MembershipFactory(group=group)
    hal = MembershipFactory(group=group, left_at=days(-7))  # when the group ended
    iris = MembershipFactory(group=group, left_at=days(-20))
    by = {"scheduled_by": gus}
    meeting(group, days(-14), **by, presence={gus: "present", hal: "late", iris: "present"})
    meeting(group, days(-8), **by, cancelled_at=days(-9))
    meeting(group, days(-2), **by, presence={gus: "present"}, answers={gus: "yes"})
    meeting(group, days(-3), **by, cancelled_at=days(-8))
    meeting(group, days(2), **by, answers={gus: "yes"})


def _fill_tide(group, ann):
    """Has not met for five weeks."""
    ann = MembershipFactory(group=group, person=ann, joined_at=days(-60))
    jon = MembershipFactory(group=group, joined_at=days(-60))
    meeting(group, days(-35), scheduled_by=ann, presence={ann: "present", jon: "present"})


def _fill_what_is_not_reported(organization):
    """A group of two colleagues without a program, and another organization with everything."""
    for group in (CoachingGroupFactory(program=None, organization=organization, kind="pair"), CoachingGroupFactory()):
        membership = MembershipFactory(group=group)
        CharterSignatureFactory(charter=CharterFactory(group=group), membership=membership)
        by = {"scheduled_by": membership}
        meeting(group, days(-2), **by, presence={membership: "present"}, answers={membership: "yes"})
        meeting(group, days(-2), **by, cancelled_at=days(-3))
        meeting(group, days(2), **by, answers={membership: "no"})
    InvitationFactory(group=group)
