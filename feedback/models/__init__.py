"""What members tell one another, one to one."""

from feedback.models.answers import NoteAnswer, NoteAnswerQuerySet
from feedback.models.notes import FeedbackNote, FeedbackNoteQuerySet

__all__ = ["FeedbackNote", "FeedbackNoteQuerySet", "NoteAnswer", "NoteAnswerQuerySet"]
