"""Row security alone, with Python's wall open: what each of the cast finds with a bare ``Model.objects.all()``."""

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, transaction

from common.actor import acting_as
from common.fences import HR, MEMBER, WORKER, RowSecurity
from common.tokens import hash_token
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
from groups.messages import build_invitation
from groups.models import Charter, CoachingGroup, Invitation, Membership, PairInvitation, PairTerms
from nudges.kinds import NotWanted
from nudges.models import Nudge
from nudges.services import owe
from sessions.models import CoachingSession
from tests.factories import (
    NOW,
    ActionStepFactory,
    AttendanceFactory,
    CoachingGroupFactory,
    FeedbackNoteFactory,
    GoalFactory,
    MembershipFactory,
    ReadingRequestFactory,
)
from tests.world import CAST

FENCED = [m for m in apps.get_models() if any(isinstance(c, RowSecurity) for c in m._meta.constraints)]
READERS = {"member", "peer", "both", "facilitator"}
# What of ``world.group`` who finds: everything else of the cast finds nothing.
FINDS = {
    "goal": (Goal, READERS),
    "draft": (Goal, {"member"}),
    "check_in": (CheckIn, READERS),
    "version": (GoalVersion, READERS),
    "asked": (ReadingRequest, {"member", "peer"}),
    "reading": (ProgressReading, {"member", "peer"}),
    "step": (ActionStep, READERS),
    "move": (StepMove, READERS),
    "kept_day": (StepKept, READERS),
    "asker_answer": (AskerAnswer, READERS),
    "noticed": (CheckInNote, READERS),
    "talk": (PairConversation, {"member", "peer"}),
    "turn": (ConversationTurn, {"member", "peer"}),
    "rhythm": (CheckInRhythm, {"member", "facilitator"}),
    "partner": (CheckInPartner, {"member", "peer"}),
    "place": (RotationPlace, READERS),
    "note": (FeedbackNote, {"member", "peer"}),
    "answer": (NoteAnswer, {"member", "peer"}),
    "ask": (FeedbackRequest, {"member", "peer"}),
    "watched": (WatchedBehavior, READERS),
    "flag": (AirFlag, {"member", "facilitator"}),
    "introduction": (Introduction, READERS),
    "mirror": (Mirror, {"member"}),
    "mirror_ask": (MirrorAsk, {"member", "peer"}),
    "choice": (MirrorChoice, {"member", "peer"}),
    "help": (HelpRequest, {"member", "facilitator"}),
    "entry": (JournalEntry, {"member"}),
    "session": (CoachingSession, READERS),
    "pair_invitation": (PairInvitation, {"member"}),
    "terms": (PairTerms, READERS | {"unsigned", "newcomer"}),
    "group": (CoachingGroup, READERS | {"unsigned", "newcomer"}),
    "charter": (Charter, READERS | {"unsigned", "newcomer"}),
}


def finders(world, name):
    model, _readers = FINDS[name]
    row = getattr(world, name)
    found = set()
    for caller in CAST:
        with acting_as(MEMBER, person=world.people[caller]):
            if model.objects.filter(pk=row.pk).exists():
                found.add(caller)
    return found


@pytest.mark.parametrize("name", FINDS)
def test_row_security_alone_shows_a_row_to_its_circle_only(world, name):
    assert finders(world, name) == FINDS[name][1]


