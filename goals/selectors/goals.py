"""Reads of goals."""

from django.db.models import F, QuerySet
from django.utils.crypto import salted_hmac

from goals.models import Goal, GoalVersion, ProgressReading, text_of
from groups.models import Membership


def goals_to_show(person) -> QuerySet[Goal]:
    """Goals the person may see, each with its coachee's name and group loaded."""
    return Goal.objects.visible_to(person).select_related("membership__person", "group")


def version_of(goal) -> str:
    """Stands for the goal's words as they are now: a form carries it, so that nobody overwrites what they did not see.

    It is made from the words and not from what is stored, which changes when they are sealed again under a newer key.
    """
    words = [goal.title.open(), goal.behavior.open(), goal.why.open(), text_of(goal.first_steps)]
    words.append(goal.target_on.isoformat())
    return salted_hmac("goals.version_of", "\x1f".join(words)).hexdigest()


def goals_to_serve(membership: Membership) -> list[Goal]:
    """The member's own goals that a new step may serve: open and shared, because steps are read by the group."""
    goals = Goal.objects.visible_to(membership.person_id).open().filter(membership=membership)
    return list(goals.filter(shared_at__isnull=False).order_by("created_at", "pk"))


def earlier_goals(membership: Membership) -> QuerySet[Goal]:
    """Closed goals of the group that the member may see, the newest end first, with coachee and group loaded."""
    closed = goals_to_show(membership.person_id).filter(group=membership.group_id, closed_at__isnull=False)
    return closed.order_by("-closed_at", "pk")


def is_frozen(goal: Goal) -> bool:
    """Whether peers have given a reading on the words that the goal has now; asked by whose goal it is."""
    given = ProgressReading.objects.filter(
        request__goal=goal, request__version_number=F("request__goal__version_number")
    )
    return given.exists()


def versions_of(goal: Goal, *, person) -> list[GoalVersion]:
    """The goal's earlier words, newest first; one query, and none for a goal that still has its first words."""
    if goal.version_number == 1:
        return []
    return list(GoalVersion.objects.visible_to(person).filter(goal=goal).order_by("-number"))
