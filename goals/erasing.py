"""Erasing goals, check-ins and steps, for good, on their author's own behalf."""

from goals.models import ActionStep, AskerAnswer, CheckIn, Goal


def erase_words_of(memberships):
    """Delete what these memberships wrote; call inside ``acting_as(SELF)`` of whose they are.

    What a goal holds goes before it; a step takes its moves, kept days and answers with it. Steps of
    others that these memberships were to ask about stay as they are.
    """
    AskerAnswer.objects.filter(membership__in=memberships).delete()
    CheckIn.objects.filter(membership__in=memberships).delete()
    ActionStep.objects.filter(membership__in=memberships).delete()
    Goal.objects.filter(membership__in=memberships).delete()
