"""The conditions that this app's tables share."""

from django.db.models import F, Q

from common.fences import MEMBER, SELF, Grant, Policy, may_read
from groups.models import (
    EVER_MINE,
    FENCE,
    MY_GROUP,
    MY_MEMBERSHIP,
    reading_group,
    since_i_came,
)

OWN_IN_GROUP = f"{MY_GROUP} AND {MY_MEMBERSHIP}"


GROUP_FENCE = {MEMBER: FENCE[MEMBER]}


# Whoever came later sees what is open now, and what was closed after they came.
OPEN_OR_SINCE_I_CAME = f"(closed_at IS NULL OR {since_i_came('closed_at')})"


# Deleted when their author erases them; what a goal holds goes before it.
OWN_FOR_GOOD = [may_read(SELF, EVER_MINE), Policy(SELF, "DELETE", EVER_MINE)]


TAKE_OR_ERASE = Grant(SELF, ("SELECT", "DELETE"))


def own(person):
    """The condition for rows of the person's own open memberships."""
    return Q(membership__person=person, membership__left_at=None)


def open_or_since(person):
    """Conditions for one ``filter()``: rows open now, or closed after the person came to the group."""
    readable, since = reading_group(person, since=F("closed_at"))
    return [readable, Q(closed_at=None) | since]
