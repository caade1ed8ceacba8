"""Reads about pairs: with whom, what was agreed, which invitations are under way, and what is owed about them."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Cast, Concat

from groups.models import CoachingGroup, Membership, PairInvitation, PairTerms
from nudges.models import Nudge

PAIR_INVITATION = "pair_invitation"  # the kind of its mail


@dataclass(frozen=True)
class Partner:
    """The other one of a pair of the acting person; ``is_here`` until they go."""

    group_id: UUID
    name: str
    email: str
    is_here: bool


@dataclass(frozen=True)
class Claim:
    """Who holds an invitation of the acting person and waits for their word."""

    invitation: UUID
    name: str
    email: str


def partners_of_mine() -> list[Partner]:
    """The other one of each pair that the acting person is in, signed or not. One query."""
    return [Partner(*row) for row in _rows("my_partners")]


def partner_in(group: CoachingGroup) -> Partner | None:
    """The other one of this pair; None in a group that is none."""
    if group.kind != CoachingGroup.Kind.PAIR:
        return None
    return next((one for one in partners_of_mine() if one.group_id == group.pk), None)


def _rows(function):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {function}()")  # noqa: S608  # never from outside
        return cursor.fetchall()


def open_invitations_of(person, now):
    """Invitations the person sent that can still be answered, the last first, each with its ``claim`` or None."""
    claims = {row[0]: Claim(*row) for row in _rows("my_pair_claims")}
    sent = PairInvitation.objects.visible_to(person).open().filter(inviter=person, expires_at__gt=now)
    sent = list(sent.order_by("-created_at", "pk"))
    for one in sent:
        one.claim = claims.get(one.pk)
    return sent


def line_to(person, group: CoachingGroup) -> str:
    """The personal line with which this person was invited to the pair; empty for who sent it. Raises SealBroken."""
    came_by = PairInvitation.objects.visible_to(person).filter(claimed_by=person, group_id=group.pk).first()
    return came_by.read_line() if came_by else ""


def pairs_of(person):
    """The person's open memberships in pairs, with group, and ``partner`` and ``decide_on`` of what counts."""
    partners = {one.group_id: one for one in partners_of_mine()}
    counts = PairTerms.objects.agreed().filter(group=OuterRef("group"))
    rows = (
        Membership.objects.current(person)
        .filter(group__kind=CoachingGroup.Kind.PAIR)
        .select_related("group")
        .annotate(rhythm=Subquery(counts.values("rhythm")[:1]), decide_on=Subquery(counts.values("decide_on")[:1]))
        .order_by("joined_at", "pk")
    )
    rows = list(rows)
    for row in rows:
        row.partner = partners.get(row.group_id)
    return rows


def terms_of(group: CoachingGroup) -> PairTerms | None:
    """What counts in this pair now."""
    return PairTerms.objects.agreed().filter(group=group).first()


def proposal_in(group: CoachingGroup) -> PairTerms | None:
    """What one of the two has proposed and nobody has answered, with who did."""
    return PairTerms.objects.waiting().filter(group=group).select_related("proposed_by__person").first()


# Facts for the worker ------------------------------------------------------------------------------------------------


def invitations_to_mail(now):
    """Open invitations to an address, the first first; ``is_owed``: there is a mail."""
    owed = Nudge.objects.filter(dedupe_key=Concat(Value(f"{PAIR_INVITATION}:"), Cast(OuterRef("pk"), TextField())))
    return (
        PairInvitation.objects.facts()
        .open()
        .exclude(email="")
        .filter(expires_at__gt=now, claimed_by=None)
        .annotate(is_owed=Exists(owed))
        .order_by("created_at", "pk")
    )


def addresses_mailed_since(moment) -> Counter:
    """How many mails with an invitation to a pair each address was owed after ``moment``, sent or on their way."""
    owed = Nudge.objects.filter(kind=PAIR_INVITATION, send_after__gt=moment).exclude(state=Nudge.State.DROPPED)
    return Counter(address.lower() for address in owed.values_list("email", flat=True).iterator(chunk_size=2000))


def answered_since(moment):
    """Invitations that were claimed, accepted or declined after ``moment``."""
    lately = Q(claimed_at__gt=moment) | Q(accepted_at__gt=moment) | Q(declined_at__gt=moment)
    return PairInvitation.objects.facts().filter(lately, withdrawn_at=None).order_by("pk")


def _going_on():
    reading = Membership.objects.reading()
    return reading.filter(group__kind=CoachingGroup.Kind.PAIR, group__state=CoachingGroup.State.ACTIVE)


def members_to_decide(today: date):
    """Open memberships of pairs that go on and whose day has come, each with ``terms_id`` and ``decide_on``."""
    counts = PairTerms.objects.agreed().filter(group=OuterRef("group"))
    return (
        _going_on()
        .annotate(terms_id=Subquery(counts.values("pk")[:1]), decide_on=Subquery(counts.values("decide_on")[:1]))
        .filter(decide_on__lte=today)
        .order_by("pk")
    )


def proposals_since(moment):
    """(terms, the membership that is to answer) of what was proposed after ``moment`` and waits."""
    waiting = list(PairTerms.objects.waiting().filter(proposed_at__gt=moment).order_by("pk"))
    asked = {}
    for one in _going_on().filter(group__in=[terms.group_id for terms in waiting]):
        asked.setdefault(one.group_id, []).append(one)
    return [
        (terms, one) for terms in waiting for one in asked.get(terms.group_id, []) if one.pk != terms.proposed_by_id
    ]


def left_alone_since(moment):
    """Open memberships in pairs that the other one has ended after ``moment``."""
    ended = {"group__kind": CoachingGroup.Kind.PAIR, "group__ended_at__gt": moment}
    return Membership.objects.filter(left_at=None, **ended).order_by("pk")
