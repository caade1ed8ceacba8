"""Erasing letters, for good, on their author's own behalf."""

from feedback.models import (
    AirFlag,
    FeedbackNote,
    FeedbackRequest,
    HelpRequest,
    Introduction,
    Mirror,
    MirrorChoice,
    NoteAnswer,
    WatchedBehavior,
)


def erase_words_of(memberships):
    """Delete the notes these memberships wrote, opened or not, what they wrote below notes, and what else they shared.

    Call inside ``acting_as(SELF)`` of whose they are. Notes written to them, answers to notes of theirs and words
    that peers picked for them are their authors' and stay.
    """
    AirFlag.objects.filter(membership__in=memberships).delete()
    Introduction.objects.filter(membership__in=memberships).delete()
    WatchedBehavior.objects.filter(membership__in=memberships).delete()
    MirrorChoice.objects.filter(author__in=memberships).delete()
    Mirror.objects.filter(membership__in=memberships).delete()
    FeedbackRequest.objects.filter(membership__in=memberships).delete()
    HelpRequest.objects.filter(membership__in=memberships).delete()
    NoteAnswer.objects.filter(author__in=memberships).delete()
    FeedbackNote.objects.filter(author__in=memberships).delete()
