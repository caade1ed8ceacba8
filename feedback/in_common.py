"""What pages of groups and sessions show of what members have in common, before they first meet."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from feedback import permissions
from feedback.selectors.introductions import has_met, in_common_of
from groups import in_common
from groups.in_common import InCommon
from groups.models import Membership

SENTENCES = 5


def tell(membership: Membership, *, facilitators: Sequence[str] | None, now: datetime) -> InCommon:
    """Until the first session is over, sentences; then the address. Two queries, and the group's key; then one."""
    url = reverse("feedback:in_common", args=[membership.group_id])
    if has_met(membership.group, now):
        return InCommon((), "", url, "", is_before_first=False)
    found = in_common_of(membership)
    may_share = permissions.can_introduce(membership) and found.own is None
    rows = [*found.comparison.common, *found.comparison.apart]
    return InCommon(
        sentences=[row.sentence for row in rows[:SENTENCES]],
        circle=permissions.who_reads_introduction(facilitators),
        url=url,
        share_url=reverse("feedback:introduce", args=[membership.group_id]) if may_share else "",
        is_before_first=True,
    )


def register():
    in_common.register(tell)
