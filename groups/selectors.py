"""Reads about programs and groups that are joined, counted or used twice."""

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Now

from accounts.models import Duty, Person
from common.models import AuditEntry, ScopeKey
from groups.models import (
    Charter,
    CharterSignature,
    CoachingGroup,
    Invitation,
    Membership,
    OwnDesk,
    Participant,
    ParticipantProfile,
    Program,
)


def _count(queryset, key):
    return Coalesce(Subquery(queryset.order_by().values(key).annotate(n=Count("pk")).values("n")), 0)


def programs_of(organization):
    """The organization's programs, newest first, with ``people`` and ``group_count``."""
    return (
        Program.objects.filter(organization=organization)
        .annotate(
            people=_count(Participant.objects.filter(program=OuterRef("pk"), withdrawn_at=None), "program"),
            group_count=_count(CoachingGroup.objects.filter(program=OuterRef("pk")), "program"),
        )
        .order_by("-created_at", "pk")
    )


def roster_of(program):
    """The program's participants by name, each with ``group_name`` if invited, ``has_joined`` and ``is_waiting``.

    Who is neither may come to a group: theirs has ended (``group_state``), they have left it, or without ``came_at``
    they have not come and the invitation has expired.
    """
    going_on = Membership.objects.filter(
        participant=OuterRef("pk"), left_at=None, group__state=CoachingGroup.State.ACTIVE
    )
    invitations = Invitation.objects.filter(participant=OuterRef("pk"), withdrawn_at=None).order_by("-created_at")
    return (
        program.participants.filter(withdrawn_at=None)
        .select_related("profile")
        .annotate(
            group_name=Subquery(invitations.values("group__name")[:1]),
            has_joined=Exists(going_on),
            is_waiting=Exists(invitations.filter(accepted_at=None, expires_at__gt=Now())),
            came_at=Subquery(invitations.values("accepted_at")[:1]),
            group_state=Subquery(invitations.values("group__state")[:1]),
        )
        .order_by("name", "pk")
    )


def profile_counts(program):
    """How many of the roster were asked for their profile, and how many have answered: {"asked", "answered"}."""
    profiles = ParticipantProfile.objects.filter(participant__program=program, participant__withdrawn_at=None)
    return profiles.aggregate(asked=Count("pk"), answered=Count("completed_at"))


def facilitators_of(organization):
    """People who have the facilitator's duty in the organization, by name; ``most_groups`` is what each takes on."""
    people = Person.objects.filter(
        organization_roles__organization=organization, organization_roles__role=Duty.FACILITATOR, is_active=True
    )
    return people.annotate(most_groups=F("organization_roles__most_groups")).order_by("name", "pk")


def own_memberships(person):
    """The person's open memberships with group and program loaded, and how many peers read each group.

    Each with ``has_signed``, the version of the charter that is to be signed now; ``asks_for_signature``, where that is
    missing and the group goes on; and ``asked_for``: the name of the newcomer for whom the version was made, or None.
    """
    readers = Membership.objects.filter(group=OuterRef("group"), left_at=None, admitted_at__isnull=False)
    newest = Charter.objects.standing().filter(group=OuterRef("group"))
    signed = CharterSignature.objects.filter(membership=OuterRef("pk"), charter=OuterRef("newest_charter"))
    return (
        Membership.objects.current(person)
        .select_related("group__program")
        .annotate(
            readers=_count(readers, "group"),
            newest_charter=Subquery(newest.values("pk")[:1]),
            asked_for=Subquery(newest.values("made_for__person__name")[:1]),
            has_signed=Exists(signed),
            asks_for_signature=~Q(has_signed=True) & Q(group__state=CoachingGroup.State.ACTIVE),
        )
        .order_by("group__name", "pk")
    )


def own_desk(person):
    """Where the person writes what belongs to no group, under their own key; None before their first group.

    It is where they have had a key of their own for longest, and stays there when they leave; one or two queries.
    """
    own = ScopeKey.objects.filter(scope_kind=ScopeKey.Kind.PERSON, scope_id=person.pk, retired_at=None)
    found = own.order_by("created_at", "pk").values_list("organization_id", flat=True).first()
    if found is None:
        memberships = Membership.objects.current(person).order_by("-joined_at", "pk")
        found = memberships.values_list("organization_id", flat=True).first()
    return found and OwnDesk(person.pk, found)


def people_of(group):
    """The group's open memberships, facilitators last, with person loaded and ``has_signed``; past ones apart."""
    return (
        Membership.objects.filter(group=group, left_at=None)
        .select_related("person")
        .annotate(has_signed=Exists(CharterSignature.objects.filter(membership=OuterRef("pk"))))
        .order_by("-role", "person__name", "pk")
    )


def facilitator_names(group):
    """Names of those who facilitate the group now; a newcomer counts once the group has admitted them.

    None in a pair, in which nobody can: the words about who reads what speak of the two (``group_circle``).
    """
    if group.kind == CoachingGroup.Kind.PAIR:
        return None
    return list(
        Membership.objects.filter(Q(admitted_at__isnull=False) | Q(is_founding=True))
        .filter(group=group, left_at=None, role=Membership.Role.FACILITATOR)
        .order_by("person__name")
        .values_list("person__name", flat=True)
    )


def peers_of(membership):
    """Others who read the group now, by name, with person loaded."""
    return (
        Membership.objects.filter(Q(group=membership.group_id) & ~Q(pk=membership.pk))
        .reading()
        .select_related("person")
        .order_by("person__name", "pk")
    )


def audit_of(group):
    """What was changed in the group, newest first; its own entries and none of a person's or the office's alone."""
    circles = [AuditEntry.Circle.GROUP, AuditEntry.Circle.BOTH]
    return AuditEntry.objects.filter(group_id=group.pk, circle__in=circles).order_by("-at", "-id")
