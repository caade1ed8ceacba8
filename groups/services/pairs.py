"""Pairs: inviting a colleague, answering, beginning, and deciding again on the day.

What makes a pair or ends one happens at the database's doors, on behalf of the acting person.
"""

import json
import random
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from common import doors
from common.actor import acting_as
from common.fences import MEMBER
from common.ids import new_id
from common.once import AlreadyWritten
from common.tokens import hash_token, token_for
from groups import pair_selectors
from groups.models import PairInvitation
from groups.models.pairs import open_line
from groups.names import group_names
from groups.pair_selectors import PAIR_INVITATION
from nudges.models import Nudge
from nudges.services import owe

PAIR_ANSWERED = "pair_answered"
PAIR_OPENED = "pair_opened"
INVITATION_LASTS = timedelta(days=14)
KEPT_FOR = timedelta(days=30)  # after that; the policy of the worker says the same
MOST_A_DAY = 10  # invitations of one person
MOST_TO_ONE = 3  # mails with an invitation to one address within a day, whoever invites
TELL_UNTIL = timedelta(days=3)


class AlreadyInvited(Exception):
    """An invitation of theirs to this address is under way."""


class AlreadyAPair(Exception):
    """They are a pair with the person at this address."""


class TooMany(Exception):
    """They have sent as many invitations as one person may in a day."""


class NotGood(Exception):
    """The invitation is wrong, used, withdrawn or too old, or somebody else holds it."""


@dataclass(frozen=True)
class Preview:
    """What the holder of a good token may know. ``is_waiting``: the reader has said yes, and the inviter confirms."""

    pk: UUID
    inviter: str
    inviter_email: str
    email: str
    rhythm: int
    decide_on: date
    is_own: bool
    is_waiting: bool


# Inviting ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def invite(
    *, person, key: UUID, email: str, line: str, rhythm: int, decide_on: date, now: datetime, pair_name: str = ""
) -> PairInvitation:
    """Invite a colleague by mail, or, without an address, by a link that the inviter hands over.

    A pair without a name is given one. Raises AlreadyWritten, AlreadyInvited, AlreadyAPair, TooMany.
    """
    _one_at_a_time(person)
    mine = PairInvitation.objects.visible_to(person).filter(inviter=person)
    if mine.filter(pk=key).exists():
        raise AlreadyWritten
    if mine.filter(created_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
        raise TooMany
    if any(one.is_here and one.email.lower() == email.lower() for one in pair_selectors.partners_of_mine()):
        raise AlreadyAPair
    mine.open().filter(expires_at__lte=now).update(withdrawn_at=now, line={})
    if email and mine.open().filter(email__iexact=email).exists():
        raise AlreadyInvited
    pair_name = pair_name or group_names(1, seed=random.random())[0]  # noqa: S311  # a name, not a secret
    facts = {
        "email": email, "rhythm": rhythm, "decide_on": decide_on, "timezone": person.timezone, "pair_name": pair_name
    }  # fmt: skip
    try:
        with transaction.atomic():
            return _written(person, key, line, now, facts)
    except IntegrityError:  # the id, which came with the form, is somebody else's
        return _written(person, new_id(), line, now, facts)


def _one_at_a_time(person):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"invite to pair {person.pk}"])


def _written(person, key, line, now, facts):
    invitation = PairInvitation(pk=key, inviter=person, expires_at=now + INVITATION_LASTS, **facts)
    invitation.token_hash = hash_token(token_of(invitation))
    invitation.write_line(line)
    invitation.save(force_insert=True)
    return invitation


def token_of(invitation: PairInvitation) -> str:
    """The token of an invitation. One that goes by mail is never shown to the inviter: it proves the address."""
    return token_for("pair_invitation", invitation.pk)


