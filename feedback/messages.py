"""What feedback sends: that a note waits."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.selectors import note_waiting
from feedback.services import FEEDBACK_WAITING
from nudges import kinds
from nudges.kinds import Kind, Message, NotWanted
from nudges.links import site_url


def register():
    kinds.register(
        Kind(
            FEEDBACK_WAITING, build_feedback_waiting, label=gettext_lazy("Feedback is waiting"), good_for=timedelta(14)
        )
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
