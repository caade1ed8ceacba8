"""What groups hold of a person, for their copy of what is their own."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from accounts.own_words import UNREADABLE, Section, opened_json, register
from common import doors
from common.keys import SealBroken
from groups.models import (
    Charter,
    CharterSignature,
    CoachingGroup,
    Draft,
    Membership,
    PairInvitation,
    PairTerms,
    Participant,
    ParticipantProfile,
    Rhythm,
    Style,
    Topic,
)
from groups.services.profiles import key_of

GROUP, ORGANIZATION = _("Group"), _("Organization")


def collect_memberships(person):
    """A group that the person never signed into has no name for them."""
    names = dict(CoachingGroup.objects.values_list("pk", "name"))
    rows = Membership.objects.filter(person=person).annotate(organization_name=F("organization__name"))
    rows = rows.order_by("joined_at", "pk").values(
        "id",
        "group_id",
        "organization_name",
        "role",
        "joined_at",
        "admitted_at",
        "reads_from",
        "left_at",
        "ended_as",
        "ended_for",
    )
    return [{"group_name": names.get(row["group_id"]), **row} for row in rows]


def collect_roster(person):
    rows = Participant.objects.filter(person=person).annotate(organization_name=F("organization__name"))
    return rows.order_by("created_at", "pk").values("id", *_ROSTER)


def collect_profiles(person):
    names = dict(Organization.objects.values_list("pk", "name"))
    rows = ParticipantProfile.objects.filter(participant__person=person, completed_at__isnull=False)
    return [
        {
            "id": row.pk,
            "organization_name": names.get(row.organization_id),
            "completed_at": row.completed_at,
            "timezone": row.timezone,
            "free": row.free,
            "languages": row.languages,
            "topics": [str(Topic(one).label) for one in row.topics if one in Topic.values],
            "style": row.style,
            "named": doors.call("named_by_me", key_of(row.pk)),
        }
        for row in rows.order_by("completed_at", "pk")
    ]


def collect_signatures(person):
    rows = CharterSignature.objects.filter(membership__person=person).annotate(group_name=F("group__name"))
    return rows.order_by("signed_at", "pk").values("id", "group_id", "charter_id", "group_name", "signed_at")


def collect_proposals(person):
    rows = Charter.objects.filter(written_by__person=person)
    return [
        {
            "id": row.pk,
            "group_id": row.group_id,
            "group_name": row.group_name,
            "version": row.version,
            "created_at": row.created_at,
            "withdrawn_at": row.withdrawn_at,
            "clauses": _clauses(opened_json(row.clauses)),
        }
        for row in rows.annotate(group_name=F("group__name")).order_by("created_at", "pk")
        if row.clauses is not None
    ]


def _clauses(clauses):
    return clauses if clauses is UNREADABLE else [{"title": title, "text": text} for title, text in clauses]


def collect_pair_invitations(person):
    rows = PairInvitation.objects.filter(inviter=person).order_by("created_at", "pk")
    facts = ("email", "rhythm", "decide_on", "created_at", "claimed_at", "accepted_at", "declined_at", "withdrawn_at")
    return [{"id": row.pk, **{name: getattr(row, name) for name in facts}, "line": _line(row)} for row in rows]


def _line(row):
    try:
        return row.read_line()
    except SealBroken:
        return UNREADABLE


def collect_pair_terms(person):
    rows = PairTerms.objects.filter(proposed_by__person=person).annotate(group_name=F("group__name"))
    return rows.order_by("proposed_at", "pk").values(
        "id", "group_id", "group_name", "rhythm", "decide_on", "proposed_at", "agreed_at", "declined_at"
    )


def collect_drafts(person):
    rows = Draft.objects.filter(person=person).annotate(group_name=F("group__name")).order_by("saved_at", "pk")
    return [
        {
            "id": row.pk,
            "group_id": row.group_id,
            "group_name": row.group_name,
            "place": row.place,
            "saved_at": row.saved_at,
            "fields": opened_json(row.fields),
        }
        for row in rows
    ]


_ROSTER = {
    "organization_name": ORGANIZATION,
    "name": _("Name"),
    "email": _("Address"),
    "team": _("Team"),
    "manager_email": _("Manager's address"),
    "level": _("Level"),
    "years_in_role": _("Years in the role"),
    "function": _("Function"),
    "location": _("Place"),
    "timezone": _("Time zone"),
    "gender": _("Gender"),
    "languages": _("Languages"),
    "goals": _("Goals, as the organization has them"),
    "created_at": _("Uploaded"),
    "withdrawn_at": _("Taken off the roster"),
}


def register_own_words():
    """Called once when the site is ready."""
    register(
        Section(
            "memberships",
            _("Your groups"),
            {
                "group_name": GROUP,
                "organization_name": ORGANIZATION,
                "role": _("Role"),
                "joined_at": _("Joined"),
                "admitted_at": _("Read the group from"),
                "left_at": _("Until"),
                "ended_as": _("How it ended"),
                "ended_for": _("Why"),
            },
            collect_memberships,
            choices={
                "role": dict(Membership.Role.choices),
                "ended_as": dict(Membership.Ending.choices),
                "ended_for": dict(Membership.Reason.choices),
            },
            covers=(Membership,),
        ),
        Section(
            "roster",
            _("What your organization's roster says about you"),
            _ROSTER,
            collect_roster,
            covers=(Participant,),
        ),
        Section(
            "profiles",
            _("What you said of yourself before groups were formed"),
            {
                "organization_name": ORGANIZATION,
                "completed_at": _("Saved"),
                "timezone": _("Time zone"),
                "free": _("Hours in which you are free, counted from Monday at midnight"),
                "languages": _("Languages"),
                "topics": _("What you want to work on"),
                "style": _("How you take part"),
                "named": _("Whom you would rather not sit with"),
            },
            collect_profiles,
            choices={"style": dict(Style.choices)},
            covers=(ParticipantProfile,),
        ),
        Section(
            "charter_signatures",
            _("Charters you signed"),
            {"group_name": GROUP, "signed_at": _("Signed")},
            collect_signatures,
            covers=(CharterSignature,),
        ),
        Section(
            "charter_proposals",
            _("Words you proposed for a charter"),
            {
                "group_name": GROUP,
                "version": _("Version"),
                "created_at": _("Proposed"),
                "withdrawn_at": _("Declined"),
                "clauses": _("Words"),
            },
            collect_proposals,
            covers=(Charter,),
        ),
        Section(
            "pair_invitations",
            _("Colleagues you invited to be a pair"),
            {
                "email": _("Address"),
                "line": _("Your line"),
                "rhythm": _("How often"),
                "decide_on": _("When you decide again"),
                "created_at": _("Invited"),
                "claimed_at": _("Somebody said yes"),
                "accepted_at": _("Begun"),
                "declined_at": _("Declined"),
                "withdrawn_at": _("Withdrawn"),
            },
            collect_pair_invitations,
            choices={"rhythm": dict(Rhythm.choices)},
            covers=(PairInvitation,),
        ),
        Section(
            "pair_renewals",
            _("What you proposed when a pair decided again"),
            {
                "group_name": GROUP,
                "rhythm": _("How often"),
                "decide_on": _("When you decide again"),
                "proposed_at": _("Proposed"),
                "agreed_at": _("Agreed"),
                "declined_at": _("Not taken up"),
            },
            collect_pair_terms,
            choices={"rhythm": dict(Rhythm.choices)},
            covers=(PairTerms,),
        ),
        Section(
            "drafts",
            _("What you have not finished writing"),
            {"group_name": GROUP, "saved_at": _("Last kept"), "fields": _("Words")},
            collect_drafts,
            covers=(Draft,),
        ),
    )
