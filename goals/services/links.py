"""Checking in by the link of a mail, without signing in: it writes, and reads nothing back."""

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from accounts.models import Person
from common import doors
from common.actor import acting_as
from common.fences import MEMBER
from common.once import AlreadyWritten
from common.tokens import hash_token, token_for
from goals.models import CheckInLink, Goal
from goals.permissions import can_change_goal, is_open_to_check_ins
from goals.services.check_ins import check_in
from groups.models import Membership
from groups.services import drafts

PURPOSE = "check_in_link"
GOOD_FOR = timedelta(days=7)
KEPT_FOR = timedelta(days=30)  # after it is over


class LinkGone(Exception):
    """The link is wrong, used or old, its goal is closed, or its coachee has left."""


@dataclass(frozen=True)
class _Way:
    """What a good link leads to. Nothing of it is shown."""

    link_id: UUID
    membership: Membership
    goal: Goal

    @property
    def draft(self) -> dict:
        """Where text that is typed behind the link is kept: in the coachee's own drafts of that form."""
        return {"membership": self.membership, "place": f"goals:check_in:{self.goal.pk}", "tab": str(self.link_id)}


def make_link(*, goal, nudge_id: UUID, now: datetime) -> str:
    """The token for a mail about a goal of ``check_ins_wanted``; made again with the mail, it is the same.

    Called by the worker.
    """
    token = token_for(PURPOSE, nudge_id)
    row = CheckInLink(
        pk=nudge_id, organization_id=goal.organization_id, group_id=goal.group_id, membership_id=goal.membership_id,
        goal_id=goal.pk, token_hash=hash_token(token), expires_at=now + GOOD_FOR,
    )  # fmt: skip
    CheckInLink.objects.bulk_create([row], ignore_conflicts=True)
    return token


def forget_old_links(*, now: datetime) -> None:
    """Delete what is long over. Called by the worker; safe to run again."""
    CheckInLink.objects.filter(expires_at__lt=now - KEPT_FOR).delete()


def is_open(token: str) -> bool:
    """Whether one can check in by this link now."""
    try:
        with _on_the_way(doors.row("check_in_link", hash_token(token))):
            return True
    except LinkGone:
        return False


def check_in_by_link(*, token: str, key: UUID, **words: str) -> None:
    """Write the check-in of the link's coachee, once. The same form sent twice is one check-in. Raises LinkGone."""
    hashed = hash_token(token)
    with _on_the_way(doors.row("check_in_link", hashed) or doors.row("check_in_link", hashed, key)) as way:
        if not doors.call("use_check_in_link", hashed, key):
            raise LinkGone
        with suppress(AlreadyWritten):
            check_in(goal=way.goal, key=key, **words)
        drafts.forget_draft(**way.draft, earlier="")


def keep_behind_link(*, token: str, words: dict[str, str], now: datetime) -> None:
    """Keep what is being typed among the coachee's own drafts, where they find it once they have signed in.

    Raises LinkGone, DraftTooLong.
    """
    with _on_the_way(doors.row("check_in_link", hash_token(token))) as way:
        drafts.keep_draft(**way.draft, words=words, earlier="", now=now)


@contextmanager
def _on_the_way(found):
    """Act as the coachee to whom the link leads. Raises LinkGone."""
    if found is None:
        raise LinkGone
    link_id, person_id, group_id, goal_id = found
    with acting_as(MEMBER, person=person_id):
        membership = Membership.objects.current(person_id).select_related("group").filter(group=group_id).first()
        goal = Goal.objects.visible_to(person_id).filter(pk=goal_id, group=group_id).first()
        is_here = Person.objects.filter(pk=person_id, is_active=True).exists()
        if not (membership and goal and is_here and can_change_goal(membership, goal) and is_open_to_check_ins(goal)):
            raise LinkGone
        yield _Way(link_id, membership, goal)
