"""What a group agrees: other words for its charter, saying no, opening the past; and the messages about it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from common import audit, doors
from common.once import AlreadyWritten, insert_once
from groups import charter_selectors, selectors
from groups.charter_words import clauses_of, packed, words_of
from groups.models import Charter, Membership
from groups.permissions import can_change_charter
from groups.services import joining
from nudges.models import Nudge
from nudges.services import owe

CHARTER_UNSIGNED = "charter_unsigned"
NEWCOMER_ADMITTED = "newcomer_admitted"
NEWCOMER_DECLINED = "newcomer_declined"
NEWCOMER_TURNED_AWAY = "newcomer_turned_away"
# Asked at once when the charter changed after one came, then after these, then never again.
ASK_AGAIN = (timedelta(days=3), timedelta(days=7))
ASK_UNTIL = timedelta(days=10)
TELL_UNTIL = timedelta(days=3)


class GroupHasEnded(Exception):
    """In a group that has ended nobody writes any more."""


class WordsWaiting(Exception):
    """Other words were proposed already; they are signed by all, or declined, before there are newer ones."""


class NothingChanged(Exception):
    """These are the words that count already."""


class NothingToDecline(Exception):
    """It was decided meanwhile: admitted, signed by all, declined, gone."""


@transaction.atomic
def propose_words(*, membership: Membership, key: UUID, clauses: list[tuple[str, str]], read: str) -> Charter:
    """Make a new version with these words; who proposes it signs it by that.

    ``read`` tells, as text, which words they began from (``words_of``): a newcomer who came meanwhile does not matter.
    Raises GroupHasEnded, CharterChanged, WordsWaiting, NothingChanged, AlreadyWritten.
    """
    if not can_change_charter(membership):
        raise GroupHasEnded
    group = membership.group
    doors.call("lock_charter", group.pk)
    state = charter_selectors.charter_state(group, selectors.people_of(group), membership)
    if any(charter.pk == key for charter in state.versions):
        raise AlreadyWritten
    if state.has_new_words:
        raise WordsWaiting
    if read != str(words_of(state.newest)):
        raise joining.CharterChanged
    if clauses == clauses_of(state.newest):
        raise NothingChanged
    charter = Charter(
        pk=key,
        organization_id=group.organization_id,
        group=group,
        version=state.versions[0].version + 1,
        text_key=state.newest.text_key,
        written_by=membership,
    )
    charter.clauses = packed(clauses)
    insert_once(charter)
    audit.record(
        "charter_proposed",
        circle=audit.Circle.GROUP,
        organization_id=group.organization_id,
        group_id=group.pk,
        version=charter.version,
    )
    joining.sign_charter(charter=charter, read=str(charter.pk))
    return charter


def decline_words(*, charter: Charter) -> None:
    """The group says no to the words of this version. Who said it is kept nowhere. Raises NothingToDecline."""
    if not doors.call("decline_charter", charter.pk):
        raise NothingToDecline


def decline_newcomer(*, newcomer: Membership) -> None:
    """The group does not admit somebody. Who said it is kept nowhere. Raises NothingToDecline."""
    if not doors.call("decline_newcomer", newcomer.pk):
        raise NothingToDecline


def agree_to_past(*, newcomer: Membership) -> bool:
    """The acting person agrees that a newcomer reads what was written before; whether it is still to be decided."""
    return doors.call("agree_to_past", newcomer.pk)


def take_back_past(*, newcomer: Membership) -> bool:
    """The acting person no longer agrees; whether there was something to take back. An open past stays open."""
    return doors.call("take_back_past", newcomer.pk)


def words_in_force(state: charter_selectors.CharterState) -> list[tuple[str, str]]:
    """The clauses that count now, beside those that were proposed."""
    held = words_of(state.in_force)
    return clauses_of(next((one for one in state.versions if one.pk == held), state.in_force))


# Messages: made by the worker from facts; safe to run again, and twice at once ----------------------------------------


def plan_charter_nudges(*, now: datetime) -> None:
    """Owe what is due about charters: a signature that is missing, and what a group decided about a newcomer."""
    owe(_signatures_missing(now))
    admitted = charter_selectors.admitted_since(now - TELL_UNTIL)
    owe(_nudge(NEWCOMER_ADMITTED, one, one, now) for one in admitted.iterator(chunk_size=500))
    owe(_declined(now))


def _signatures_missing(now) -> Iterator[Nudge]:
    for one in charter_selectors.unsigned_since(now - ASK_UNTIL).iterator(chunk_size=500):
        waited = now - one.asked_at
        times = sum(waited >= pause for pause in ASK_AGAIN)
        if times or one.is_new_to_them:
            about = f"{one.charter_id}:{one.asked_at:%Y%m%d%H%M%S}:{times}"
            yield _nudge(CHARTER_UNSIGNED, one, one, now, about=about, charter=str(one.charter_id))


def _declined(now) -> Iterator[Nudge]:
    declined = list(charter_selectors.declined_since(now - TELL_UNTIL))
    facilitators = {}
    for one in charter_selectors.reading_facilitators({one.group_id for one in declined}):
        facilitators.setdefault(one.group_id, []).append(one)
    for newcomer in declined:
        yield _nudge(NEWCOMER_DECLINED, newcomer, newcomer, now)
        for facilitator in facilitators.get(newcomer.group_id, []):
            yield _nudge(NEWCOMER_TURNED_AWAY, newcomer, facilitator, now, about=str(facilitator.pk))


def _nudge(kind, membership, to, now, *, about="", **context):
    return Nudge(
        organization_id=membership.organization_id,
        recipient_id=to.person_id,
        kind=kind,
        dedupe_key=f"{kind}:{membership.pk}:{about}".rstrip(":"),
        context={"membership": str(membership.pk), **context},
        send_after=now,
    )
