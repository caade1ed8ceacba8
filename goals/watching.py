"""The behaviors of one's goals, as words to begin with when one names what to watch for in a session."""

from goals import selectors
from groups.models import Membership
from sessions import watching
from sessions.watching import StartingText


def behaviors_of_goals(membership: Membership) -> list[StartingText]:
    """Of the member's own open goals that they have shared: the group reads those words already."""
    goals = selectors.goals_to_serve(membership)
    return [StartingText(goal.pk, goal.title.open(), goal.behavior.open()) for goal in goals]


def register():
    watching.register_start(behaviors_of_goals)
