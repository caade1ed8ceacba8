"""Programs and their rosters; groups, who is in them, and what they agreed."""

from groups.models.charters import Charter, CharterSignature, PastConsent
from groups.models.drafts import Draft, OwnDesk
from groups.models.pairs import PairInvitation, PairTerms, Rhythm
from groups.models.people import CoachingGroup, Invitation, Membership, MembershipQuerySet
from groups.models.programs import Formation, Participant, Program, RosterColumns, RosterUpload
from groups.models.walls import (
    EVER_MINE,
    FENCE,
    MY_DOOR,
    MY_GROUP,
    MY_MEMBERSHIP,
    MY_PAST,
    organization_key,
    own_place,
    reading_group,
    resealed,
    since_i_came,
)

__all__ = [
    "EVER_MINE",
    "FENCE",
    "MY_DOOR",
    "MY_GROUP",
    "MY_MEMBERSHIP",
    "MY_PAST",
    "Charter",
    "CharterSignature",
    "CoachingGroup",
    "Draft",
    "Formation",
    "Invitation",
    "Membership",
    "MembershipQuerySet",
    "OwnDesk",
    "PairInvitation",
    "PairTerms",
    "Participant",
    "PastConsent",
    "Program",
    "Rhythm",
    "RosterColumns",
    "RosterUpload",
    "organization_key",
    "own_place",
    "reading_group",
    "resealed",
    "since_i_came",
]
