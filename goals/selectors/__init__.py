"""Reads of goals, check-ins and steps."""

from goals.selectors.board import Board, Place, board
from goals.selectors.check_ins import CHECK_INS_ON_A_PAGE, DueGoal, check_ins_of, goals_due_for_check_in
from goals.selectors.goals import goals_to_serve, goals_to_show, version_of
from goals.selectors.lines import CheckInLine, GoalLine, MoveLine, StepLine, check_in_line, goal_line, step_line
from goals.selectors.owed import (
    CHECK_IN_DUE,
    STEP_ASK,
    STEP_DUE,
    askings_wanted,
    check_ins_wanted,
    not_owed_yet,
    steps_wanted,
)
from goals.selectors.steps import (
    StepsOfToday,
    moves_of,
    open_steps_for,
    open_steps_of,
    peers_to_ask,
    steps_of_today,
    steps_to_show,
)

__all__ = [
    "CHECK_INS_ON_A_PAGE",
    "Board",
    "CHECK_IN_DUE",
    "CheckInLine",
    "DueGoal",
    "GoalLine",
    "MoveLine",
    "Place",
    "STEP_ASK",
    "STEP_DUE",
    "StepLine",
    "StepsOfToday",
    "askings_wanted",
    "board",
    "check_in_line",
    "check_ins_of",
    "check_ins_wanted",
    "goal_line",
    "goals_due_for_check_in",
    "goals_to_serve",
    "goals_to_show",
    "moves_of",
    "not_owed_yet",
    "open_steps_for",
    "open_steps_of",
    "peers_to_ask",
    "step_line",
    "steps_of_today",
    "steps_to_show",
    "steps_wanted",
    "version_of",
]
