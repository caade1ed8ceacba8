"""Text that somebody is still writing, kept on the server so that nothing is lost."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import FencedModel
from common.fences import ACTOR, MEMBER, SELF, Grant, Policy, RowSecurity, SameGroup, SameOrganization, may_read
from common.sealed import SealedTextField
from groups.models.people import CoachingGroup, Membership
from groups.models.walls import FENCE, MY_GROUP, MY_MEMBERSHIP, own_place, resealed

_KEEPER_POLICIES, _KEEPER_GRANTS = resealed("fields", author="person_id", scope="person_id")
# What belongs to no group, such as a page of one's journal, is one's own wherever one is.
_ALONE = "group_id IS NULL AND membership_id IS NULL"
_MINE = f"person_id = {ACTOR} AND (({_ALONE}) OR ({MY_GROUP} AND {MY_MEMBERSHIP}))"
# a new one only where one is, or where one's own key is already
_WRITABLE = f"{_MINE} AND {own_place('groups_draft')}"


class DraftQuerySet(models.QuerySet):
    def visible_to(self, person):
        """One's own, in groups one reads now or in no group at all."""
        in_group = Q(membership__person=person, membership__left_at=None, membership__admitted_at__isnull=False)
        return self.filter(in_group | Q(membership=None, person=person))


class Draft(FencedModel):
    """What one person has typed into one form in one tab, under their own key: nobody else reads it."""

    group = models.ForeignKey(CoachingGroup, models.PROTECT, null=True, related_name="+", db_constraint=False)
    membership = models.ForeignKey(
        Membership, models.PROTECT, null=True, related_name="drafts", db_constraint=False
    )  # none: a form that belongs to no group
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    place = models.CharField(max_length=120)  # which form, about which row
    tab = models.CharField(max_length=36)  # one browser tab; two tabs keep two drafts
    fields = SealedTextField(scope="person", author="person", limit=40_000)  # JSON: name → text
    saved_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership", "place", "tab"], name="groups_draft_once"),
            models.UniqueConstraint(
                fields=["person", "place", "tab"], condition=Q(membership=None), name="groups_draft_alone_once"
            ),
            models.CheckConstraint(
                condition=Q(group=None, membership=None) | Q(group__isnull=False, membership__isnull=False),
                name="groups_draft_both_or_none",
            ),
            SameOrganization(name="groups_draft_org_group", field="group", to="groups_coachinggroup"),
            SameGroup(name="groups_draft_same_group", field="membership", to="groups_membership"),
            RowSecurity(
                name="groups_draft_walls",
                fence={MEMBER: f"({FENCE[MEMBER]}) OR (person_id = {ACTOR} AND {_ALONE})"},
                policies=[
                    Policy(MEMBER, "ALL", _MINE, _WRITABLE),
                    may_read(SELF, f"person_id = {ACTOR}"),
                    Policy(SELF, "DELETE", f"person_id = {ACTOR}"),
                    *_KEEPER_POLICIES,
                ],
                grants=[
                    Grant(MEMBER, ("SELECT", "INSERT", "UPDATE", "DELETE")),
                    Grant(SELF, ("SELECT", "DELETE")),
                    *_KEEPER_GRANTS,
                ],
            ),
        ]

    def __str__(self):
        return f"draft {self.pk}"


@dataclass(frozen=True)
class OwnDesk:
    """Where a person writes what belongs to no group; it stands where else their membership would."""

    person_id: UUID
    organization_id: UUID
    group_id: None = None
    pk: None = None

    @property
    def drafts(self):
        return Draft.objects.filter(person_id=self.person_id, membership=None)
