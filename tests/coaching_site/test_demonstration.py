"""The demonstration: whoever is printed at the start can sign in, and finds the promises kept."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organization, Person
from coaching_site.demo import story, words
from coaching_site.demo.office import PASSWORD
from coaching_site.services.supervisor import SIGN_INS
from common import keys
from common.actor import acting_as
from common.bootstrap import ARRANGER
from common.fences import KEEPER, MEMBER, WORKER
from feedback.models import FeedbackNote
from feedback.selectors import feedback_of_today
from goals import services as goal_services
from goals.models import ActionStep, CheckIn, Goal
from goals.selectors import asked_of_today, goals_due_for_check_in, rounds_of, steps_of_today
from groups.models import Invitation, Membership, Participant, Program
from groups.services import forming, joining
from nudges import services as nudge_services
from nudges.models import Nudge
from sessions import services as session_services
from sessions.models import Attendance, CoachingSession
from sessions.selectors import next_session_for

# One worker for all of this file: what it starts is started once.
pytestmark = pytest.mark.xdist_group("demonstration")

HOMES = {
    "owner": "/o/meridian/programs/", "hr": "/o/meridian/programs/", "facilitator": "/groups/", "member": "/today/",
    "peer": "/today/", "former": "/today/", "outsider": "/today/", "twogroups": "/today/", "super": "/today/",
}  # fmt: skip


@pytest.fixture(scope="module")
def demonstration(django_db_setup, django_db_blocker):
    """The demonstration for all tests of this module, taken back at its end; the names of an earlier one."""
    now = timezone.now()
    with django_db_blocker.unblock():
        with transaction.atomic():
            with acting_as(KEEPER):
                keys.write_check(keys.read_key_file())
            with transaction.atomic():
                story.tell(now=now)
                earlier = names()
                transaction.set_rollback(True)
            story.tell(now=now)
            yield earlier
            transaction.set_rollback(True)
        connection.close()


def person(name):
    return Person.objects.get(email=f"{name}@demo.example")


def home_of(name):
    """The group of the program that is running, of which this person is or was a member."""
    with acting_as(ARRANGER):
        return Membership.objects.select_related("group__program").get(
            person__email=f"{name}@demo.example", role=Membership.Role.MEMBER, group__program__state="running"
        )


def names():
    """What there is, in words and without ids, opened by those who may."""
    with acting_as(ARRANGER):
        found = [
            list(Participant.objects.order_by("program__name", "name").values_list("program__name", "name")),
            sorted(Membership.objects.values_list("group__name", "person__name", "role")),
            sorted(CoachingSession.objects.values_list("group__name", "title", "wall_time")),
            sorted(
                Attendance.objects.values_list(
                    "group__name", "coaching_session__wall_time", "membership__person__name", "answer", "presence"
                )
            ),
        ]  # fmt: skip
        people = list(Person.objects.order_by("name"))
    for reader in people:
        with acting_as(MEMBER, person=reader):
            found.append(sorted(goal.title.open() for goal in Goal.objects.visible_to(reader)))
            found.append(sorted(step.text.open() for step in ActionStep.objects.visible_to(reader)))
    return found


# Signing in ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SIGN_INS)
def test_each_account_signs_in_and_is_at_home(demonstration, db, client, name):
    email = f"{name}@demo.example"

    response = client.post(reverse("account_login"), {"login": email, "password": PASSWORD}, follow=True)

    assert (response.status_code, response.redirect_chain[-1][0]) == (200, HOMES[name])
    assert response.context["user"].email == email


def test_nobody_else_has_a_password(demonstration, db):
    with acting_as(ARRANGER):
        usable = {each.email for each in Person.objects.all() if each.has_usable_password()}

    assert usable == {f"{name}@demo.example" for name in SIGN_INS}


# Walls --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("caller", "status"),
    [
        ("member", 200), ("peer", 200), ("facilitator", 200), ("twogroups", 200), ("former", 404), ("outsider", 404),
        ("hr", 404), ("owner", 404), ("super", 404),
    ],
)  # fmt: skip
@pytest.mark.parametrize("address", ["groups:group", "sessions:list", "goals:board", "feedback:inbox"])
def test_the_group_of_member_is_read_by_its_own_only(demonstration, as_person, address, caller, status):
    group = home_of("member").group_id

    assert as_person(person(caller)).get(reverse(address, args=[group])).status_code == status


def test_twogroups_reads_both_of_their_groups(demonstration, as_person):
    own = person("twogroups")
    with acting_as(MEMBER, person=own):
        states = dict(
            Membership.objects.reading().filter(person=own, group__kind="group").values_list("group_id", "group__state")
        )
    client = as_person(own)

    assert sorted(states.values()) == ["active", "ended"]
    assert home_of("member").group_id in states
    assert {client.get(reverse("groups:group", args=[group])).status_code for group in states} == {200}
    assert {client.get(reverse("goals:board", args=[group])).status_code for group in states} == {200}


def test_outsider_and_member_are_in_two_groups_of_one_program(demonstration, db):
    one, other = home_of("member").group, home_of("outsider").group

    assert (one.program_id == other.program_id, one.pk == other.pk) == (True, False)


def test_hr_sees_the_report_and_not_a_word_of_the_group(demonstration, as_person):
    response = as_person(person("hr")).get(reverse("reports:participation", args=["meridian"]))

    page = response.content.decode()
    assert response.status_code == 200
    shown = ("Leading at scale", "Leading across borders", home_of("member").group.name)
    assert [name for name in shown if name not in page] == []
    assert [aim.title for aims in words.AIMS.values() for aim in aims if aim.title in page] == []


# What there is ------------------------------------------------------------------------------------------------------


def test_there_are_three_programs_in_their_three_states(demonstration, db):
    with acting_as(ARRANGER):
        found = {
            program.name: (program.state, program.participants.count(), program.coaching_groups.count())
            for program in Program.objects.all()
        }
        slug = Organization.objects.get(kind=Organization.Kind.COMPANY).slug

    assert (slug, found) == (
        "meridian",
        {
            "Emerging leaders": ("forming", 30, 0),
            "Leading at scale": ("running", 18, 3),
            "Leading across borders": ("ended", 10, 2),
        },
    )


def test_the_roster_of_the_forming_program_can_be_formed_into_groups(demonstration, db):
    with acting_as(ARRANGER):
        program = Program.objects.get(state="forming")
        proposal = forming.proposal_of(list(forming.free_participants(program)), forming.rules_of(program), seed=1)

    assert ([len(group["members"]) for group in proposal["groups"]], proposal["unplaced"]) == ([6] * 5, [])


def test_today_of_member_is_alive(demonstration, db):
    own, now = person("member"), timezone.now()
    with acting_as(MEMBER, person=own):
        session = next_session_for(own, now)
        due = goals_due_for_check_in(own, now)
        steps = steps_of_today(own, now, timezone.localdate(now)).own
        notes = feedback_of_today(own, now).notes
        asked = asked_of_today(own, timezone.localdate(now)).readings
        rounds = rounds_of(
            Goal.objects.open().get(membership__person=own, shared_at__isnull=False), person=own, today=now.date()
        )
        received = FeedbackNote.objects.filter(recipient__person=own, opened_at__isnull=False).count()
        mine = Goal.objects.filter(membership__person=own)
        drafts, shared = mine.filter(shared_at=None).count(), mine.open().get(shared_at__isnull=False)
        confidence = [int(row.confidence.open()) for row in CheckIn.objects.filter(goal=shared).order_by("created_at")]

    assert timedelta(hours=23, minutes=50) < session.starts_at - now < timedelta(hours=48)
    assert (session.my_answer, session.group_id) == ("", home_of("member").group_id)
    assert [goal.title for goal in due] == ["Speak first, not last"]
    assert [line.name for line in asked] == ["Lin Wei-Chen"]
    assert [(one.values, one.is_on) for one in rounds] == [([1, 2, 2], True), ([-1, 0, 0], False)]
    assert [step.asker_name for step in steps] == ["Priya Raman", ""]
    assert [note.name for note in notes] == ["Priya Raman"]
    assert (received, drafts, confidence) == (1, 1, [3, 4, 4, 6, 7, 8])


def test_former_has_left_and_is_in_no_group(demonstration, db):
    with acting_as(ARRANGER):
        own = Membership.objects.get(person__email="former@demo.example")

    assert own.admitted_at < own.left_at < timezone.now()


def test_what_has_happened_is_dated_when_it_happened(demonstration, db):
    now = timezone.now()
    with acting_as(ARRANGER):
        standing = CoachingSession.objects.standing()
        unrecorded = [
            session
            for session in standing.filter(ends_at__lte=now)
            if not session.attendances.filter(recorded_at__gt=session.ends_at).exists()
        ]
        counts = standing.filter(ends_at__lte=now).count(), standing.filter(starts_at__gt=now).count()
        late = Membership.objects.filter(joined_at__gt=now - timedelta(days=90)).exclude(group__kind="pair")
        days = {row.created_at.date() for row in CheckIn.objects.only("created_at")}
        unborn = CoachingSession.objects.filter(created_at__gt=F("starts_at"))

        assert counts == (22, 5)
        assert len(unrecorded) == 1  # its facilitator has yet to say who was there
        assert (late.count(), unborn.count()) == (0, 0)
        assert len(days) > 20


def test_two_are_a_pair_with_one_conversation_closed_and_one_under_way(demonstration, as_person):
    own = person("twogroups")
    with acting_as(MEMBER, person=own):
        pair = Membership.objects.reading().get(person=own, group__kind="pair").group_id
    page = as_person(own).get(reverse("goals:conversations", args=[pair])).content.decode()
    today = as_person(own).get(reverse("today")).content.decode()

    assert "It is your turn" in page
    assert page.count("data-talk") == 1
    assert words.FIRST_TALK_STEP in today
    assert as_person(person("hr")).get(reverse("goals:conversations", args=[pair])).status_code == 404


def test_one_has_not_joined_and_one_has_not_signed(demonstration, db):
    with acting_as(ARRANGER):
        open_invitations = Invitation.objects.filter(accepted_at=None).count()
        unsigned = Membership.objects.filter(admitted_at=None).count()

    assert (open_invitations, unsigned) == (1, 1)


# Each time the same -------------------------------------------------------------------------------------------------


def test_each_demonstration_is_the_same(demonstration, db):
    assert names() == demonstration


# Mail ---------------------------------------------------------------------------------------------------------------


def test_nudges_hold_ids_and_facts_only(demonstration, db):
    with acting_as(ARRANGER):
        contexts = list(Nudge.objects.values_list("context", flat=True))
    values = {str(value) for context in contexts for value in context.values()}

    assert [value for value in values if not re.fullmatch(r"[0-9a-f-]{36}|\d+|True|False", value)] == []


def test_the_worker_sends_a_handful_and_drops_what_is_too_late(demonstration, db):
    now = timezone.now()
    with acting_as(WORKER):
        session_services.plan_messages(now=now)
        goal_services.plan_check_in_reminders(now=now)
        goal_services.plan_step_reminders(now=now)
    while ids := nudge_services.claim(now=now):
        nudge_services.deliver(ids, now=now)

    with acting_as(ARRANGER):
        states = list(Nudge.objects.values_list("state", flat=True))
    kept = states.count("sent") + states.count("pending")  # reminders rest at night
    assert set(states) <= {"sent", "pending", "dropped"}
    assert (10 <= kept <= 35, states.count("dropped") > 200) == (True, True)
    assert len(mail.outbox) == states.count("sent")


def test_nobody_leaves_in_the_future_of_an_organization_that_is_being_founded(demonstration, db):
    own = home_of("member")

    with pytest.raises(DatabaseError, match="being founded"), acting_as(MEMBER, person=own.person_id):
        joining.leave_group(group=own.group, now=timezone.now() + timedelta(days=1))
