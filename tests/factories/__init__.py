"""Rows with their required fields only; use them inside ``with arranging():``."""

from datetime import UTC, date, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from accounts.models import Duty, Organization, OrganizationRole, Person
from common.ids import new_id
from common.models import AuditEntry
from common.tokens import hash_token, token_for
from feedback.models import (
    AirFlag,
    FeedbackNote,
    FeedbackRequest,
    HelpRequest,
    Introduction,
    Mirror,
    MirrorAsk,
    MirrorChoice,
    NoteAnswer,
    WatchedBehavior,
)
from goals.models import (
    ActionStep,
    AskerAnswer,
    CheckIn,
    CheckInLink,
    CheckInNote,
    CheckInPartner,
    CheckInRhythm,
    ConversationTurn,
    Goal,
    GoalVersion,
    JournalEntry,
    PairConversation,
    ProgressReading,
    ReadingRequest,
    RotationPlace,
    StepKept,
    StepMove,
)
from groups.models import (
    Charter,
    CharterSignature,
    CoachingGroup,
    Draft,
    Formation,
    Invitation,
    Membership,
    PairInvitation,
    PairTerms,
    Participant,
    ParticipantProfile,
    Program,
    RosterUpload,
)
from nudges.models import Nudge
from sessions.models import Attendance, CoachingSession

NOW = datetime(2027, 2, 8, 9, 0, tzinfo=UTC)  # a Monday


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = "!"

    @factory.post_generation
    def verified(self, create, extracted, **kwargs):
        if create:
            self.emailaddress_set.create(email=self.email, verified=True, primary=True)


class OrganizationFactory(DjangoModelFactory):
    class Meta:
        model = Organization

    name = factory.Sequence(lambda n: f"Organization {n}")
    slug = factory.Sequence(lambda n: f"organization-{n}")


class OrganizationRoleFactory(DjangoModelFactory):
    class Meta:
        model = OrganizationRole

    organization = factory.SubFactory(OrganizationFactory)
    person = factory.SubFactory(PersonFactory)
    role = Duty.HR


class ProgramFactory(DjangoModelFactory):
    class Meta:
        model = Program

    organization = factory.SubFactory(OrganizationFactory)
    name = factory.Sequence(lambda n: f"Program {n}")
    created_by = factory.SubFactory(PersonFactory)


class ParticipantFactory(DjangoModelFactory):
    class Meta:
        model = Participant

    program = factory.SubFactory(ProgramFactory)
    organization = factory.SelfAttribute("program.organization")
    email = factory.Sequence(lambda n: f"participant{n}@example.com")
    name = factory.Sequence(lambda n: f"Participant {n}")


class ParticipantProfileFactory(DjangoModelFactory):
    """Asked for, and not answered; its link is ``token_for("profile", profile.pk)``."""

    class Meta:
        model = ParticipantProfile

    id = factory.LazyFunction(new_id)
    participant = factory.SubFactory(ParticipantFactory)
    organization = factory.SelfAttribute("participant.organization")
    token_hash = factory.LazyAttribute(lambda row: hash_token(hash_token(token_for("profile", row.id))))
    asked_at = NOW


class RosterUploadFactory(DjangoModelFactory):
    """A file of one person, waiting to be accepted."""

    class Meta:
        model = RosterUpload

    program = factory.SubFactory(ProgramFactory)
    organization = factory.SelfAttribute("program.organization")
    filename = "roster.csv"
    content = b"email,name\nmina@example.com,Mina Sato\n"
    uploaded_by = factory.SubFactory(PersonFactory)


class FormationFactory(DjangoModelFactory):
    """A proposal without groups, open to be published."""

    class Meta:
        model = Formation

    program = factory.SubFactory(ProgramFactory)
    organization = factory.SelfAttribute("program.organization")
    state = Formation.State.PROPOSED
    proposal = factory.LazyFunction(lambda: {"groups": [], "unplaced": [], "score": 0})
    asked_by = factory.SubFactory(PersonFactory)


class CoachingGroupFactory(DjangoModelFactory):
    class Meta:
        model = CoachingGroup

    program = factory.SubFactory(ProgramFactory)
    organization = factory.SelfAttribute("program.organization")
    name = factory.Sequence(lambda n: f"Group {n}")
    published_at = NOW - timedelta(days=30)


class CharterFactory(DjangoModelFactory):
    class Meta:
        model = Charter

    group = factory.SubFactory(CoachingGroupFactory)
    organization = factory.SelfAttribute("group.organization")


