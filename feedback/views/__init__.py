"""Pages of feedback."""

from feedback.views.air import air, air_handled, air_off, air_plan, air_raise, air_take_back
from feedback.views.answers import note_answer, note_question, note_reply
from feedback.views.closing import close, close_note
from feedback.views.help import help_page, help_take_back, note_help
from feedback.views.introductions import in_common, introduce, introduction_take_back
from feedback.views.mirrors import (
    mirror,
    mirror_decline,
    mirror_let_go,
    mirror_new,
    mirror_open,
    mirror_pick,
    mirrors,
)
from feedback.views.notes import inbox, note, note_new, note_open, note_take_back
from feedback.views.requests import ask, ask_decline, ask_withdraw, asked
from feedback.views.sharing import note_share, note_unshare
from feedback.views.watching import watch, watch_take_back

__all__ = [
    "air",
    "air_handled",
    "air_off",
    "air_plan",
    "air_raise",
    "air_take_back",
    "ask",
    "ask_decline",
    "ask_withdraw",
    "asked",
    "close",
    "close_note",
    "help_page",
    "help_take_back",
    "in_common",
    "inbox",
    "introduce",
    "introduction_take_back",
    "mirror",
    "mirror_decline",
    "mirror_let_go",
    "mirror_new",
    "mirror_open",
    "mirror_pick",
    "mirrors",
    "note",
    "note_answer",
    "note_help",
    "note_new",
    "note_open",
    "note_question",
    "note_reply",
    "note_share",
    "note_take_back",
    "note_unshare",
    "watch",
    "watch_take_back",
]
