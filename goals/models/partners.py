"""Check-in partners: who may ask somebody how it goes. Facts only."""

from django.db import models
from django.db.models import F, Q

from accounts.models import FencedModel
from common.fences import MEMBER, WORKER, Grant, Policy, RowSecurity, SameGroup, SameOrganization, in_my, may_read
from goals.models.walls import GROUP_FENCE, OWN_FOR_GOOD, OWN_IN_GROUP, TAKE_OR_ERASE
from groups.models import MY_GROUP, MY_MEMBERSHIP, CoachingGroup, Membership, reading_group

_I_AM_ONE_OF_THE_TWO = f"{MY_GROUP} AND ({MY_MEMBERSHIP} OR {in_my('my_memberships', 'partner_id')})"


class CheckInPartnerQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Those in which the person is one of the two, in groups one reads now."""
        mine = Membership.objects.filter(person=person).reading().values("pk")
        return self.filter(Q(membership__in=mine) | Q(partner__in=mine))

    def open(self):
        """Asked and not ended."""
        return self.filter(ended_at=None)

    def agreed(self):
        """Both said yes, and nobody has ended it."""
        return self.filter(ended_at=None, agreed_at__isnull=False)


class CheckInPartner(FencedModel):
    """One member asked another to be their check-in partner; why it was declined or ended is kept nowhere."""

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="partners_asked", db_constraint=False)
    partner = models.ForeignKey(Membership, models.PROTECT, related_name="asked_as_partner", db_constraint=False)
    asked_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = CheckInPartnerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(partner=F("membership")), name="goals_partner_is_a_peer"),
            models.UniqueConstraint(fields=["membership"], condition=Q(ended_at=None), name="goals_partner_one_open"),
            SameGroup(name="goals_partner_same_group", field="membership", to="groups_membership"),
            SameGroup(name="goals_partner_other_group", field="partner", to="groups_membership"),
            SameOrganization(name="goals_partner_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="goals_partner_org_member", field="membership", to="groups_membership"),
            SameOrganization(name="goals_partner_org_other", field="partner", to="groups_membership"),
            RowSecurity(
                name="goals_partner_walls",
                fence=GROUP_FENCE,
                policies=[
                    may_read(MEMBER, _I_AM_ONE_OF_THE_TWO),
                    Policy(MEMBER, "INSERT", f"{OWN_IN_GROUP} AND agreed_at IS NULL AND ended_at IS NULL"),
                    # who asked may end it, who was asked may agree or end it
                    Policy(
                        MEMBER,
                        "UPDATE",
                        f"{_I_AM_ONE_OF_THE_TWO} AND ended_at IS NULL",
                        f"{MY_GROUP} AND ({in_my('my_memberships', 'partner_id')}"
                        f" OR ({MY_MEMBERSHIP} AND ended_at IS NOT NULL))",
                    ),
                    may_read(WORKER),
                    *OWN_FOR_GOOD,
                ],
                grants=[
                    Grant(MEMBER, ("SELECT", "INSERT"), {"UPDATE": ("agreed_at", "ended_at")}),
                    Grant(WORKER, ("SELECT",)),
                    TAKE_OR_ERASE,
                ],
            ),
        ]

    def __str__(self):
        return f"partner {self.pk}"


class RotationPlaceQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Those of the groups that the person reads now."""
        return self.filter(*reading_group(person))

    def open(self):
        """Of people who take part and are still in the group."""
        return self.filter(ended_at=None, membership__left_at=None)


class RotationPlace(FencedModel):
    """One member takes part in the rotation of partners; whoever turned it on for the group is marked."""

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="rotation_places", db_constraint=False)
    turned_it_on = models.BooleanField(default=False)
    joined_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = RotationPlaceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership"], condition=Q(ended_at=None), name="goals_rotation_one_open"),
            SameGroup(name="goals_rotation_same_group", field="membership", to="groups_membership"),
            SameOrganization(name="goals_rotation_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="goals_rotation_org_member", field="membership", to="groups_membership"),
            RowSecurity(
                name="goals_rotation_walls",
                fence=GROUP_FENCE,
                policies=[
                    may_read(MEMBER, MY_GROUP),
                    Policy(MEMBER, "INSERT", OWN_IN_GROUP),
                    Policy(MEMBER, "UPDATE", OWN_IN_GROUP),
                    may_read(WORKER),
                    *OWN_FOR_GOOD,
                ],
                grants=[
                    Grant(MEMBER, ("SELECT", "INSERT"), {"UPDATE": ("ended_at",)}),
                    Grant(WORKER, ("SELECT",)),
                    TAKE_OR_ERASE,
                ],
            ),
        ]

    def __str__(self):
        return f"rotation place {self.pk}"
