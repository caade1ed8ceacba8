"""Writing goals, check-ins and steps, and owing their reminders."""

from goals.services.check_ins import check_in
from goals.services.goals import edit_goal, share_goal, write_goal
from goals.services.refusals import (
    DayHasPassed,
    GoalAlreadyShared,
    GoalChanged,
    GoalClosed,
    GoalNotShared,
    NotAPeer,
    StepAlreadyClosed,
)
from goals.services.reminders import plan_check_in_reminders, plan_step_reminders
from goals.services.steps import close_step, write_step

__all__ = [
    "DayHasPassed",
    "GoalAlreadyShared",
    "GoalChanged",
    "GoalClosed",
    "GoalNotShared",
    "NotAPeer",
    "StepAlreadyClosed",
    "check_in",
    "close_step",
    "edit_goal",
    "plan_check_in_reminders",
    "plan_step_reminders",
    "share_goal",
    "write_goal",
    "write_step",
]