class MembershipFactory(DjangoModelFactory):
    """An admitted member; ``admitted_at=None`` for one who has not signed, ``left_at=…`` for a former one."""

    class Meta:
        model = Membership

    group = factory.SubFactory(CoachingGroupFactory)
    organization = factory.SelfAttribute("group.organization")
    person = factory.SubFactory(PersonFactory)
    joined_at = NOW - timedelta(days=29)
    admitted_at = NOW - timedelta(days=28)


class CharterSignatureFactory(DjangoModelFactory):
    class Meta:
        model = CharterSignature

    charter = factory.SubFactory(CharterFactory)
    group = factory.SelfAttribute("charter.group")
    organization = factory.SelfAttribute("charter.organization")
    membership = factory.SubFactory(MembershipFactory, group=factory.SelfAttribute("..group"))
    signed_at = NOW - timedelta(days=28)


class JournalEntryFactory(DjangoModelFactory):
    """What somebody wrote for themselves, in the organization of a ``membership`` of theirs."""

    class Meta:
        model = JournalEntry

    class Params:
        membership = factory.SubFactory(MembershipFactory)

    organization = factory.SelfAttribute("membership.organization")
    person = factory.SelfAttribute("membership.person")
    text = "Nobody knows that I was afraid of the question"
    goal_ref = ""
    created_at = NOW - timedelta(days=2)


class PairInvitationFactory(DjangoModelFactory):
    class Meta:
        model = PairInvitation

    id = factory.LazyFunction(new_id)
    inviter = factory.SubFactory(PersonFactory)
    email = factory.Sequence(lambda n: f"colleague{n}@example.com")
    pair_name = "Cove"
    rhythm = 2
    decide_on = NOW.date() + timedelta(days=84)
    expires_at = NOW + timedelta(days=36500)
    token_hash = factory.LazyAttribute(lambda row: hash_token(token_for("pair_invitation", row.id)))


class PairTermsFactory(DjangoModelFactory):
    class Meta:
        model = PairTerms

    group = factory.SubFactory(CoachingGroupFactory)
    organization = factory.SelfAttribute("group.organization")
    rhythm = 2
    decide_on = NOW.date() + timedelta(days=84)
    proposed_at = NOW
    agreed_at = NOW


class DraftFactory(DjangoModelFactory):
    """What a member has typed into the form of a new goal, and not sent."""

    class Meta:
        model = Draft

    membership = factory.SubFactory(MembershipFactory)
    group = factory.SelfAttribute("membership.group")
    organization = factory.SelfAttribute("membership.organization")
    person = factory.SelfAttribute("membership.person")
    place = "goals:goal_new"
    tab = factory.Sequence(lambda n: f"{n:08x}-0000-4000-8000-000000000000")
    fields = '{"title": "Half a thought"}'
    saved_at = NOW - timedelta(hours=1)


class InvitationFactory(DjangoModelFactory):
    class Meta:
        model = Invitation

    group = factory.SubFactory(CoachingGroupFactory)
    organization = factory.SelfAttribute("group.organization")
    participant = factory.SubFactory(ParticipantFactory, program=factory.SelfAttribute("..group.program"))
    email = factory.SelfAttribute("participant.email")
    expires_at = NOW + timedelta(days=36500)
    token_hash = factory.LazyAttribute(lambda row: hash_token(token_for("invitation", row.id)))
    id = factory.LazyFunction(lambda: Invitation._meta.pk.default())


class CoachingSessionFactory(DjangoModelFactory):
    """Tomorrow at 16:00 UTC, for two hours."""

    class Meta:
        model = CoachingSession

    group = factory.SubFactory(CoachingGroupFactory)
    organization = factory.SelfAttribute("group.organization")
    title = "Session 1"
    agenda_key = "group_120"
    starts_at = datetime(2027, 2, 9, 16, 0, tzinfo=UTC)
    ends_at = factory.LazyAttribute(lambda row: row.starts_at + timedelta(hours=2))
    wall_time = factory.LazyAttribute(lambda row: row.starts_at.strftime("%Y-%m-%dT%H:%M"))
    timezone = "UTC"
    scheduled_by = factory.SubFactory(
        MembershipFactory, group=factory.SelfAttribute("..group"), role=Membership.Role.FACILITATOR
    )


class AttendanceFactory(DjangoModelFactory):
    class Meta:
        model = Attendance

    coaching_session = factory.SubFactory(CoachingSessionFactory)
    group = factory.SelfAttribute("coaching_session.group")
    organization = factory.SelfAttribute("group.organization")
    membership = factory.SubFactory(MembershipFactory, group=factory.SelfAttribute("..group"))


