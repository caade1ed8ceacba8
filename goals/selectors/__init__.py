"""Reads of goals, check-ins and steps."""

from goals.selectors.board import Board, Place, board
from goals.selectors.check_ins import CHECK_INS_ON_A_PAGE, check_ins_of
from goals.selectors.due_goals import DueGoal, goals_due_for_check_in, next_asking, rhythm_row
from goals.selectors.goals import goals_to_serve, goals_to_show, version_of
from goals.selectors.lines import CheckInLine, GoalLine, MoveLine, StepLine, check_in_line, goal_line, step_line
from goals.selectors.missed import Missed, missed_check_ins
from goals.selectors.notes import NoteLine, coachee_of_notes, notes_to_show, with_notes
from goals.selectors.owed import (
    STEP_ASK,
    STEP_DUE,
    askings_wanted,
    not_owed_yet,
    steps_wanted,
)
from goals.selectors.partners import Partners, partners_for, who_may_be_told
from goals.selectors.rhythms import CHECK_IN_DUE, PARTNER_MISSED, check_ins_missed, check_ins_wanted, is_wanted
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
    "Board",
    "CHECK_INS_ON_A_PAGE",
    "CHECK_IN_DUE",
    "CheckInLine",
    "DueGoal",
    "GoalLine",
    "Missed",
    "MoveLine",
    "NoteLine",
    "PARTNER_MISSED",
    "Partners",
    "Place",
    "STEP_ASK",
    "STEP_DUE",
    "StepLine",
    "StepsOfToday",
    "askings_wanted",
    "board",
    "check_in_line",
    "check_ins_missed",
    "check_ins_of",
    "check_ins_wanted",
    "coachee_of_notes",
    "goal_line",
    "goals_due_for_check_in",
    "goals_to_serve",
    "goals_to_show",
    "is_wanted",
    "missed_check_ins",
    "moves_of",
    "next_asking",
    "not_owed_yet",
    "notes_to_show",
    "open_steps_for",
    "open_steps_of",
    "partners_for",
    "peers_to_ask",
    "rhythm_row",
    "step_line",
    "steps_of_today",
    "steps_to_show",
    "steps_wanted",
    "version_of",
    "who_may_be_told",
    "with_notes",
]
