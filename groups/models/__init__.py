"""Programs and their rosters; groups, who is in them, and what they agreed."""

from groups.models.charters import Charter, CharterSignature
from groups.models.people import CoachingGroup, Invitation, Membership, MembershipQuerySet
from groups.models.programs import Formation, Participant, Program, RosterUpload
from groups.models.walls import FENCE, MY_DOOR, MY_GROUP, MY_MEMBERSHIP, organization_key

__all__ = [
    "FENCE",
    "MY_DOOR",
    "MY_GROUP",
    "MY_MEMBERSHIP",
    "Charter",
    "CharterSignature",
    "CoachingGroup",
    "Formation",
    "Invitation",
    "Membership",
    "MembershipQuerySet",
    "Participant",
    "Program",
    "RosterUpload",
    "organization_key",
]
