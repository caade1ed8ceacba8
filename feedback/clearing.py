"""What the page of a session shows of flags to clear the air."""

from django.urls import reverse

from feedback import permissions
from feedback.selectors.air import waiting_flags
from groups.models import Membership
from sessions import clearing
from sessions.clearing import Clearing


def tell(membership: Membership) -> Clearing:
    """One query, and no key: nothing is opened."""
    may_raise = permissions.can_raise_flag(membership)
    return Clearing(
        waiting=waiting_flags(membership),
        url=reverse("feedback:air", args=[membership.group_id]),
        raise_url=reverse("feedback:air_raise", args=[membership.group_id]) if may_raise else "",
    )


def register():
    clearing.register(tell)
