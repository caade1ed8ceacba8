"""What is sent about charters and newcomers: that something waits, or was decided; never a word of the charter."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from groups import charter_selectors
from groups.models import Charter, Membership
from groups.services import charters
from nudges.kinds import Kind, Message, NotWanted, register
from nudges.links import site_url


def register_all():
    """The reminder can be unsubscribed; what a group decided about a newcomer always comes."""
    register(Kind(charters.CHARTER_UNSIGNED, build_unsigned, label=gettext_lazy("Reminders to sign a charter")))
    register(Kind(charters.NEWCOMER_ADMITTED, build_admitted))
    register(Kind(charters.NEWCOMER_DECLINED, build_declined))
    register(Kind(charters.NEWCOMER_TURNED_AWAY, build_turned_away))


def build_unsigned(nudge, now):
    """Still wanted while this version is the one to sign, and this membership has not."""
    waiting = charter_selectors.unsigned_since(now - charters.ASK_UNTIL).select_related("group")
    membership = waiting.filter(pk=nudge.context["membership"], person=nudge.recipient_id).first()
    if membership is None or str(membership.charter_id) != nudge.context["charter"]:
        raise NotWanted("It is signed, declined or replaced, or the person has left.")
    charter = Charter.objects.filter(pk=membership.charter_id).values("made_for", "made_for__person__name").get()
    is_about_another = charter["made_for"] not in (None, membership.pk)
    return Message(
        {
            "group_name": membership.group.name,
            "is_inside": membership.admitted_at is not None,
            "newcomer": charter["made_for__person__name"] if membership.admitted_at and is_about_another else "",
            "action_url": site_url("groups:charter", membership.group_id),
            "action_label": _("Read and sign"),
        }
    )


def build_admitted(nudge, now):
    """Still wanted while the newcomer is in."""
    membership = _membership(nudge, left_at=None, admitted_at__isnull=False, person=nudge.recipient_id)
    return Message(
        {
            "group_name": membership.group.name,
            "action_url": site_url("groups:group", membership.group_id),
            "action_label": _("Open the group"),
        }
    )


def build_declined(nudge, now):
    """To the newcomer, who has no way into the group any more: there is nothing to open."""
    membership = _membership(nudge, ended_as=Membership.Ending.DECLINED, person=nudge.recipient_id)
    return Message({"group_name": membership.group.name})


def build_turned_away(nudge, now):
    """To a facilitator, as long as they are one of this group."""
    membership = _membership(nudge, ended_as=Membership.Ending.DECLINED)
    facilitators = charter_selectors.reading_facilitators([membership.group_id])
    if not facilitators.filter(person=nudge.recipient_id).exists():
        raise NotWanted("Somebody else facilitates the group now.")
    return Message(
        {
            "group_name": membership.group.name,
            "newcomer": membership.person.name,
            "action_url": site_url("groups:group", membership.group_id),
            "action_label": _("Open the group"),
        }
    )


def _membership(nudge, **still):
    # Of a person the worker may read no more than the name.
    columns = ("group__name", "person__name", "group_id", "person_id")
    rows = Membership.objects.select_related("group", "person").only(*columns)
    membership = rows.filter(pk=nudge.context["membership"], **still).first()
    if membership is None:
        raise NotWanted("The membership changed meanwhile.")
    return membership
