"""Writing goals, check-ins and steps, and owing their reminders."""

from goals.services.askers import answer_to_ask
from goals.services.check_ins import check_in
from goals.services.goals import edit_goal, share_goal, write_goal
from goals.services.practice import keep_day
from goals.services.refusals import (
    AlreadyAnswered,
    DayHasPassed,
    GoalAlreadyShared,
    GoalChanged,
    GoalClosed,
    GoalNotShared,
    NotADayOfPractice,
    NotAPeer,
    NotAsked,
    SameDay,
    StepAlreadyClosed,
    StepMoved,
    TooLateToReopen,
)
from goals.services.reminders import plan_asking_reminders, plan_check_in_reminders, plan_step_reminders
from goals.services.steps import (
    ask_somebody,
    close_step,
    let_go_step,
    move_step,
    reopen_step,
    write_step,
)

__all__ = [
    "AlreadyAnswered",
    "DayHasPassed",
    "GoalAlreadyShared",
    "GoalChanged",
    "GoalClosed",
    "GoalNotShared",
    "NotADayOfPractice",
    "NotAPeer",
    "NotAsked",
    "SameDay",
    "StepAlreadyClosed",
    "StepMoved",
    "TooLateToReopen",
    "answer_to_ask",
    "ask_somebody",
    "check_in",
    "close_step",
    "edit_goal",
    "keep_day",
    "let_go_step",
    "move_step",
    "plan_asking_reminders",
    "plan_check_in_reminders",
    "plan_step_reminders",
    "reopen_step",
    "share_goal",
    "write_goal",
    "write_step",
]
