import pytest

from accounts.models import Person
from feedback import permissions
from feedback.models import FeedbackNote
from groups.models import CoachingGroup, Membership
from tests.factories import NOW

GROUP = CoachingGroup()
AUTHOR, RECIPIENT = (
    Membership(group=GROUP, admitted_at=NOW, person=Person(name=name)) for name in ("Lin Zhao", "Amara Obi")
)
FACILITATOR = Membership(group=GROUP, admitted_at=NOW, role=Membership.Role.FACILITATOR)


@pytest.mark.parametrize(
    ("membership", "opened_at", "may_open", "may_read"),
    [
        (AUTHOR, None, False, True),
        (RECIPIENT, None, True, False),
        (RECIPIENT, NOW, True, True),
        (FACILITATOR, NOW, False, False),
    ],
)
def test_only_the_two_open_and_read(membership, opened_at, may_open, may_read):
    note = FeedbackNote(author=AUTHOR, recipient=RECIPIENT, opened_at=opened_at)

    assert permissions.can_open_note(membership, note) is may_open
    assert permissions.can_read_letter(membership, note) is may_read


@pytest.mark.parametrize(
    ("changes", "may"),
    [
        ({}, True),
        ({"admitted_at": None}, False),
        ({"left_at": NOW}, False),
        ({"group": CoachingGroup(state="ended")}, False),
    ],
)
def test_can_write_note_is_for_readers_of_a_living_group(changes, may):
    assert permissions.can_write_note(Membership(**{"group": GROUP, "admitted_at": NOW, **changes})) is may


@pytest.mark.parametrize(
    ("other", "words"), [(None, "You and the person you write to; they may share it"), (RECIPIENT, "You and Amara")]
)
def test_the_words_of_the_privacy_line_name_the_other_one(other, words):
    assert permissions.who_reads_note(other) == words
