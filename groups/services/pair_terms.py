"""A pair decides again: new terms to which both agree, or the end; and the word to both when the day has come."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q

from common.once import AlreadyWritten, insert_once
from common.refused import refused_as
from groups import pair_selectors
from groups.models import CoachingGroup, Membership, PairTerms
from nudges.models import Nudge
from nudges.services import owe

PAIR_DECIDE = "pair_decide"
PAIR_PROPOSED = "pair_proposed"
PAIR_ENDED = "pair_ended"
ASK = (timedelta(0), timedelta(days=7))  # on the day, once more, and then never again
TELL_UNTIL = timedelta(days=3)


class PairHasEnded(Exception):
    """One of the two has ended the pair."""


class AlreadyProposed(Exception):
    """The other one has proposed something that waits for an answer."""


class AlreadyAnswered(Exception):
    """It was agreed to, or let go, meanwhile."""


@refused_as(PairHasEnded)
def propose(*, membership: Membership, key: UUID, rhythm: int, decide_on: date, now: datetime) -> PairTerms:
    """Propose how to go on; what counts stays until the other one agrees. A newer proposal of one's own replaces it.

    Raises PairHasEnded, AlreadyProposed, AlreadyWritten.
    """
    _one_at_a_time(membership.group_id)
    _must_go_on(membership)
    waiting = pair_selectors.proposal_in(membership.group)
    if waiting and waiting.pk == key:
        raise AlreadyWritten
    if waiting and waiting.proposed_by_id != membership.pk:
        raise AlreadyProposed
    PairTerms.objects.waiting().filter(group=membership.group_id).update(declined_at=now)
    terms = PairTerms(
        pk=key,
        organization_id=membership.organization_id,
        group_id=membership.group_id,
        rhythm=rhythm,
        decide_on=decide_on,
        proposed_by=membership,
        proposed_at=now,
    )
    insert_once(terms)
    return terms


def agree(*, terms: PairTerms, membership: Membership, now: datetime) -> None:
    """The other one agrees: from now on these terms count. Raises PairHasEnded, AlreadyAnswered."""
    _must_go_on(membership)
    waiting = PairTerms.objects.waiting().filter(~Q(proposed_by=membership), pk=terms.pk)
    if not waiting.update(agreed_by=membership, agreed_at=now):
        raise AlreadyAnswered


def let_go(*, terms: PairTerms, now: datetime) -> None:
    """Either lets a proposal go, without a reason; what counted before counts. Raises AlreadyAnswered."""
    if not PairTerms.objects.waiting().filter(pk=terms.pk).update(declined_at=now):
        raise AlreadyAnswered


def _must_go_on(membership):
    """Asked anew: the other one may have left while this form was written."""
    if not CoachingGroup.objects.filter(pk=membership.group_id, state=CoachingGroup.State.ACTIVE).exists():
        raise PairHasEnded


def _one_at_a_time(group_id):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"terms of {group_id}"])


# Messages: made by the worker from facts; safe to run again, and twice at once ----------------------------------------


def plan_term_nudges(*, now: datetime) -> None:
    """Owe both the question on the day, the other one word of a proposal, and whoever stays word of an end."""
    owe(_decisions(now))
    for terms, other in pair_selectors.proposals_since(now - TELL_UNTIL):
        owe([_nudge(PAIR_PROPOSED, other, now, f"{terms.pk}", terms=str(terms.pk))])
    for one in pair_selectors.left_alone_since(now - TELL_UNTIL).iterator(chunk_size=500):
        owe([_nudge(PAIR_ENDED, one, now, f"{one.group_id}")])


def _decisions(now) -> Iterator[Nudge]:
    for one in pair_selectors.members_to_decide(now.date()).iterator(chunk_size=500):
        waited = now.date() - one.decide_on
        times = sum(waited >= pause for pause in ASK)
        if waited <= ASK[-1] + TELL_UNTIL:
            yield _nudge(PAIR_DECIDE, one, now, f"{one.terms_id}:{times}", terms=str(one.terms_id))


def _nudge(kind, membership, now, about, **context):
    return Nudge(
        organization_id=membership.organization_id,
        recipient_id=membership.person_id,
        kind=kind,
        dedupe_key=f"{kind}:{membership.pk}:{about}",
        context={"membership": str(membership.pk), **context},
        send_after=now,
    )
