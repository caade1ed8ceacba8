"""Reads about who comes to groups and who went: past members, open seats and invitations."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce, Now
from django.db.models.lookups import LessThan, LessThanOrEqual

from accounts.models import Organization
from common.actor import acting_as
from common.fences import SELF
from groups.endings import ending_in_words
from groups.models import CoachingGroup, Invitation, Membership
from groups.selectors import facilitators_of

AWAITED = timedelta(days=7)  # so long after the invitation somebody counts as on their way


def _count(queryset):
    """How many rows each group has of these."""
    counted = queryset.order_by().values("group").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


# Who was there -------------------------------------------------------------------------------------------------------


def past_people_of(group):
    """Memberships that ended of people who read the group once and are not in it now, the last first, with person."""
    here = Membership.objects.filter(group=group, person=OuterRef("person"), left_at=None)
    return (
        Membership.objects.filter(~Exists(here), group=group, left_at__isnull=False, admitted_at__isnull=False)
        .select_related("person")
        .order_by("-left_at", "pk")
    )


def size_of(group):
    """What a group is told of itself: ``members``, ``size_min``, ``has_lost`` one, and its office's ``slug``."""
    members = Membership.objects.filter(group=OuterRef("pk"), role=Membership.Role.MEMBER)
    return (
        CoachingGroup.objects.filter(pk=group.pk)
        .annotate(
            members=_count(members.filter(left_at=None)),
            has_lost=Exists(members.filter(left_at__isnull=False)),
        )
        .values("members", "has_lost", size_min=F("program__size_min"), slug=F("organization__slug"))
        .get()
    )


@dataclass(frozen=True)
class PastPlace:
    """One's own membership that has ended, with its group's name, which is empty for who never read the group."""

    membership: Membership
    group: str
    organization: str
    what_happened: str


def past_places_of(person, pk=None):
    """The person's own ended memberships, or one of them, the last first; read in the role of one's own words."""
    with acting_as(SELF, person=person):
        rows = Membership.objects.filter(person=person, left_at__isnull=False)
        rows = list((rows.filter(pk=pk) if pk else rows).order_by("-left_at", "pk"))
        # Names one by one: a group at whose door one only stood is hidden here, and a join would drop its row.
        groups = CoachingGroup.objects.only("name").in_bulk([row.group_id for row in rows])
        names = dict(
            Organization.objects.filter(pk__in=[row.organization_id for row in rows]).values_list("pk", "name")
        )
        return [
            PastPlace(
                membership=row,
                group=groups[row.group_id].name if row.admitted_at else "",
                organization=names[row.organization_id],
                what_happened=ending_in_words(row),
            )
            for row in rows
        ]


# Offices: a group that is there ---------------------------------------------------------------------------------------


def groups_of_program(program):
    """Published groups by name, each with its numbers, as in ``with_numbers``, and ``facilitators`` loaded."""
    facilitators = Membership.objects.filter(left_at=None, role=Membership.Role.FACILITATOR)
    facilitators = facilitators.select_related("person").order_by("person__name", "pk")
    groups = with_numbers(CoachingGroup.objects.filter(program=program))
    return groups.prefetch_related(Prefetch("memberships", facilitators, to_attr="facilitators")).order_by("name", "pk")


def with_numbers(groups):
    """Groups with ``invited``, ``joined`` and ``signed`` counts, and whether each ``is_small``.

    ``waiting`` are open invitations, ``expected`` those of the last days. Small is a group that goes on and would be
    below its program's minimum even if all who are expected came: whoever was invited long ago may never come.
    """
    members = Membership.objects.filter(group=OuterRef("pk"), left_at=None, role=Membership.Role.MEMBER)
    invitations = Invitation.objects.filter(group=OuterRef("pk"), withdrawn_at=None)
    waiting = invitations.filter(accepted_at=None, expires_at__gt=Now())
    return groups.annotate(
        invited=_count(invitations),
        joined=_count(members),
        signed=_count(members.filter(admitted_at__isnull=False)),
        waiting=_count(waiting),
        expected=_count(waiting.filter(created_at__gt=Now() - AWAITED)),
        is_small=ExpressionWrapper(
            Q(LessThan(F("joined") + F("expected"), F("program__size_min")), state=CoachingGroup.State.ACTIVE),
            BooleanField(),
        ),
    )


def has_begun(group):
    """Whether anybody has read the group: whoever comes now has to be admitted."""
    return Membership.objects.filter(group=group, admitted_at__isnull=False).exists()


def _is_past(moment):
    return ExpressionWrapper(Q(LessThanOrEqual(moment, Now())), BooleanField())


def open_invitations_to(group):
    """Invitations nobody has used or withdrawn, expired ones included, by name, with the participant loaded.

    ``is_overdue`` once they are awaited no longer, ``has_expired`` once the link works no longer.
    """
    return (
        Invitation.objects.filter(group=group, accepted_at=None, withdrawn_at=None)
        .select_related("participant")
        .annotate(is_overdue=_is_past(F("created_at") + AWAITED), has_expired=_is_past(F("expires_at")))
        .order_by("participant__name", "pk")
    )


def nameable_facilitators(group, organization):
    """People with the facilitator's duty who are not in the group, by name."""
    here = Membership.objects.filter(group=group, person=OuterRef("pk"), left_at=None)
    return facilitators_of(organization).filter(~Exists(here))


def with_last_group(participants):
    """Participants by name, each with ``last_group``: the name of the one they were in last."""
    last = Membership.objects.filter(participant=OuterRef("pk")).order_by("-joined_at").values("group__name")[:1]
    return participants.annotate(last_group=Subquery(last)).order_by("name", "pk")