class GoalFactory(DjangoModelFactory):
    """A shared goal; ``shared_at=None`` for a draft."""

    class Meta:
        model = Goal

    membership = factory.SubFactory(MembershipFactory)
    group = factory.SelfAttribute("membership.group")
    organization = factory.SelfAttribute("membership.organization")
    title = "Speak first, not last"
    behavior = "I say what I think in the first ten minutes"
    why = "People wait for me"
    first_steps = "Say one thing early on Tuesday\nAsk Lin to tell me"
    lesson = ""
    target_on = date(2027, 6, 30)
    shared_at = NOW - timedelta(days=20)


class CheckInFactory(DjangoModelFactory):
    class Meta:
        model = CheckIn

    goal = factory.SubFactory(GoalFactory)
    membership = factory.SelfAttribute("goal.membership")
    group = factory.SelfAttribute("goal.group")
    organization = factory.SelfAttribute("goal.organization")
    how_it_went = "Twice this week"
    confidence = "6"
    what_next = "The board"
    help_wanted = ""


class _OfMembership(DjangoModelFactory):
    class Meta:
        abstract = True

    membership = factory.SubFactory(MembershipFactory)
    group = factory.SelfAttribute("membership.group")
    organization = factory.SelfAttribute("membership.organization")


class CheckInNoteFactory(_OfMembership):
    class Meta:
        model = CheckInNote

    check_in = factory.SubFactory(CheckInFactory)
    membership = factory.SubFactory(MembershipFactory, group=factory.SelfAttribute("..check_in.group"))
    text = "You waited for Lin before you spoke"


class CheckInRhythmFactory(_OfMembership):
    class Meta:
        model = CheckInRhythm

    changed_at = NOW


class CheckInPartnerFactory(_OfMembership):
    """Asked, and agreed; ``agreed_at=None`` for one that waits."""

    class Meta:
        model = CheckInPartner

    partner = factory.SubFactory(MembershipFactory, group=factory.SelfAttribute("..membership.group"))
    asked_at = NOW - timedelta(days=9)
    agreed_at = NOW - timedelta(days=8)


class RotationPlaceFactory(_OfMembership):
    class Meta:
        model = RotationPlace

    joined_at = factory.Sequence(lambda n: NOW - timedelta(days=9) + timedelta(seconds=n))


class CheckInLinkFactory(_OfMembership):
    """What the worker made for a mail; its token is ``token_for("check_in_link", row.pk)``."""

    class Meta:
        model = CheckInLink

    goal = factory.SubFactory(GoalFactory)
    membership = factory.SelfAttribute("goal.membership")
    id = factory.LazyFunction(lambda: CheckInLink._meta.pk.default())
    token_hash = factory.LazyAttribute(lambda row: hash_token(token_for("check_in_link", row.id)))
    expires_at = NOW + timedelta(days=36500)


class GoalVersionFactory(DjangoModelFactory):
    class Meta:
        model = GoalVersion

    goal = factory.SubFactory(GoalFactory)
    membership = factory.SelfAttribute("goal.membership")
    group = factory.SelfAttribute("goal.group")
    organization = factory.SelfAttribute("goal.organization")
    number = 1
    title = "Speak up more"
    behavior = "I speak more in meetings"
    why = "It is expected"
    first_steps = "Prepare a sentence"
    target_on = date(2027, 5, 31)
    replaced_at = NOW - timedelta(days=5)


class ReadingRequestFactory(DjangoModelFactory):
    """A peer who was asked by the goal's coachee a week ago, and has not answered."""

    class Meta:
        model = ReadingRequest

    goal = factory.SubFactory(GoalFactory)
    membership = factory.SelfAttribute("goal.membership")
    group = factory.SelfAttribute("membership.group")
    organization = factory.SelfAttribute("membership.organization")
    peer = factory.SubFactory(MembershipFactory, group=factory.SelfAttribute("..membership.group"))
    round = 1
    version_number = 1
    asked_at = NOW - timedelta(days=7)
    until_on = date(2027, 2, 10)


class ProgressReadingFactory(DjangoModelFactory):
    """A reading, with the request that it answers."""

    class Meta:
        model = ProgressReading

    request = factory.SubFactory(ReadingRequestFactory, closed_at=NOW - timedelta(days=6), ended_as="given")
    author = factory.SelfAttribute("request.peer")
    recipient = factory.SelfAttribute("request.membership")
    group = factory.SelfAttribute("request.group")
    organization = factory.SelfAttribute("request.organization")
    value = "2"
    suggestion = "Begin with a question of your own"
    given_at = NOW - timedelta(days=6)


