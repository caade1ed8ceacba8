"""The cast: one organization, two groups in it, another organization, and everybody who might come to a door."""

from dataclasses import dataclass, field
from datetime import timedelta

from accounts.models import Duty
from groups.models import Membership
from tests.factories import (
    NOW,
    ActionStepFactory,
    AirFlagFactory,
    AskerAnswerFactory,
    AttendanceFactory,
    CharterFactory,
    CheckInFactory,
    CheckInLinkFactory,
    CheckInNoteFactory,
    CheckInPartnerFactory,
    CheckInRhythmFactory,
    CoachingGroupFactory,
    CoachingSessionFactory,
    ConversationTurnFactory,
    DraftFactory,
    FeedbackNoteFactory,
    FeedbackRequestFactory,
    FormationFactory,
    GoalFactory,
    GoalVersionFactory,
    HelpRequestFactory,
    IntroductionFactory,
    InvitationFactory,
    JournalEntryFactory,
    MembershipFactory,
    MirrorAskFactory,
    MirrorChoiceFactory,
    MirrorFactory,
    NoteAnswerFactory,
    OrganizationFactory,
    OrganizationRoleFactory,
    PairConversationFactory,
    PairInvitationFactory,
    PairTermsFactory,
    ParticipantFactory,
    ParticipantProfileFactory,
    PersonFactory,
    ProgramFactory,
    ProgressReadingFactory,
    ReadingRequestFactory,
    RosterUploadFactory,
    RotationPlaceFactory,
    StepKeptFactory,
    StepMoveFactory,
    WatchedBehaviorFactory,
)

CAST = (
    "nobody",
    "member",
    "peer",
    "facilitator",
    "unsigned",
    "newcomer",
    "former",
    "elsewhere",
    "both",
    "hr",
    "owner",
    "coach",
    "other facilitator",
    "stranger",
    "foreign hr",
    "super",
)


@dataclass
class World:
    """``people`` maps each of ``CAST`` to a person (nobody: None); ``memberships`` those who have one in ``group``.

    *member* wrote the goal, the draft, the check-in and the step and gave ``note`` to *peer*, who ``noticed``
    something in the check-in, is asked to be *member*'s ``partner`` and got *member*'s ``answer`` to a note that is
    gone, with which *member* wanted ``help``, and an ``ask`` how *member* came across, who named what is ``watched``
    in the ``session``, shares an ``introduction``, raised a ``flag`` to *facilitator* and has opened a ``mirror`` with
    *peer*'s ``choice``; *peer* gave a ``reading`` on the goal's first ``version`` and is ``asked`` for another;
    *elsewhere* is in ``other_group`` only, *both* in both groups;
    *member* and *peer* have a ``talk`` about an issue of *member*'s, with a ``turn`` of theirs, as if they were a
    pair; *unsigned* was invited when the group was made, *newcomer* later: for them there is a second version of the
    charter; *coach* has the facilitator's duty but no group, *other facilitator* the other group; *stranger* and
    *foreign hr* belong to another organization; *super* is a Django superuser and a member of nothing.
    """

    people: dict = field(default_factory=dict)
    memberships: dict = field(default_factory=dict)


