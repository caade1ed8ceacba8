"""Erasing letters, for good, on their author's own behalf."""

from feedback.models import FeedbackNote


def erase_words_of(memberships):
    """Delete the notes these memberships wrote, opened or not; call inside ``acting_as(SELF)`` of whose they are.

    Notes written to them are their authors' and stay.
    """
    FeedbackNote.objects.filter(author__in=memberships).delete()
