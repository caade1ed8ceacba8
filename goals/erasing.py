"""Erasing goals, check-ins, steps and readings, for good, on their author's own behalf."""

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
    ProgressReading,
    RotationPlace,
)

# What a goal holds goes before it.
ERASED = (
    AskerAnswer,
    CheckInNote,
    CheckIn,
    CheckInRhythm,
    CheckInPartner,
    RotationPlace,
    ActionStep,
    GoalVersion,
    Goal,
)


def erase_words_of(memberships):
    """Delete what these memberships wrote; call inside ``acting_as(SELF)`` of whose they are.

    With a check-in goes what peers noticed in it, with a step its moves, kept days and answers. Steps of others that
    these memberships were to ask about stay as they are, and so do readings that others gave them and what a partner
    said in a conversation, which are their authors'.
    """
    ProgressReading.objects.filter(author__in=memberships).delete()
    ConversationTurn.objects.filter(author__in=memberships).delete()
    for model in ERASED:
        model.objects.filter(membership__in=memberships).delete()


def erase_journal_of(person):
    """Delete a person's journal; call inside ``acting_as(SELF)`` of theirs. Leaving a group does not touch it."""
    JournalEntry.objects.filter(person=person).delete()
