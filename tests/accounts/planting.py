"""Somebody with a past in several groups, and words that occur nowhere else."""

import json
from dataclasses import dataclass, field
from datetime import timedelta

from django.apps import apps
from django.db import connection

from accounts.models import Duty
from common.sealed import SealedTextField
from feedback.models import Mirror
from goals.models import CheckIn, JournalEntry
from groups.models import Charter, Draft
from tests.factories import (
    NOW,
    ActionStepFactory,
    AirFlagFactory,
    AskerAnswerFactory,
    AttendanceFactory,
    CharterFactory,
    CharterSignatureFactory,
    CheckInFactory,
    CheckInNoteFactory,
    CheckInPartnerFactory,
    CheckInRhythmFactory,
    CoachingGroupFactory,
    CoachingSessionFactory,
    ConversationTurnFactory,
    FeedbackNoteFactory,
    FeedbackRequestFactory,
    GoalFactory,
    GoalVersionFactory,
    HelpRequestFactory,
    IntroductionFactory,
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
    RotationPlaceFactory,
    StepKeptFactory,
    StepMoveFactory,
    WatchedBehaviorFactory,
)

# Too short for a word that occurs nowhere else: they are looked at by value.
SHORT = {
    "goals.CheckIn.confidence", "goals.ProgressReading.value", "feedback.FeedbackNote.kind",
    "goals.JournalEntry.goal_ref",
}  # fmt: skip


def sealed_fields():
    """Every sealed column there is, as ``label.Model.field``."""
    return {
        f"{model._meta.label}.{one.name}"
        for model in apps.get_models()
        for one in model._meta.get_fields()
        if isinstance(one, SealedTextField)
    }


def write_everything(mine, other, tag, *, draft=True):
    """One of each thing that members write, by ``mine``; the note goes to ``other``. The words, by sealed column."""
    words = {}

    def word(column):
        words[column] = f"{tag}-{column.replace('.', '-').lower()}"
        return words[column]

    def fill(model, *names):
        return {name: word(f"{model}.{name}") for name in names}

    goal = GoalFactory(membership=mine, **fill("goals.Goal", "title", "behavior", "why", "first_steps", "lesson"))
    GoalVersionFactory(goal=goal, **fill("goals.GoalVersion", "title", "behavior", "why", "first_steps"))
    ProgressReadingFactory(
        request__goal=None, request__membership=other, request__peer=mine, value="-1",
        **fill("goals.ProgressReading", "suggestion"),
    )  # fmt: skip
    CheckInFactory(goal=goal, confidence="7", **fill("goals.CheckIn", "how_it_went", "what_next", "help_wanted"))
    step = ActionStepFactory(
        membership=mine, goal=goal, asker=other, closed_at=NOW, is_let_go=True, rhythm="daily",
        **fill("goals.ActionStep", "text", "why_let_go"),
    )  # fmt: skip
    StepMoveFactory(step=step, **fill("goals.StepMove", "why"))
    StepKeptFactory(step=step)
    AskerAnswerFactory(step=step)
    of_other = CheckIn.objects.filter(membership=other).exclude(notes__membership=mine).first()
    of_other = of_other or CheckInFactory(goal=GoalFactory(membership=other))
    CheckInNoteFactory(check_in=of_other, membership=mine, **fill("goals.CheckInNote", "text"))
    FeedbackNoteFactory(
        author=mine,
        recipient=other,
        kind="try",
        **fill("feedback.FeedbackNote", "situation", "behavior", "impact", "question"),
    )
    talk = PairConversationFactory(coachee=mine, coach=other, stage="closed", closed_at=NOW, step=step)
    ConversationTurnFactory(conversation=talk, **fill("goals.ConversationTurn", "text", "more"))
    NoteAnswerFactory(note=None, author=mine, recipient=other, **fill("feedback.NoteAnswer", "text", "will_do"))
    FeedbackRequestFactory(membership=mine, peer=other, **fill("feedback.FeedbackRequest", "about"))
    HelpRequestFactory(note=None, membership=mine, kept_from=other, **fill("feedback.HelpRequest", "text"))
    WatchedBehaviorFactory(membership=mine, **fill("feedback.WatchedBehavior", "text"))
    AirFlagFactory(membership=mine, **fill("feedback.AirFlag", "text"))
    if not mine.introductions.exists():  # one each
        told = fill("feedback.Introduction", "working_on", "misread", "thinking", "call_out", "outside", "topics")
        IntroductionFactory(membership=mine, **told)
    MirrorFactory(membership=mine, opened_at=NOW, **fill("feedback.Mirror", "words"))
    asked = MirrorAskFactory(mirror=None, membership=other, peer=mine, closed_at=NOW, ended_as="given", shut_at=NOW)
    MirrorChoiceFactory(ask=asked, **fill("feedback.MirrorChoice", "words"))
    if draft:
        Draft.objects.create(
            organization=mine.organization, group=mine.group, membership=mine, person=mine.person, place=f"goal:{tag}",
            tab=tag[:36], saved_at=NOW, fields=json.dumps({"title": word("groups.Draft.fields")}),
        )  # fmt: skip
        JournalEntry.objects.create(
            organization=mine.organization, person=mine.person,
            text=word("goals.JournalEntry.text"), goal_ref=str(goal.pk),
        )  # fmt: skip
    Charter.objects.create(
        organization=mine.organization, group=mine.group, written_by=mine,
        version=Charter.objects.filter(group=mine.group).count() + 1,
        clauses=json.dumps([["Trust", word("groups.Charter.clauses")]]),
    )  # fmt: skip
    return words


