"""What feedback sends: that a note waits, and that something is written below one."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.selectors import answer_waiting, help_waiting, note_waiting, request_waiting
from feedback.selectors.air import flag_waiting
from feedback.selectors.mirrors import mirror_ask_waiting, mirror_made_ready_by
from feedback.services import FEEDBACK_ANSWERED, FEEDBACK_ASKED, FEEDBACK_HELP, FEEDBACK_WAITING
from feedback.services.air import AIR_RAISED
from feedback.services.mirrors import MIRROR_ASKED, MIRROR_READY
from nudges import kinds
from nudges.hours import zone_named
from nudges.kinds import Kind, Message, NotWanted
from nudges.links import site_url


def register():
    kinds.register(
        Kind(
            FEEDBACK_WAITING, build_feedback_waiting, label=gettext_lazy("Feedback is waiting"), good_for=timedelta(14)
        )
    )
    kinds.register(
        Kind(
            FEEDBACK_ANSWERED,
            build_feedback_answered,
            label=gettext_lazy("Something is written below a note"),
            good_for=timedelta(14),
        )
    )

    kinds.register(
        Kind(
            FEEDBACK_HELP,
            build_feedback_help,
            label=gettext_lazy("A member asks you, as facilitator, for help with a note"),
            good_for=timedelta(14),
        )
    )

    kinds.register(
        Kind(
            FEEDBACK_ASKED,
            build_feedback_asked,
            label=gettext_lazy("A peer asks how they came across"),
            good_for=timedelta(14),
        )
    )
    kinds.register(
        Kind(
            MIRROR_ASKED,
            build_mirror_asked,
            label=gettext_lazy("A peer asks you for words that describe them"),
            good_for=timedelta(14),
        )
    )
    kinds.register(
        Kind(
            AIR_RAISED,
            build_air_raised,
            label=gettext_lazy("A member would like to clear the air"),
            good_for=timedelta(14),
        )
    )
    kinds.register(
        Kind(MIRROR_READY, build_mirror_ready, label=gettext_lazy("Your mirror can be opened"), good_for=timedelta(14))
    )


def build_air_raised(nudge, now):
    """Still wanted while it is not handled and the one it is for is told of it. Who raised it, and what, stays out."""
    flag = flag_waiting(nudge.context["flag"], nudge.recipient_id)
    if flag is None:
        raise NotWanted("It is handled or taken back, or one of the two has left.")
    return Message(
        {
            "group_name": flag.group__name,
            "action_url": site_url("feedback:air", flag.group_id),
            "action_label": _("Read it"),
        }
    )


def build_mirror_asked(nudge, now):
    """Still wanted while the peer has not answered, the last day has not passed, and both are in the group."""
    ask = mirror_ask_waiting(nudge.context["ask"])
    if ask is None or ask.peer__person_id != nudge.recipient_id:
        raise NotWanted("The request is answered, the mirror opened or let go, or one of the two has left.")
    if ask.until_on < timezone.localdate(now, zone_named(ask.peer__person__timezone)):
        raise NotWanted("The last day of the mirror has passed.")
    return Message(
        {
            "group_name": ask.group__name,
            "until_on": ask.until_on,
            "action_url": site_url("feedback:mirror_pick", ask.group_id, ask.pk),
            "action_label": _("Pick words"),
        }
    )


def build_mirror_ready(nudge, now):
    """Wanted once for each mirror: of the peer with whom enough have picked. Who has, and what, stays out."""
    ask = mirror_made_ready_by(nudge.context["ask"])
    if ask is None or ask.membership__person_id != nudge.recipient_id:
        raise NotWanted("Others made the mirror ready, or it is opened or let go.")
    return Message(
        {
            "group_name": ask.group__name,
            "action_url": site_url("feedback:mirror", ask.group_id, ask.mirror_id),
            "action_label": _("Go to your mirror"),
        }
    )


def build_feedback_asked(nudge, now):
    """Still wanted while the request is unanswered, its last day has not passed, and both are in the group."""
    request = request_waiting(nudge.context["ask"])
    if request is None or request.peer__person_id != nudge.recipient_id:
        raise NotWanted("The request is answered or taken back, or one of the two has left.")
    if request.until_on < timezone.localdate(now, zone_named(request.peer__person__timezone)):
        raise NotWanted("The last day of the request has passed.")
    return Message(
        {
            "group_name": request.group__name,
            "until_on": request.until_on,
            "action_url": site_url("feedback:asked", request.group_id, request.pk),
            "action_label": _("Go to the request"),
        }
    )


def build_feedback_help(nudge, now):
    """Still wanted while the request stands and the one it is for facilitates. Who asks, and about what, stays out."""
    request = help_waiting(nudge.context["help"], nudge.recipient_id)
    if request is None:
        raise NotWanted("The request was taken back, or one of the two has left.")
    return Message(
        {
            "group_name": request.group__name,
            "action_url": site_url("feedback:help", request.group_id, request.pk),
            "action_label": _("Go to the request"),
        }
    )


def build_feedback_answered(nudge, now):
    """Still wanted while the note is there and the one it is for reads the group. Who wrote, and what, stays out."""
    answer = answer_waiting(nudge.context["answer"])
    if answer is None or answer.recipient__person_id != nudge.recipient_id:
        raise NotWanted("The note is gone, or the one it is for has left.")
    return Message(
        {
            "group_name": answer.group__name,
            "action_url": site_url("feedback:note", answer.group_id, answer.note_id),
            "action_label": _("Go to the note"),
        }
    )


def build_feedback_waiting(nudge, now):
    """Still wanted while the note is unopened and its recipient in the group.

    The author's name stays out, although the note itself is signed: mail is read by assistants and on lock screens, and
    who writes to whom is nobody else's business.
    """
    note = note_waiting(nudge.context["note"])
    if note is None or note.recipient__person_id != nudge.recipient_id:
        raise NotWanted("The note is opened or taken back, or its recipient has left.")
    return Message(
        {
            "group_name": note.group__name,
            "action_url": site_url("feedback:note", note.group_id, note.pk),
            "action_label": _("Go to your note"),
        }
    )