class ActionStepFactory(DjangoModelFactory):
    class Meta:
        model = ActionStep

    membership = factory.SubFactory(MembershipFactory)
    group = factory.SelfAttribute("membership.group")
    organization = factory.SelfAttribute("membership.organization")
    text = "Call Priya"
    due_on = date(2027, 2, 9)


class StepMoveFactory(DjangoModelFactory):
    class Meta:
        model = StepMove

    step = factory.SubFactory(ActionStepFactory)
    membership = factory.SelfAttribute("step.membership")
    group = factory.SelfAttribute("step.group")
    organization = factory.SelfAttribute("step.organization")
    from_on = date(2027, 2, 5)
    to_on = factory.SelfAttribute("step.due_on")
    why = "Priya was away"
    moved_at = NOW - timedelta(days=4)


class StepKeptFactory(DjangoModelFactory):
    class Meta:
        model = StepKept

    step = factory.SubFactory(ActionStepFactory, rhythm="daily")
    membership = factory.SelfAttribute("step.membership")
    group = factory.SelfAttribute("step.group")
    organization = factory.SelfAttribute("step.organization")
    on = NOW.date()
    kept_at = NOW - timedelta(hours=1)


class PairConversationFactory(DjangoModelFactory):
    """A conversation of these two, of whom one has asked something; they need not be a pair."""

    class Meta:
        model = PairConversation

    coachee = factory.SubFactory(MembershipFactory)
    coach = factory.SubFactory(MembershipFactory, group=factory.SelfAttribute("..coachee.group"))
    group = factory.SelfAttribute("coachee.group")
    organization = factory.SelfAttribute("coachee.organization")
    stage = "answer"
    turns_taken = 2
    begun_at = NOW - timedelta(hours=3)
    moved_at = NOW - timedelta(hours=1)


class ConversationTurnFactory(DjangoModelFactory):
    """The coachee's issue."""

    class Meta:
        model = ConversationTurn

    conversation = factory.SubFactory(PairConversationFactory)
    author = factory.SelfAttribute("conversation.coachee")
    reader = factory.SelfAttribute("conversation.coach")
    group = factory.SelfAttribute("author.group")
    organization = factory.SelfAttribute("author.organization")
    part = "issue"
    number = 1
    text = "Two projects want the same people"
    more = "I listen well, and I decide late"
    written_at = NOW - timedelta(hours=2)


class AskerAnswerFactory(DjangoModelFactory):
    """The peer who is named for a step will ask; ``has_agreed=False``: not them."""

    class Meta:
        model = AskerAnswer

    step = factory.SubFactory(ActionStepFactory)
    membership = factory.SelfAttribute("step.asker")
    group = factory.SelfAttribute("step.group")
    organization = factory.SelfAttribute("step.organization")
    has_agreed = True
    answered_at = NOW - timedelta(days=1)


class FeedbackNoteFactory(DjangoModelFactory):
    class Meta:
        model = FeedbackNote

    author = factory.SubFactory(MembershipFactory)
    recipient = factory.SubFactory(MembershipFactory, group=factory.SelfAttribute("..author.group"))
    group = factory.SelfAttribute("author.group")
    organization = factory.SelfAttribute("author.organization")
    kind = "keep"
    situation = "On Tuesday, when the numbers came"
    behavior = "You asked Lin before you answered"
    impact = "The room went quiet and listened"
    question = "What made you wait?"
    sent_at = NOW - timedelta(days=1)


class WatchedBehaviorFactory(DjangoModelFactory):
    class Meta:
        model = WatchedBehavior

    coaching_session = factory.SubFactory(CoachingSessionFactory, group=factory.SelfAttribute("..membership.group"))
    membership = factory.SubFactory(MembershipFactory)
    group = factory.SelfAttribute("membership.group")
    organization = factory.SelfAttribute("membership.organization")
    text = "I let others finish"
    named_at = NOW - timedelta(hours=1)


