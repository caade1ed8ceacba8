"""Reads of goals."""

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from goals.models import Goal
from groups.models import Membership


def goals_to_show(person) -> QuerySet[Goal]:
    """Goals the person may see, each with its coachee's name and group loaded."""
    return Goal.objects.visible_to(person).select_related("membership__person", "group")


def version_of(goal) -> str:
    """Stands for the goal's words as they are now: a form carries it, so that nobody overwrites what they did not see.

    It is made from the words and not from what is stored, which changes when they are sealed again under a newer key.
    """
    words = [goal.title.open(), goal.behavior.open(), goal.why.open(), goal.target_on.isoformat()]
    return salted_hmac("goals.version_of", "\x1f".join(words)).hexdigest()


def goals_to_serve(membership: Membership) -> list[Goal]:
    """The member's own goals that a new step may serve: open and shared, because steps are read by the group."""
    goals = Goal.objects.visible_to(membership.person_id).open().filter(membership=membership)
    return list(goals.filter(shared_at__isnull=False).order_by("created_at", "pk"))