def build_world():
    """Make the cast and one of each private thing. Call inside ``with arranging():``."""
    world = World()
    world.organization = OrganizationFactory(name="Meridian", slug="meridian")
    world.program = ProgramFactory(organization=world.organization, state="running")
    world.forming = ProgramFactory(organization=world.organization)
    world.group = CoachingGroupFactory(program=world.program, name="Harbor")
    world.other_group = CoachingGroupFactory(program=world.program, name="Lighthouse")
    world.first_charter = CharterFactory(group=world.group)
    CharterFactory(group=world.other_group)

    world.people["nobody"] = None
    for name in CAST[1:]:
        world.people[name] = PersonFactory(name=name.title(), is_superuser=name == "super", is_staff=name == "super")
    states = {
        "member": {},
        "peer": {},
        "both": {},
        "unsigned": {"admitted_at": None},
        "newcomer": {"is_founding": False, "admitted_at": None},
        "former": {"left_at": NOW - timedelta(days=3)},
        "facilitator": {"role": Membership.Role.FACILITATOR},
    }
    for name, state in states.items():
        world.memberships[name] = MembershipFactory(group=world.group, person=world.people[name], **state)
    world.charter = CharterFactory(group=world.group, version=2, made_for=world.memberships["newcomer"])
    world.other_memberships = {
        name: MembershipFactory(group=world.other_group, person=world.people[name]) for name in ("elsewhere", "both")
    }
    world.other_memberships["other facilitator"] = MembershipFactory(
        group=world.other_group, person=world.people["other facilitator"], role=Membership.Role.FACILITATOR
    )
    duties = {"hr": Duty.HR, "owner": Duty.OWNER}
    duties |= dict.fromkeys(("coach", "facilitator", "other facilitator"), Duty.FACILITATOR)
    world.roles = {
        name: OrganizationRoleFactory(organization=world.organization, person=world.people[name], role=duty)
        for name, duty in duties.items()
    }

    world.foreign = OrganizationFactory(name="Boreal", slug="boreal")
    world.foreign_program = ProgramFactory(organization=world.foreign)
    world.foreign_group = CoachingGroupFactory(program=world.foreign_program)
    world.foreign_membership = MembershipFactory(group=world.foreign_group, person=world.people["stranger"])
    OrganizationRoleFactory(organization=world.foreign, person=world.people["foreign hr"], role=Duty.HR)

    by = world.memberships
    world.session = CoachingSessionFactory(group=world.group, scheduled_by=by["facilitator"])
    AttendanceFactory(coaching_session=world.session, membership=by["peer"], answer="yes")
    world.goal = GoalFactory(membership=by["member"], version_number=2)
    world.draft = GoalFactory(membership=by["member"], shared_at=None, title="A draft")
    world.kept = DraftFactory(membership=by["member"])
    world.entry = JournalEntryFactory(membership=by["member"], goal_ref=str(world.goal.pk))
    world.check_in = CheckInFactory(goal=world.goal)
    world.noticed = CheckInNoteFactory(check_in=world.check_in, membership=by["peer"])
    world.rhythm = CheckInRhythmFactory(membership=by["member"])
    world.partner = CheckInPartnerFactory(membership=by["member"], partner=by["peer"], agreed_at=None)
    world.place = RotationPlaceFactory(membership=by["member"], turned_it_on=True)
    world.link = CheckInLinkFactory(goal=world.goal)
    world.version = GoalVersionFactory(goal=world.goal)
    world.asked = ReadingRequestFactory(
        goal=world.goal, peer=by["peer"], round=2, version_number=2, until_on=NOW.replace(year=2127)
    )
    world.reading = ProgressReadingFactory(
        request__goal=world.goal, request__peer=by["peer"], request__version_number=1
    )
    world.step = ActionStepFactory(membership=by["member"], asker=by["peer"])
    world.practice = ActionStepFactory(
        membership=by["member"], rhythm="daily", text="Ask one question first", due_on=NOW.date() + timedelta(days=3650)
    )
    world.let_go = ActionStepFactory(
        membership=by["member"], closed_at=NOW - timedelta(days=1), is_let_go=True, why_let_go="Lin does it now"
    )
    world.move = StepMoveFactory(step=world.step)
    world.kept_day = StepKeptFactory(step=world.practice)
    world.asker_answer = AskerAnswerFactory(step=world.step)
    world.talk = PairConversationFactory(coachee=by["member"], coach=by["peer"])
    world.turn = ConversationTurnFactory(conversation=world.talk)
    world.watched = WatchedBehaviorFactory(coaching_session=world.session, membership=by["member"])
    world.note = FeedbackNoteFactory(author=by["member"], recipient=by["peer"])
    world.pair_invitation = PairInvitationFactory(inviter=by["member"].person, email="")
    world.terms = PairTermsFactory(group=world.group)
    world.answer = NoteAnswerFactory(note=None, author=by["member"], recipient=by["peer"])
    world.ask = FeedbackRequestFactory(membership=by["member"], peer=by["peer"])
    world.flag = AirFlagFactory(membership=by["member"])
    world.introduction = IntroductionFactory(membership=by["member"])
    world.mirror = MirrorFactory(membership=by["member"], opened_at=NOW)
    world.mirror_ask = MirrorAskFactory(
        mirror=world.mirror, peer=by["peer"], closed_at=NOW, ended_as="given", shut_at=NOW
    )
    world.choice = MirrorChoiceFactory(ask=world.mirror_ask)
    world.help = HelpRequestFactory(note=None, membership=by["member"], kept_from=by["peer"])
    world.participant = ParticipantFactory(program=world.forming)
    world.profile = ParticipantProfileFactory(participant=world.participant)
    world.invitation = InvitationFactory(group=world.group)
    world.upload = RosterUploadFactory(program=world.forming, uploaded_by=world.people["hr"])
    world.formation = FormationFactory(
        program=world.forming,
        asked_by=world.people["hr"],
        proposal={
            "groups": [{"name": "Ridge", "members": [str(world.participant.pk)], "facilitator": None, "reasons": []}],
            "unplaced": [],
            "score": 0,
        },
    )
    return world
