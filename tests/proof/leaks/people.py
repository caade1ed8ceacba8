"""Two people of different groups and organizations; everything around each of them holds that one's word."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher

from accounts.models import Duty
from tests.factories import (
    ActionStepFactory,
    CharterFactory,
    CheckInFactory,
    CoachingGroupFactory,
    CoachingSessionFactory,
    FeedbackNoteFactory,
    GoalFactory,
    MembershipFactory,
    OrganizationFactory,
    OrganizationRoleFactory,
    PersonFactory,
    ProgramFactory,
)

WORDS = ("quokka", "narwhal")
PASSWORD = "a-long-good-phrase"


@dataclass(frozen=True)
class Half:
    """One of the two, and what is theirs."""

    word: str
    person: Any
    organization: Any
    group: Any
    goal: Any
    note: Any
    session: Any


def build_two():
    """The two, by word. Call inside ``with arranging():``."""
    return {word: _build(word) for word in WORDS}


def _build(word):
    title = word.title()
    organization = OrganizationFactory(name=f"{title} Works", slug=f"{word}-works")
    program = ProgramFactory(organization=organization, name=f"{title} program", state="running")
    group = CoachingGroupFactory(program=program, name=f"{title} Bay")
    CharterFactory(group=group)
    password = Argon2PasswordHasher().encode(PASSWORD, f"salt-of-{word}")
    person = PersonFactory(name=f"Ada {title}", email=f"{word}@example.com", password=password)
    OrganizationRoleFactory(organization=organization, person=person, role=Duty.HR)
    mine = MembershipFactory(group=group, person=person)
    peer = MembershipFactory(group=group, person=PersonFactory(name=f"Lin {title}"))
    goal = GoalFactory(membership=mine, title=f"Meet a {word}", behavior=f"I see one {word}", why=f"For the {word}")
    CheckInFactory(goal=goal, how_it_went=f"Saw no {word}", what_next=f"Another {word}")
    ActionStepFactory(membership=mine, text=f"Call the {word}")
    said = {part: f"{part} of a {word}" for part in ("situation", "behavior", "impact", "question")}
    note = FeedbackNoteFactory(author=mine, recipient=peer, **said)
    session = CoachingSessionFactory(group=group, scheduled_by=peer, title=f"The {word} session")
    return Half(word, person, organization, group, goal, note, session)
