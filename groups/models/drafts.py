"""Text that somebody is still writing, kept on the server so that nothing is lost."""

from django.conf import settings
from django.db import models

from accounts.models import FencedModel
from common.fences import ACTOR, MEMBER, SELF, Grant, Policy, RowSecurity, SameGroup, SameOrganization, may_read
from common.sealed import SealedTextField
from groups.models.people import CoachingGroup, Membership
from groups.models.walls import FENCE, MY_GROUP, MY_MEMBERSHIP, resealed

_KEEPER_POLICIES, _KEEPER_GRANTS = resealed("fields", author="person_id", scope="person_id")
_MINE = f"{MY_GROUP} AND {MY_MEMBERSHIP} AND person_id = {ACTOR}"


class DraftQuerySet(models.QuerySet):
    def visible_to(self, person):
        """One's own, in groups one reads now."""
        return self.filter(membership__person=person, membership__left_at=None, membership__admitted_at__isnull=False)


class Draft(FencedModel):
    """What one person has typed into one form in one tab, under their own key: nobody else reads it."""

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="drafts", db_constraint=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    place = models.CharField(max_length=120)  # which form, about which row
    tab = models.CharField(max_length=36)  # one browser tab; two tabs keep two drafts
    fields = SealedTextField(scope="person", author="person", limit=40_000)  # JSON: name → text
    saved_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership", "place", "tab"], name="groups_draft_once"),
            SameOrganization(name="groups_draft_org_group", field="group", to="groups_coachinggroup"),
            SameGroup(name="groups_draft_same_group", field="membership", to="groups_membership"),
            RowSecurity(
                name="groups_draft_walls",
                fence={MEMBER: FENCE[MEMBER]},
                policies=[
                    Policy(MEMBER, "ALL", _MINE),
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
