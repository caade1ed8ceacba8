"""Pages of feedback."""

from feedback.views.answers import note_answer, note_question, note_reply
from feedback.views.notes import inbox, note, note_new, note_open, note_take_back
from feedback.views.sharing import note_share, note_unshare

__all__ = [
    "inbox",
    "note",
    "note_answer",
    "note_new",
    "note_open",
    "note_question",
    "note_reply",
    "note_share",
    "note_take_back",
    "note_unshare",
]