@dataclass
class Life:
    """``person`` wrote ``mine`` (tag → words by column) in every group; others wrote ``theirs``, none of it to them.

    ``to_me`` was written to them. They are in one group, have left one and come back to another, in two organizations;
    at the door of one more they never signed.
    """

    person: object = None
    peer: object = None
    memberships: dict = field(default_factory=dict)
    mine: dict = field(default_factory=dict)
    theirs: dict = field(default_factory=dict)
    to_me: str = "tome-canary"


def build_life(**about):
    """Call inside ``with arranging():``."""
    life = Life(person=PersonFactory(**about), peer=PersonFactory(name="Priya Peer"))
    home, abroad = OrganizationFactory(name="Home Works"), OrganizationFactory(name="Abroad Works")
    OrganizationRoleFactory(organization=home, person=life.person, role=Duty.FACILITATOR)
    programs = {"home": ProgramFactory(organization=home), "abroad": ProgramFactory(organization=abroad)}
    uploaded = ParticipantFactory(program=programs["home"], person=life.person, team="Tidal Team", name="As Uploaded")
    ParticipantProfileFactory(participant=uploaded, completed_at=NOW, free=[9], languages=["en"], topics=["listening"])
    times = {
        "here": [("home", {})],
        "left": [("home", {"left_at": NOW - timedelta(days=2), "ended_as": "left"})],
        "back": [("abroad", {"left_at": NOW - timedelta(days=9), "ended_as": "left"}), ("abroad", {})],
    }
    for name, stays in times.items():
        group = CoachingGroupFactory(program=programs[stays[0][0]], name=f"Group {name.title()}")
        charter = CharterFactory(group=group)
        peer, third = MembershipFactory(group=group, person=life.peer), MembershipFactory(group=group)
        # Drafts and journals are under a person's own key, of which there is one, in one organization.
        at_home = stays[0][0] == "home"
        life.theirs[name] = write_everything(peer, third, f"peer-{name}", draft=at_home)
        for number, (_, state) in enumerate(stays):
            tag = f"own-{name}{number}"
            mine = MembershipFactory(group=group, person=life.person, **state)
            life.memberships[tag] = mine
            CharterSignatureFactory(charter=charter, membership=mine)
            life.mine[tag] = write_everything(mine, peer, tag, draft=at_home)
            PairInvitationFactory(inviter=life.person)
            PairTermsFactory(group=group, proposed_by=mine, agreed_by=peer)
            AskerAnswerFactory(step=ActionStepFactory(membership=peer, asker=mine))
            FeedbackNoteFactory(author=peer, recipient=mine, situation=f"{life.to_me}-{tag}")
            NoteAnswerFactory(note=None, author=peer, recipient=mine, text=f"answer-to-me-{tag}")
            said = PairConversationFactory(coachee=peer, coach=mine, stage="closed", closed_at=NOW)
            ConversationTurnFactory(conversation=said, text=f"said-to-me-{tag}")
            FeedbackRequestFactory(membership=peer, peer=mine, about=f"asked-of-me-{tag}")
            asked = MirrorAskFactory(
                mirror=Mirror.objects.get(membership=mine), peer=peer, closed_at=NOW, ended_as="given", shut_at=NOW
            )
            MirrorChoiceFactory(ask=asked, words=f"words-to-me-{tag}")
            CheckInRhythmFactory(membership=mine)
            CheckInPartnerFactory(membership=mine, partner=peer)
            RotationPlaceFactory(membership=mine)
            check_in = CheckIn.objects.get(membership=mine)
            CheckInNoteFactory(check_in=check_in, membership=peer, text=f"{life.to_me}-noticed-{tag}")
            ProgressReadingFactory(
                request__goal=None, request__membership=mine, request__peer=peer, suggestion=f"reading-to-me-{tag}"
            )
            session = CoachingSessionFactory(group=group, title=f"Session-{tag}")
            AttendanceFactory(coaching_session=session, membership=mine, answer="late", presence="present")
    life.memberships["door"] = MembershipFactory(
        group=CoachingGroupFactory(program=programs["home"], name="Unseen Door"), person=life.person, admitted_at=None
    )
    return life


def own_words(life):
    return {word for words in life.mine.values() for word in words.values()}


def peers_words(life):
    return {word for words in life.theirs.values() for word in words.values()}


def tables_with(text):
    """Every table of the database in which this text stands anywhere in plain; call inside ``with arranging():``."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}" t WHERE t::text ILIKE %s)', [f"%{text}%"])
            if cursor.fetchone()[0]:
                found.add(table)
    return found
