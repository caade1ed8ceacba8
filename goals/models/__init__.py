"""What members work on, and how they keep themselves and one another to it."""

from goals.models.check_ins import CheckIn, CheckInQuerySet
from goals.models.goals import Goal, GoalQuerySet
from goals.models.steps import ActionStep, ActionStepQuerySet

__all__ = ["ActionStep", "ActionStepQuerySet", "CheckIn", "CheckInQuerySet", "Goal", "GoalQuerySet"]
