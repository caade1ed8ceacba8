"""Pages of goals, check-ins, steps and readings."""

from goals.views.a_word import a_word
from goals.views.board import board, board_shown
from goals.views.check_ins import check_in
from goals.views.closing import earlier, goal_close, goal_move, goal_version
from goals.views.conversations import (
    conversation,
    conversation_begin,
    conversation_close,
    conversation_let_go,
    conversation_write,
    conversations,
    question_like,
)
from goals.views.goals import goal, goal_drop, goal_edit, goal_new, goal_share
from goals.views.journal import (
    journal,
    journal_delete,
    journal_edit,
    journal_entry,
    journal_new,
    journal_search,
    journal_take,
)
from goals.views.links import check_in_by_link, check_in_link_keep
from goals.views.notes import notice_new, notice_take_back, notice_thank
from goals.views.readings import reading, reading_decline, readings, readings_ask
from goals.views.rhythms import partner_agree, partner_ask, partner_end, rhythm, rotation_join, rotation_leave
from goals.views.steps import (
    step,
    step_answer,
    step_ask,
    step_close,
    step_kept,
    step_let_go,
    step_move,
    step_new,
    step_reopen,
)

__all__ = [
    "a_word",
    "board",
    "board_shown",
    "check_in",
    "check_in_by_link",
    "check_in_link_keep",
    "conversation",
    "conversation_begin",
    "conversation_close",
    "conversation_let_go",
    "conversation_write",
    "conversations",
    "earlier",
    "goal",
    "goal_close",
    "goal_drop",
    "goal_edit",
    "goal_move",
    "goal_new",
    "goal_share",
    "goal_version",
    "journal",
    "journal_delete",
    "journal_edit",
    "journal_entry",
    "journal_new",
    "journal_search",
    "journal_take",
    "notice_new",
    "notice_take_back",
    "notice_thank",
    "partner_agree",
    "partner_ask",
    "partner_end",
    "question_like",
    "reading",
    "reading_decline",
    "readings",
    "readings_ask",
    "rhythm",
    "rotation_join",
    "rotation_leave",
    "step",
    "step_answer",
    "step_ask",
    "step_close",
    "step_kept",
    "step_let_go",
    "step_move",
    "step_new",
    "step_reopen",
]
