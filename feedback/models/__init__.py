"""What members tell one another, one to one."""

from feedback.models.answers import NoteAnswer, NoteAnswerQuerySet
from feedback.models.help import HelpRequest, HelpRequestQuerySet
from feedback.models.notes import FeedbackNote, FeedbackNoteQuerySet

__all__ = [
    "FeedbackNote",
    "FeedbackNoteQuerySet",
    "HelpRequest",
    "HelpRequestQuerySet",
    "NoteAnswer",
    "NoteAnswerQuerySet",
]
