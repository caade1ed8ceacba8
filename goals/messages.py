"""What goals and steps send: that something awaits, never a word of it."""

from datetime import UTC, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goals import check_in_messages, selectors, services
from goals.selectors import READING_ASKED, READING_CAME, READINGS_DUE, STEP_ASK, STEP_DUE
from nudges import kinds
from nudges.hours import zone_named
from nudges.kinds import Kind, Message, NotWanted
from nudges.links import site_url


def register():
    check_in_messages.register()
    kinds.register(Kind(STEP_DUE, build_step_due, label=gettext_lazy("Reminders of steps")))
    kinds.register(Kind(STEP_ASK, build_step_ask, label=gettext_lazy("Reminders of steps you agreed to ask about")))
    kinds.register(
        Kind(READINGS_DUE, build_readings_due, label=gettext_lazy("Offers to ask peers for a reading of your goal"))
    )
    kinds.register(
        Kind(
            READING_ASKED,
            build_reading_asked,
            label=gettext_lazy("A peer asks for your reading"),
            good_for=timedelta(14),
        )
    )
    kinds.register(
        Kind(
            services.CONVERSATION_TURN,
            build_conversation_turn,
            label=gettext_lazy("Your turn in a conversation of a pair"),
            good_for=timedelta(14),
        )
    )
    kinds.register(Kind(READING_CAME, build_reading_came, label=gettext_lazy("A peer gave you a reading")))


def build_step_due(nudge, now):
    """Still wanted while the step is open, its day has not passed, and its coachee is in the group."""
    today, step_id = timezone.localdate(now, UTC), nudge.context["step"]
    due_now = (selectors.steps_wanted(today, days_before=days).filter(pk=step_id).first() for days in (0, 1))
    step = next(filter(None, due_now), None)
    if step is None or step.recipient_id != nudge.recipient_id:
        raise NotWanted("The step is closed, past or moved, or its coachee has left.")
    if f"{step.pk}:{step.due_on}" not in nudge.dedupe_key:
        raise NotWanted("The step was moved to another day.")
    if step.due_on < timezone.localdate(now, zone_named(step.timezone)):
        raise NotWanted("The step's day has passed.")
    return Message(
        {
            "group_name": step.group__name,
            "due_on": step.due_on,
            "action_url": site_url("goals:step", step.group_id, step.pk),
            "action_label": _("Go to your step"),
        }
    )


def build_step_ask(nudge, now):
    """Still wanted while the step is open, its day the same, and the peer has agreed and is in the group."""
    wanted = selectors.askings_wanted(timezone.localdate(now, UTC)).filter(pk=nudge.context["step"])
    step = wanted.filter(dedupe_key=nudge.dedupe_key).first()
    if step is None or step.recipient_id != nudge.recipient_id:
        raise NotWanted("The step is closed or moved, or who was to ask has changed or left.")
    return Message(
        {
            "group_name": step.group__name,
            "coachee_name": step.coachee_name,
            "action_url": site_url("goals:step", step.group_id, step.pk),
            "action_label": _("See the step"),
        }
    )


def build_readings_due(nudge, now):
    """Still wanted while the goal is open, its coachee in the group, and nobody has been asked meanwhile."""
    goal = selectors.readings_wanted(now).filter(pk=nudge.context["goal"]).first()
    if goal is None or goal.recipient_id != nudge.recipient_id:
        raise NotWanted("Peers were asked, the goal is closed, its coachee has left, or there is no peer.")
    return Message(
        {
            "group_name": goal.group__name,
            "action_url": site_url("goals:readings_ask", goal.group_id, goal.pk),
            "action_label": _("Ask your peers"),
        }
    )


def build_reading_asked(nudge, now):
    """Still wanted while the request is unanswered, its last day has not passed, and both are in the group.

    Who asks stays out: mail is read by assistants and on lock screens.
    """
    request = selectors.request_waiting(nudge.context["request"])
    if request is None or request.peer__person_id != nudge.recipient_id:
        raise NotWanted("The request is answered or taken back, the goal is closed, or one of the two has left.")
    if request.until_on < timezone.localdate(now, zone_named(request.peer__person__timezone)):
        raise NotWanted("The last day of the request has passed.")
    return Message(
        {
            "group_name": request.group__name,
            "until_on": request.until_on,
            "action_url": site_url("goals:reading", request.group_id, request.pk),
            "action_label": _("Give your reading"),
        }
    )


def build_reading_came(nudge, now):
    """Still wanted while the reading can be read: the goal is there, and its coachee is in the group."""
    request = selectors.readings_that_came(nudge.context["request"])
    if request is None or request.membership__person_id != nudge.recipient_id:
        raise NotWanted("The goal was taken away, or its coachee has left.")
    return Message(
        {
            "group_name": request.group__name,
            "action_url": site_url("goals:readings", request.group_id, request.goal_id),
            "action_label": _("See what they see"),
        }
    )


def build_conversation_turn(nudge, now):
    """Still wanted while it is the recipient's turn and nothing was written since. Who waits for what stays out."""
    row = selectors.turn_waited_for(nudge.context["conversation"], nudge.context["turns"], nudge.recipient_id)
    if row is None:
        raise NotWanted("The conversation has gone on or was closed, or the pair has ended.")
    return Message(
        {
            "group_name": row.group.name,
            "action_url": site_url("goals:conversation", row.group_id, row.pk),
            "action_label": _("Go to the conversation"),
        }
    )
