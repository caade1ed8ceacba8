"""Owing, claiming and delivering messages, and who does not want which."""

from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from common import doors
from common.actor import acting_as
from common.fences import WORKER
from nudges import links
from nudges.hours import end_of_rest, zone_named
from nudges.kinds import NotWanted, kind_named, kinds_with_label
from nudges.mail import compose
from nudges.models import Nudge, Unsubscription, WorkerPulse
from nudges.transport import Away, MailTransport, NotNow, Refused

FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(minutes=30)
MOST_ATTEMPTS = 24  # half a day at these delays
# Longer than a task may last (CELERY_TASK_TIME_LIMIT), so that its worker is gone.
STUCK_AFTER = timedelta(minutes=15)

State = Nudge.State
log = structlog.get_logger("colloquy.nudges")


# Owing ---------------------------------------------------------------------------------------------------------------


def owe(nudges):
    """Owe these messages; those whose ``dedupe_key`` is owed already are left alone. Safe to run again."""
    batch = []
    for nudge in nudges:
        batch.append(nudge)
        if len(batch) == 500:
            Nudge.objects.bulk_create(batch, ignore_conflicts=True)
            batch = []
    if batch:
        Nudge.objects.bulk_create(batch, ignore_conflicts=True)


def word_about(row, kind, *, to, name, at):
    """The one message of this kind about a row, not to be sent before ``at``.

    ``to`` is the id of the person; the row's id stands in the context under ``name``.
    """
    return Nudge(
        organization_id=row.organization_id,
        recipient_id=to,
        kind=kind,
        dedupe_key=f"{kind}:{row.pk}",
        context={name: str(row.pk)},
        send_after=at,
    )


# Claiming ------------------------------------------------------------------------------------------------------------


def claim(*, now, limit=100):
    """Take up to ``limit`` due nudges for this worker and mark them as being sent; their ids, soonest due first."""
    with acting_as(WORKER):
        due = Nudge.objects.filter(state=State.PENDING, send_after__lte=now).order_by("send_after", "pk")
        ids = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit])
        Nudge.objects.filter(pk__in=ids).update(state=State.SENDING, attempts=F("attempts") + 1, claimed_at=now)
    return ids


def release_stuck(*, now, transport=None, limit=500):
    """Let go of what a lost worker left half done, unless the transport says that it was sent; how many.

    Over plain SMTP nobody can say, so the mail that was under way when the worker died may be sent a second time, with
    the same Message-ID.
    """
    transport = transport or MailTransport()
    with acting_as(WORKER):
        stuck = Nudge.objects.filter(state=State.SENDING, claimed_at__lte=now - STUCK_AFTER).order_by("claimed_at")
        stuck = list(stuck.select_for_update(skip_locked=True)[:limit])
        for nudge in stuck:
            if transport.was_sent(nudge):
                _close(nudge, State.SENT, now=now)
            else:
                _try_later(nudge, "The worker was lost", now=now, delay=timedelta(0))
    return len(stuck)


# Delivering ----------------------------------------------------------------------------------------------------------


def deliver(ids, *, now, transport=None):
    """Send what this worker has claimed, as far as it is still wanted; whether the mail server could be reached.

    Each row is locked while its mail is on the way, so that of two workers that believe to have claimed it one sends.
    When the server is away, what has not been tried is owed as before.
    """
    waiting = list(ids)
    with transport or MailTransport() as transport:
        while waiting:
            if not _deliver_one(waiting.pop(0), now=now, transport=transport):
                _give_back(waiting)
                return False
    return True


def _deliver_one(nudge_id, *, now, transport):
    with acting_as(WORKER):
        claimed = Nudge.objects.filter(pk=nudge_id, state=State.SENDING).select_related("recipient")
        # Of a person the worker may read no more than this.
        claimed = claimed.only(*_OWN_COLUMNS, *(f"recipient__{column}" for column in _PERSON_COLUMNS))
        nudge = claimed.select_for_update(of=("self",), skip_locked=True).first()
        if nudge is None:  # another worker has it in hand, or has sent it
            return True
        return _act_on(nudge, now=now, transport=transport)


_OWN_COLUMNS = [field.name for field in Nudge._meta.concrete_fields]
_PERSON_COLUMNS = ["id", "email", "name", "timezone", "is_active"]


def _act_on(nudge, *, now, transport):
    """Send it or say why not; False when the mail server is away."""
    try:
        with transaction.atomic():  # a mistake in a kind spoils its own part of the transaction only
            mail = _prepare(nudge, now=now)
    except _Resting as rest:
        _put_off(nudge, rest.until, attempts=F("attempts") - 1)
    except NotWanted as why:
        _close(nudge, State.DROPPED, reason=str(why))
    except _TooLate:
        # What could not be sent in time has failed; what nobody asked for in time is merely over.
        _close(nudge, State.FAILED if nudge.reason else State.DROPPED, reason=f"Too late. {nudge.reason}".strip())
    except Exception as error:  # any mistake of any kind: the others must go out
        log.error("nudge_not_made", nudge=str(nudge.pk), kind=nudge.kind, error=type(error).__name__)
        _try_later(nudge, f"It could not be made: {type(error).__name__}", now=now)
    else:
        return _hand_over(nudge, mail, now=now, transport=transport)
    return True


