"""Reads about charters: where a group stands with its own, who waits at its door, what is owed about it."""

from dataclasses import dataclass

from django.db.models import Exists, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Greatest

from groups.charter_words import in_force, words_of
from groups.models import Charter, CharterSignature, CoachingGroup, Membership, PastConsent
from groups.permissions import opens_to_newcomer


@dataclass(frozen=True)
class CharterState:
    """Where a group stands with its charter, for somebody who reads the group.

    ``versions`` newest first; ``newest`` is the one to sign, ``in_force`` the one that counts; ``signatures`` by the
    charter's id; ``waited_for`` are those of the group and at its door who have not signed the newest; ``newcomers``
    wait at the door, each with ``opens``, what they would read; ``has_signed`` is about the reader.
    """

    versions: list
    newest: Charter
    in_force: Charter
    signatures: dict
    waited_for: list
    newcomers: list
    has_signed: bool

    @property
    def newest_signatures(self):
        return self.signatures.get(self.newest.pk, [])

    @property
    def has_new_words(self):
        """Words were proposed that do not count yet."""
        return words_of(self.newest) != words_of(self.in_force)

    @property
    def proposal(self):
        """The version that holds the words that do not count yet, or None."""
        held = words_of(self.newest) if self.has_new_words else None
        return next((charter for charter in self.versions if charter.pk == held), None)


def charter_state(group, people, membership):
    """The group's CharterState for this membership, made of ``people_of(group)`` and two queries."""
    versions = list(charters_of(group))
    signatures, pairs = {}, set()
    signed = CharterSignature.objects.filter(group=group).select_related("membership__person")
    for one in signed.order_by("signed_at", "pk"):
        signatures.setdefault(one.charter_id, []).append(one)
        pairs.add((one.charter_id, one.membership_id))
    newest = next(charter for charter in versions if charter.withdrawn_at is None)
    newcomers = [one for one in people if not one.admitted_at and not one.is_founding]
    for one in newcomers:
        one.opens = opens_to_newcomer(one.person.name)
    return CharterState(
        versions=versions,
        newest=newest,
        in_force=in_force(versions, {one.pk for one in people if one.admitted_at}, pairs),
        signatures=signatures,
        waited_for=[one for one in people if (newest.pk, one.pk) not in pairs],
        newcomers=newcomers,
        has_signed=(newest.pk, membership.pk) in pairs,
    )


def charters_of(group):
    """The versions of the group's charter, newest first, without their words, each with its newcomer's name loaded."""
    return Charter.objects.facts().filter(group=group).select_related("made_for__person").order_by("-version", "pk")


def newcomers_of(group):
    """Everybody who came to the group after it had begun, with person loaded: waiting, admitted and gone."""
    return (
        Membership.objects.filter(group=group, is_founding=False).select_related("person").order_by("joined_at", "pk")
    )


def closed_pasts(group, people, membership):
    """For each who came later and whose past is closed: who agreed to open it, and who is still to be asked.

    One's own place among them is left out: a newcomer learns only that it is closed. One query.
    """
    agreed = {}
    for consent in PastConsent.objects.filter(group=group):
        agreed.setdefault(consent.newcomer_id, set()).add(consent.membership_id)
    readers = [one for one in people if one.admitted_at]
    return [
        {
            "newcomer": newcomer,
            "agreed": [one for one in readers if one.pk in agreed.get(newcomer.pk, ())],
            "missing": [one for one in readers if one.pk not in agreed.get(newcomer.pk, ()) and one.pk != newcomer.pk],
            "is_agreed": membership.pk in agreed.get(newcomer.pk, ()),
        }
        for newcomer in readers
        if newcomer.reads_from and newcomer.pk != membership.pk
    ]


# What the charter's messages are about: facts for the worker --------------------------------------------------------


def unsigned_since(moment):
    """Open memberships that were asked to sign after ``moment`` and have not, in groups that go on.

    Each with ``charter_id``, the version to sign; ``asked_at``, when it came to wait for them; and ``is_new_to_them``:
    it came after they did. A version waits again when a later one is withdrawn.
    """
    newest = Charter.objects.standing().filter(group=OuterRef("group"))
    later = Charter.objects.filter(group=OuterRef("group"), version__gt=OuterRef("charter_version"))
    withdrawn = later.order_by().values("group").annotate(last=Max("withdrawn_at")).values("last")
    signed = CharterSignature.objects.filter(membership=OuterRef("pk"), charter=OuterRef("charter_id"))
    lately = Charter.objects.filter(Q(created_at__gt=moment) | Q(withdrawn_at__gt=moment)).values("group")
    return (
        Membership.objects.filter(Q(joined_at__gt=moment) | Q(group__in=lately))
        .filter(left_at=None, group__state=CoachingGroup.State.ACTIVE)
        .annotate(
            charter_id=Subquery(newest.values("pk")[:1]),
            charter_version=Subquery(newest.values("version")[:1]),
            charter_at=Subquery(newest.values("created_at")[:1]),
        )
        .annotate(asked_again_at=Greatest("charter_at", Subquery(withdrawn)))
        .annotate(asked_at=Greatest("asked_again_at", "joined_at"))
        .filter(~Exists(signed), asked_at__gt=moment)
        .annotate(is_new_to_them=Q(asked_again_at__gt=F("joined_at")))
        .order_by("pk")
    )


def admitted_since(moment):
    """Newcomers whom a group admitted after ``moment``."""
    return Membership.objects.filter(left_at=None, is_founding=False, admitted_at__gt=moment).order_by("pk")


def declined_since(moment):
    """Newcomers to whom a group said no after ``moment``."""
    return Membership.objects.filter(ended_as=Membership.Ending.DECLINED, left_at__gt=moment).order_by("pk")


def reading_facilitators(groups):
    """Who facilitates these groups now and has been admitted."""
    return Membership.objects.reading().filter(group__in=groups, role=Membership.Role.FACILITATOR).order_by("pk")
