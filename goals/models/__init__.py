"""What members work on, and how they keep themselves and one another to it."""

from goals.models.askers import AskerAnswer, AskerAnswerQuerySet
from goals.models.check_ins import CheckIn, CheckInQuerySet
from goals.models.goals import Goal, GoalQuerySet
from goals.models.kept import StepKept, StepKeptQuerySet
from goals.models.moves import StepMove, StepMoveQuerySet
from goals.models.steps import ActionStep, ActionStepQuerySet

__all__ = [
    "ActionStep",
    "ActionStepQuerySet",
    "AskerAnswer",
    "AskerAnswerQuerySet",
    "CheckIn",
    "CheckInQuerySet",
    "Goal",
    "GoalQuerySet",
    "StepKept",
    "StepKeptQuerySet",
    "StepMove",
    "StepMoveQuerySet",
]