@pytest.mark.parametrize("name", FINDS)
def test_that_proof_can_fail(world, as_owner, name):
    table = FINDS[name][0]._meta.db_table
    with as_owner(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"):
        assert finders(world, name) == set(CAST)


# People are looked up by sign-in, before anybody is known; everything else is closed without a context.
CLOSED = [model for model in FENCED if model._meta.label != "accounts.Person"]


@pytest.mark.parametrize("model", CLOSED, ids=lambda m: m._meta.label)
def test_without_a_context_every_fenced_table_answers_permission_denied(db, model):
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        model.objects.exists()


def test_of_people_a_member_finds_themselves_and_their_groups(world):
    def names(caller):
        with acting_as(MEMBER, person=world.people[caller]):
            return set(type(world.people["peer"]).objects.values_list("name", flat=True))

    in_harbor = {"Member", "Peer", "Both", "Unsigned", "Newcomer", "Former", "Facilitator"}
    assert names("peer") == in_harbor
    assert names("both") == in_harbor | {"Elsewhere", "Other Facilitator"}
    assert names("elsewhere") == {"Elsewhere", "Both", "Other Facilitator"}
    assert names("unsigned") == {"Unsigned", "Facilitator"}
    assert names("former") == {"Former"}
    assert names("super") == {"Super"}


def test_memberships_of_a_group_are_known_to_those_who_read_it(world):
    def count(caller):
        with acting_as(MEMBER, person=world.people[caller]):
            return Membership.objects.filter(group=world.group).count()

    assert {caller: count(caller) for caller in CAST if caller != "nobody"} == {
        "member": 7,
        "peer": 7,
        "both": 7,
        "facilitator": 7,
        "unsigned": 1,
        "newcomer": 1,
        "former": 0,
        "elsewhere": 0,
        "hr": 0,
        "owner": 0,
        "coach": 0,
        "other facilitator": 0,
        "stranger": 0,
        "foreign hr": 0,
        "super": 0,
    }


WORDED = [
    *(Goal, GoalVersion, CheckIn, CheckInNote, CheckInRhythm, CheckInPartner, RotationPlace, ActionStep),
    *(ReadingRequest, ProgressReading, FeedbackNote, NoteAnswer, HelpRequest, FeedbackRequest, JournalEntry),
    *(ConversationTurn, WatchedBehavior, AirFlag, Introduction, Mirror, MirrorAsk, MirrorChoice),
]


@pytest.mark.parametrize("model", WORDED, ids=lambda m: m._meta.label)
@pytest.mark.parametrize("caller", ["hr", "owner", "member"])
def test_the_hr_role_reads_no_table_with_members_words(world, model, caller):
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        acting_as(HR, person=world.people[caller], organization=world.organization),
    ):
        model.objects.exists()


@pytest.mark.parametrize("column", ["title", "place", "video_url"])
def test_the_hr_role_reads_of_a_session_only_when_it_is(world, as_owner, column):
    def read():
        with acting_as(HR, person=world.people["hr"], organization=world.organization):
            return list(CoachingSession.objects.values_list(column, flat=True))

    with pytest.raises(DatabaseError, match="permission denied"):
        read()
    with as_owner(f"GRANT SELECT ({column}) ON coaching_sessions_coachingsession TO colloquy_hr"):
        assert read() == [getattr(world.session, column)]


def test_the_hr_role_puts_nobody_into_a_group_that_has_begun(world):
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        acting_as(HR, person=world.people["hr"], organization=world.organization),
    ):
        Membership.objects.create(
            organization=world.organization,
            group=world.group,
            person=world.people["hr"],
            role="facilitator",
            joined_at=NOW,
        )


def test_the_hr_role_invites_nobody_into_a_group_that_has_begun(world):
    def invite(group):
        with acting_as(HR, person=world.people["hr"], organization=world.organization):
            Invitation.objects.create(
                organization=world.organization, group=group, participant=world.participant, email="hr@example.com",
                token_hash=hash_token("known"), expires_at=NOW.replace(year=2127),
            )  # fmt: skip

    with acting_as("colloquy_arranger"):
        fresh = CoachingGroupFactory(program=world.program)
    with pytest.raises(DatabaseError, match="row-level security"):
        invite(world.group)
    invite(fresh)


def test_a_member_owes_no_mail_to_an_address_of_their_choice(world):
    def owe_to(**whom):
        with acting_as(MEMBER, person=world.people["member"]):
            facts = {"kind": "group_invitation", "dedupe_key": str(whom), "send_after": NOW}
            owe([Nudge(organization=world.organization, **facts, **whom)])

    with pytest.raises(DatabaseError, match="row-level security"):
        owe_to(email="somewhere@example.com")
    owe_to(recipient=world.people["peer"])


@pytest.mark.parametrize(("email", "wanted"), [("thief@example.com", False), ("", True)])
def test_a_token_is_mailed_to_nobody_but_the_invited(world, email, wanted):
    nudge = Nudge(email=email or world.invitation.email, context={"invitation": str(world.invitation.pk)})

    with acting_as(WORKER):
        if wanted:
            assert "/join/" in build_invitation(nudge, NOW).context["url"]
        else:
            with pytest.raises(NotWanted):
                build_invitation(nudge, NOW)


