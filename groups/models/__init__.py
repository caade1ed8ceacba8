"""Programs and their rosters; groups, who is in them, and what they agreed."""

from groups.models.charters import Charter, CharterSignature, PastConsent
from groups.models.drafts import Draft, OwnDesk
from groups.models.pairs import PairInvitation, PairTerms, Rhythm
from groups.models.people import CoachingGroup, Invitation, Membership, MembershipQuerySet
from groups.models.profiles import DeclaredConflict, ParticipantProfile, Style, Topic
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
    reads_through,
    resealed,
    since_i_came,
)

__all__ = [
    "Charter",
    "CharterSignature",
    "CoachingGroup",
    "DeclaredConflict",
    "Draft",
    "EVER_MINE",
    "FENCE",
    "Formation",
    "Invitation",
    "MY_DOOR",
    "MY_GROUP",
    "MY_MEMBERSHIP",
    "MY_PAST",
    "Membership",
    "MembershipQuerySet",
    "OwnDesk",
    "PairInvitation",
    "PairTerms",
    "Participant",
    "ParticipantProfile",
    "PastConsent",
    "Program",
    "Rhythm",
    "RosterColumns",
    "RosterUpload",
    "Style",
    "Topic",
    "organization_key",
    "own_place",
    "reading_group",
    "reads_through",
    "resealed",
    "since_i_came",
]