class NoteAnswerFactory(DjangoModelFactory):
    """An answer to an opened note; without a note it needs its two people."""

    class Meta:
        model = NoteAnswer

    note = factory.SubFactory(FeedbackNoteFactory, opened_at=NOW - timedelta(hours=12))
    author = factory.SelfAttribute("note.recipient")
    recipient = factory.SelfAttribute("note.author")
    group = factory.SelfAttribute("author.group")
    organization = factory.SelfAttribute("author.organization")
    part = "answer"
    text = "That I wait before I answer"
    will_do = "Wait once in every meeting"
    written_at = NOW - timedelta(hours=6)


class FeedbackRequestFactory(DjangoModelFactory):
    class Meta:
        model = FeedbackRequest

    membership = factory.SubFactory(MembershipFactory)
    peer = factory.SubFactory(MembershipFactory, group=factory.SelfAttribute("..membership.group"))
    group = factory.SelfAttribute("membership.group")
    organization = factory.SelfAttribute("membership.organization")
    about = "when I closed the meeting on Tuesday"
    asked_at = NOW - timedelta(hours=6)
    until_on = NOW.date().replace(year=2127)


class HelpRequestFactory(DjangoModelFactory):
    """Help asked for with an opened note; without a note it needs its two people."""

    class Meta:
        model = HelpRequest

    note = factory.SubFactory(FeedbackNoteFactory, opened_at=NOW - timedelta(hours=12))
    membership = factory.SelfAttribute("note.recipient")
    kept_from = factory.SelfAttribute("note.author")
    group = factory.SelfAttribute("membership.group")
    organization = factory.SelfAttribute("membership.organization")
    text = "I would like to talk about it"
    asked_at = NOW - timedelta(hours=6)


class AirFlagFactory(DjangoModelFactory):
    """Raised to who facilitates, and not handled yet."""

    class Meta:
        model = AirFlag

    membership = factory.SubFactory(MembershipFactory)
    group = factory.SelfAttribute("membership.group")
    organization = factory.SelfAttribute("membership.organization")
    circle = "facilitator"
    text = "What I said here came back to me at work"
    raised_at = NOW - timedelta(days=2)


class IntroductionFactory(DjangoModelFactory):
    class Meta:
        model = Introduction

    membership = factory.SubFactory(MembershipFactory)
    group = factory.SelfAttribute("membership.group")
    organization = factory.SelfAttribute("membership.organization")
    working_on = "Leading people who know more than I do"
    misread = ""
    thinking = ""
    call_out = ""
    outside = ""
    topics = "delegating saying_no"
    shared_at = NOW - timedelta(days=3)


class MirrorFactory(DjangoModelFactory):
    """A mirror that is not opened yet."""

    class Meta:
        model = Mirror

    membership = factory.SubFactory(MembershipFactory)
    group = factory.SelfAttribute("membership.group")
    organization = factory.SelfAttribute("membership.organization")
    words = "calm clear frank patient warm"
    begun_at = NOW - timedelta(days=2)
    until_on = NOW.date().replace(year=2127)


class MirrorAskFactory(DjangoModelFactory):
    """A peer who is asked for words and has not answered; without a mirror it needs its two people."""

    class Meta:
        model = MirrorAsk

    mirror = factory.SubFactory(MirrorFactory)
    membership = factory.SelfAttribute("mirror.membership")
    peer = factory.SubFactory(MembershipFactory, group=factory.SelfAttribute("..membership.group"))
    group = factory.SelfAttribute("membership.group")
    organization = factory.SelfAttribute("membership.organization")
    asked_at = NOW - timedelta(days=2)
    until_on = NOW.date().replace(year=2127)


class MirrorChoiceFactory(DjangoModelFactory):
    """What a peer picked, with the request that it answers."""

    class Meta:
        model = MirrorChoice

    ask = factory.SubFactory(MirrorAskFactory, closed_at=NOW - timedelta(days=1), ended_as="given")
    author = factory.SelfAttribute("ask.peer")
    recipient = factory.SelfAttribute("ask.membership")
    group = factory.SelfAttribute("ask.group")
    organization = factory.SelfAttribute("ask.organization")
    words = "calm curious funny patient restless"
    picked_at = NOW - timedelta(days=1)


class NudgeFactory(DjangoModelFactory):
    class Meta:
        model = Nudge

    organization = factory.SubFactory(OrganizationFactory)
    recipient = factory.SubFactory(PersonFactory)
    kind = "session_tomorrow"
    dedupe_key = factory.Sequence(lambda n: f"nudge:{n}")
    send_after = NOW


class AuditEntryFactory(DjangoModelFactory):
    class Meta:
        model = AuditEntry

    organization_id = factory.LazyFunction(new_id)
    act = "program_created"
    circle = "office"
    at = NOW
