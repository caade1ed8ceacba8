"""Who may write and open notes, and the words that say who reads them."""

from django.utils.translation import gettext as _

from feedback.models import FeedbackNote
from groups.models import CoachingGroup, Membership


def can_write_note(membership: Membership) -> bool:
    """Whoever reads the group may write to a peer in it while it goes on, the facilitator too."""
    is_reading = membership.admitted_at is not None and membership.left_at is None
    return is_reading and membership.group.state == CoachingGroup.State.ACTIVE


def can_open_note(membership: Membership, note: FeedbackNote) -> bool:
    """Only the person it was written to opens a note."""
    return note.recipient_id == membership.pk


def can_take_note_back(membership: Membership, note: FeedbackNote) -> bool:
    """Only its author takes a note back."""
    return note.author_id == membership.pk


def can_read_letter(membership: Membership, note: FeedbackNote) -> bool:
    """The author reads it as written; the recipient once they have opened it."""
    return note.author_id == membership.pk or can_open_note(membership, note) and note.opened_at is not None


def who_reads_hints() -> str:
    """Hints about a note are for whoever writes it, before it is sent."""
    return _("Only you")


def who_reads_note(other: Membership | None = None) -> str:
    """Who can read a note, said to one of the two; ``other`` is the other one, or nobody yet."""
    if other is None:
        return _("You and the person you write to")
    return _("You and %(name)s") % {"name": other.person.get_short_name()}
