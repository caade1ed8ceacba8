"""The fence and the conditions that this app's tables, and those of the apps above, share."""

from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import GreaterThan

from accounts.models import OFFICE
from common.fences import ACTOR, HR, KEEPER, MEMBER, REPORT, Grant, Policy, in_my, may_read

# Numbers about taking part are read for one organization at a time, by its members and by those with a duty in it.
REPORTED = f"organization_id = (SELECT current_org()) AND {in_my('my_organizations', 'organization_id')}"
FENCE = {MEMBER: in_my("my_organizations", "organization_id"), HR: OFFICE, REPORT: REPORTED}
MY_GROUP = in_my("my_groups", "group_id")
MY_DOOR = in_my("my_doors", "group_id")
MY_MEMBERSHIP = in_my("my_memberships", "membership_id")
# Whoever came later reads what was written before only when everybody has agreed to open the past.
MY_PAST = in_my("my_pasts", "group_id")
EVER_MINE = in_my("my_memberships_ever", "membership_id")
EVER_MY_GROUP = in_my("my_groups_ever", "group_id")


def since_i_came(moment):
    """SQL: ``moment`` is after the acting person came to the group, or the group's past is open to them."""
    return f"({MY_PAST} OR {moment} > ((SELECT my_sinces()) ->> group_id::text)::timestamptz)"


def reading_group(person, *, since=None):
    """Conditions for one ``filter()``: rows of groups in which the person has a reading membership now.

    With ``since``, the row's moment as an expression, only rows from after the person came to the group, unless its
    past is open to them. All conditions are about one membership: see "The one-filter rule" of ``docs/style.md``.
    """
    conditions = [
        Q(
            group__memberships__person=person,
            group__memberships__left_at=None,
            group__memberships__admitted_at__isnull=False,
        )
    ]
    if since is not None:
        conditions.append(
            Q(group__memberships__reads_from=None) | GreaterThan(since, F("group__memberships__reads_from"))
        )
    return conditions


def reads_through(person, *memberships):
    """The condition for rows in which one of these memberships is the person's, and reads its group now."""
    sides = Q()
    for name in memberships:
        lookups = {"person": person, "left_at": None, "admitted_at__isnull": False}
        sides |= Q(**{f"{name}__{lookup}": value for lookup, value in lookups.items()})
    return sides


def resealed(*sealed, author="membership_id", scope="group_id"):
    """The keeper's policies and grant on a table: enough to seal the same words again under a newer key."""
    columns = ("id", "organization_id", scope, author, *sealed)
    return (
        [may_read(KEEPER), Policy(KEEPER, "UPDATE")],
        [Grant(KEEPER, columns={"SELECT": columns, "UPDATE": sealed})],
    )


def own_place(table):
    """SQL: the acting person is in the row's organization now, or has a key of their own there already."""
    mine = f"k.scope_kind = 'person' AND k.scope_id = {ACTOR} AND k.organization_id = {table}.organization_id"
    here = in_my("my_organizations", "organization_id")
    return f"({here} OR EXISTS (SELECT 1 FROM common_scopekey k WHERE {mine}))"  # noqa: S608


def organization_key(name):
    """What ``SameOrganization`` of other tables refers to."""
    return models.UniqueConstraint(fields=["organization", "id"], name=name)