def _hand_over(nudge, mail, *, now, transport):
    try:
        transport.send(mail)
    except Refused as why:
        _close(nudge, State.FAILED, reason=f"The mail server refused it: {why}")
    except NotNow as why:
        _try_later(nudge, f"The mail server did not take it: {why}", now=now)
    except Away as why:
        log.warning("mail_server_away", error=str(why))
        # Nobody was asked about this mail: it does not use up its attempts, however long the server is away.
        tried = min(nudge.attempts, MOST_ATTEMPTS // 2)
        _put_off(nudge, now + _delay(tried), attempts=tried, reason=f"The mail server was away: {why}")
        return False
    else:
        _close(nudge, State.SENT, now=now)
    return True


class _Resting(Exception):
    def __init__(self, until):
        self.until = until


class _TooLate(Exception):
    pass


def _prepare(nudge, *, now):
    """Check again that it is wanted, now, by this person; then the mail. The order spares work, and rows that rest."""
    kind = kind_named(nudge.kind)
    if now - (nudge.first_due_at or nudge.send_after) > kind.good_for:
        raise _TooLate
    person = nudge.recipient
    address = person.email if person else nudge.email
    if person and not person.is_active or not address:
        raise NotWanted("The account is closed")
    if kind.label and Unsubscription.objects.filter(email__iexact=address, kind=kind.name).exists():
        raise NotWanted("Unsubscribed")
    zone = zone_named(person.timezone if person else "")
    if kind.label and person and (until := end_of_rest(now, zone)):
        raise _Resting(until)
    with timezone.override(zone):
        return compose(nudge=nudge, kind=kind, message=kind.build(nudge, now), address=address)


def _close(nudge, state, *, reason="", now=None):
    log.info("nudge", nudge=str(nudge.pk), kind=nudge.kind, state=str(state), reason=reason)
    Nudge.objects.filter(pk=nudge.pk).update(state=state, reason=reason[:200], sent_at=now)


def _try_later(nudge, reason, *, now, delay=None):
    if nudge.attempts >= MOST_ATTEMPTS:
        _close(nudge, State.FAILED, reason=f"{reason}, {nudge.attempts} times")
    else:
        _put_off(nudge, now + (_delay(nudge.attempts) if delay is None else delay), reason=reason)


def _put_off(nudge, until, **changes):
    Nudge.objects.filter(pk=nudge.pk).update(
        state=State.PENDING, send_after=until, first_due_at=Coalesce("first_due_at", "send_after"), **changes
    )


def _give_back(ids):
    """Owed as before the claim."""
    with acting_as(WORKER):
        claimed = Nudge.objects.filter(pk__in=ids, state=State.SENDING)
        claimed.update(state=State.PENDING, attempts=F("attempts") - 1, claimed_at=None)


def _delay(attempts):
    return min(FIRST_DELAY * 2 ** max(attempts - 1, 0), LONGEST_DELAY)


# The worker's pulse --------------------------------------------------------------------------------------------------


def beat_heart(*, now):
    """Say that the worker works; readiness looks at it."""
    with acting_as(WORKER):
        WorkerPulse.objects.bulk_create(
            [WorkerPulse(pk=1, beat_at=now)], update_conflicts=True, unique_fields=["id"], update_fields=["beat_at"]
        )


# Preferences ---------------------------------------------------------------------------------------------------------


def unsubscribe(token):
    """Stop the kind of message that the token of a mail's link names, for its address; a token not ours does nothing.

    Needs no sign-in. Twice is as good as once.
    """
    if found := links.read_unsubscribe_token(token):
        doors.call("unsubscribe", *found)


def unsubscriptions_of(person):
    """The names of the kinds that the acting person does not want."""
    return set(Unsubscription.objects.filter(email__iexact=person.email).values_list("kind", flat=True))


def set_unsubscribed(*, person, kind, unsubscribed):
    """Stop a kind of message for the acting person, or have it sent again.

    Raises ValueError for a kind that is always sent.
    """
    if kind not in {offered.name for offered in kinds_with_label()}:
        raise ValueError(f"{kind} cannot be unsubscribed.")
    if unsubscribed:
        Unsubscription.objects.bulk_create([Unsubscription(email=person.email, kind=kind)], ignore_conflicts=True)
    else:
        Unsubscription.objects.filter(email__iexact=person.email, kind=kind).delete()


@transaction.atomic
def set_wanted(*, person, wanted):
    """Of the kinds that can be stopped, send the acting person those in ``wanted`` and no others."""
    for kind in kinds_with_label():
        set_unsubscribed(person=person, kind=kind.name, unsubscribed=kind.name not in wanted)
