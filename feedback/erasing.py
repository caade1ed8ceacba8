"""Erasing letters, for good, on their author's own behalf."""

from feedback.models import FeedbackNote, FeedbackRequest, HelpRequest, NoteAnswer, WatchedBehavior


def erase_words_of(memberships):
    """Delete the notes these memberships wrote, opened or not, what they wrote below notes, and what was to be watched.

    Call inside ``acting_as(SELF)`` of whose they are. Notes written to them, and answers to notes of theirs, are their
    authors' and stay.
    """
    WatchedBehavior.objects.filter(membership__in=memberships).delete()
    FeedbackRequest.objects.filter(membership__in=memberships).delete()
    HelpRequest.objects.filter(membership__in=memberships).delete()
    NoteAnswer.objects.filter(author__in=memberships).delete()
    FeedbackNote.objects.filter(author__in=memberships).delete()
