"""Who can be written to and asked."""

from groups.models import Membership


class NotAPeer(Exception):
    """One writes to, and asks, somebody else who reads the group now."""


def is_peer(one: Membership, membership: Membership) -> bool:
    """Whether ``one`` is somebody else who reads the member's group now."""
    is_reading = one.admitted_at is not None and one.left_at is None
    return is_reading and one.group_id == membership.group_id and one.pk != membership.pk