def withdraw(*, invitation: PairInvitation, now: datetime) -> bool:
    """Nobody comes in by it any more, and its line is gone; whether there was something to withdraw."""
    still = PairInvitation.objects.open().filter(pk=invitation.pk)
    return bool(still.update(withdrawn_at=now, line={}))


# Answering -----------------------------------------------------------------------------------------------------------


def preview(token: str, person) -> Preview | None:
    """What a good token is about, for whoever holds it, signed in or not."""
    with _as_holder(person):
        found = doors.row("pair_invitation_preview", hash_token(token))
    return Preview(*found) if found else None


def _as_holder(person):
    """Two of these doors open before there is an account, and say more to somebody they know."""
    return acting_as(MEMBER, person=person) if person.is_authenticated else nullcontext()


def line_for(token: str, person, pk: UUID) -> str:
    """The personal line, for the person at the invited address; empty for anybody else. Raises SealBroken."""
    with acting_as(MEMBER, person=person):
        line = doors.call("pair_invitation_line", hash_token(token))
    return open_line(pk, json.loads(line)) if line else ""


def answer(*, token: str, rhythm: int) -> tuple[str, UUID | None]:
    """The acting person says yes: (what became of it, the pair). Raises NotGood.

    *opened*; *already*, where they are a pair; *waiting* for the inviter's word; *own*, nobody answers themselves.
    """
    outcome, pair = doors.row("answer_pair_invitation", hash_token(token), rhythm)
    if outcome == "gone":
        raise NotGood
    return outcome, pair


def decline(*, token: str, person) -> None:
    """Whoever holds the token says no, signed in or not, without a reason. Raises NotGood."""
    with _as_holder(person):
        if not doors.call("decline_pair_invitation", hash_token(token)):
            raise NotGood


def confirm(*, invitation: PairInvitation) -> UUID:
    """The acting inviter lets in who holds their invitation: the pair. Raises NotGood."""
    pair = doors.call("confirm_pair_invitation", invitation.pk)
    if pair is None:
        raise NotGood
    return pair


# Messages: made by the worker from facts; safe to run again, and twice at once ----------------------------------------


def forget_old_invitations(*, now: datetime) -> None:
    """Whom somebody invited, and with which words, is forgotten when nobody took it up. For the worker."""
    old = PairInvitation.objects.filter(accepted_at=None, expires_at__lt=now - KEPT_FOR)
    old.delete()


def plan_pair_nudges(*, now: datetime) -> None:
    """Owe the mails with an invitation, and the word to each side about what became of one."""
    owe(_invitations(now))
    owe(_answers(now))


def _invitations(now) -> Iterator[Nudge]:
    """One mail for each; to an address that many invite at once the others go out on the next days, while they work.

    No inviter hears of it: it would say that others invite the same person.
    """
    lately = pair_selectors.addresses_mailed_since(now - timedelta(days=1))
    for one in pair_selectors.invitations_to_mail(now).iterator(chunk_size=500):
        address = one.email.lower()
        if not one.is_owed and lately[address] < MOST_TO_ONE:
            lately[address] += 1
            yield _nudge(PAIR_INVITATION, one, now, email=one.email)


def _answers(now) -> Iterator[Nudge]:
    for one in pair_selectors.answered_since(now - TELL_UNTIL).iterator(chunk_size=500):
        what = "accepted" if one.accepted_at else "declined" if one.declined_at else "claimed"
        yield _nudge(PAIR_ANSWERED, one, now, about=what, recipient_id=one.inviter_id)
        if one.accepted_at and one.accepted_at > one.claimed_at:  # they waited for the inviter's word
            yield _nudge(PAIR_OPENED, one, now, recipient_id=one.claimed_by_id)


def _nudge(kind, invitation, now, *, about="", **to):
    return Nudge(
        kind=kind,
        dedupe_key=f"{kind}:{invitation.pk}:{about}".rstrip(":"),
        context={"invitation": str(invitation.pk)} | ({"what": about} if about else {}),
        send_after=now,
        **to,
    )
