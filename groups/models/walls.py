"""The fence and the conditions that this app's tables, and those of the apps above, share."""

from django.db import models

from accounts.models import OFFICE
from common.fences import HR, MEMBER, in_my

FENCE = {MEMBER: in_my("my_organizations", "organization_id"), HR: OFFICE}
MY_GROUP = in_my("my_groups", "group_id")
MY_DOOR = in_my("my_doors", "group_id")
MY_MEMBERSHIP = in_my("my_memberships", "membership_id")


def organization_key(name):
    """What ``SameOrganization`` of other tables refers to."""
    return models.UniqueConstraint(fields=["organization", "id"], name=name)