def test_the_hr_role_finds_nothing_without_an_organization_or_a_duty_in_it(world):
    def groups(caller, organization):
        with acting_as(HR, person=world.people[caller], organization=organization):
            return CoachingGroup.objects.count()

    assert groups("hr", world.organization) == 2
    assert groups("hr", None) == 0
    assert groups("hr", world.foreign) == 0
    assert groups("foreign hr", world.organization) == 0
    assert groups("member", world.organization) == 0
    assert groups("super", world.organization) == 0


def test_a_member_cannot_write_into_a_group_they_do_not_read(world):
    for caller in ("elsewhere", "former", "unsigned", "stranger"):
        with pytest.raises(DatabaseError), acting_as(MEMBER, person=world.people[caller]):
            GoalFactory(membership=world.memberships["member"])


def test_a_member_cannot_write_in_anothers_name(world):
    with pytest.raises(DatabaseError), acting_as(MEMBER, person=world.people["peer"]):
        GoalFactory(membership=world.memberships["member"])


def test_a_member_cannot_change_or_delete_anothers_row(world):
    with acting_as(MEMBER, person=world.people["peer"]):
        goal = Goal.objects.filter(pk=world.goal.pk)
        changed = goal.update(closed_at="2027-01-01T00:00Z"), goal._raw_delete("default")
    with pytest.raises(DatabaseError, match="permission denied"), acting_as(MEMBER, person=world.people["member"]):
        ActionStep.objects.filter(pk=world.step.pk)._raw_delete("default")

    assert changed == (0, 0)


def test_nobody_admits_themselves(world):
    with pytest.raises(DatabaseError, match="permission denied"), acting_as(MEMBER, person=world.people["unsigned"]):
        Membership.objects.filter(pk=world.memberships["unsigned"].pk).update(admitted_at="2027-01-01T00:00Z")


@pytest.fixture
def misplaced(world, arranging):
    """Writes a goal of one organization that points at a membership of another."""

    def write():
        with arranging():
            mine = MembershipFactory(group=world.group)
            goal = GoalFactory.build(membership=mine, group=world.foreign_group, organization=world.organization)
            goal.title = goal.behavior = goal.why = ""
            Goal.objects.bulk_create([goal])
            with transaction.get_connection().cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    return write


WITHOUT_THE_GROUPS_KEY = "ALTER TABLE goals_goal DROP CONSTRAINT goals_goal_same_group"


def test_a_row_cannot_point_into_another_organization(misplaced, as_owner):
    with (
        as_owner(WITHOUT_THE_GROUPS_KEY),
        pytest.raises(IntegrityError, match="goals_goal_org_group"),
        transaction.atomic(),
    ):
        misplaced()


def test_that_it_cannot_is_the_composite_keys_doing(misplaced, as_owner):
    with as_owner(WITHOUT_THE_GROUPS_KEY, "ALTER TABLE goals_goal DROP CONSTRAINT goals_goal_org_group"):
        misplaced()


MIXED = {
    "a goal in one group under the membership of another": ("goals_goal", "goals_goal_same_group"),
    "a step that somebody of another group is to ask about": ("goals_actionstep", "goals_step_asker_group"),
    "a request for a reading to somebody of another group": ("goals_readingrequest", "goals_request_peer_group"),
    "a note to somebody of another group": ("feedback_feedbacknote", "feedback_note_reader_group"),
    "an attendance of somebody of another group": ("coaching_sessions_attendance", "sessions_att_same_group"),
}


def mix(world, what):
    """As somebody who is in both groups, past Python: a row of one group that points into the other."""
    mine, other = world.memberships["both"], world.other_memberships["both"]
    stranger = world.other_memberships["elsewhere"]
    with acting_as(MEMBER, person=world.people["both"]):
        match what.split()[1]:
            case "goal":
                GoalFactory(membership=other, group=world.group)
            case "step":
                ActionStepFactory(membership=mine, asker=stranger)
            case "request":
                ReadingRequestFactory(goal=GoalFactory(membership=mine), peer=stranger)
            case "note":
                FeedbackNoteFactory(author=mine, recipient=stranger)
            case _:
                AttendanceFactory(coaching_session=world.session, membership=other)
        with transaction.get_connection().cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("what", MIXED)
def test_whoever_is_in_two_groups_cannot_mix_them(world, what):
    with pytest.raises(IntegrityError, match=MIXED[what][1]), transaction.atomic():
        mix(world, what)


@pytest.mark.parametrize("what", MIXED)
def test_that_they_cannot_is_the_composite_keys_doing(world, as_owner, what):
    table, constraint = MIXED[what]
    with as_owner(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}"):
        mix(world, what)
