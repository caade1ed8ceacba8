"""What goals and steps send: that something awaits, never a word of it."""

from datetime import UTC

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goals import selectors
from goals.selectors import CHECK_IN_DUE, STEP_DUE
from nudges import kinds
from nudges.hours import zone_named
from nudges.kinds import Kind, Message, NotWanted
from nudges.links import site_url


def register():
    kinds.register(Kind(CHECK_IN_DUE, build_check_in_due, label=gettext_lazy("Check-in reminders")))
    kinds.register(Kind(STEP_DUE, build_step_due, label=gettext_lazy("Reminders of steps")))


def build_check_in_due(nudge, now):
    """Still wanted while the goal is open, its coachee in the group, and no check-in has come."""
    goal = selectors.check_ins_wanted(now).filter(pk=nudge.context["goal"]).first()
    if goal is None or goal.recipient_id != nudge.recipient_id:
        raise NotWanted("No check-in is due: there was one, the goal is closed, or its coachee has left.")
    return Message(
        {
            "group_name": goal.group__name,
            "action_url": site_url("goals:check_in", goal.group_id, goal.pk),
            "action_label": _("Check in"),
        }
    )


def build_step_due(nudge, now):
    """Still wanted while the step is open, its day has not passed, and its coachee is in the group."""
    step = selectors.steps_wanted(timezone.localdate(now, UTC)).filter(pk=nudge.context["step"]).first()
    if step is None or step.recipient_id != nudge.recipient_id:
        raise NotWanted("The step is closed or past, or its coachee has left.")
    if step.due_on < timezone.localdate(now, zone_named(step.timezone)):
        raise NotWanted("The step's day has passed.")
    return Message(
        {
            "group_name": step.group__name,
            "due_on": step.due_on,
            "action_url": site_url("goals:board", step.group_id),
            "action_label": _("Go to your steps"),
        }
    )
