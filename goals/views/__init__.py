"""Pages of goals, check-ins and steps."""

from goals.views.board import board
from goals.views.check_ins import check_in
from goals.views.goals import goal, goal_edit, goal_new, goal_share
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
    "board",
    "check_in",
    "goal",
    "goal_edit",
    "goal_new",
    "goal_share",
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
