"""Flags of members who would like to clear the air."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import FencedModel
from common.fences import MEMBER, SELF, WORKER, Grant, Policy, RowSecurity, SameGroup, SameOrganization, in_my, may_read
from common.sealed import SealedTextField
from feedback.models.notes import RECIPIENT_IS_HERE, facilitating
from groups.models import (
    EVER_MINE,
    FENCE,
    MY_GROUP,
    MY_MEMBERSHIP,
    CoachingGroup,
    Membership,
    resealed,
    since_i_came,
)
from sessions.models import I_FACILITATE, CoachingSession

_KEEPER_POLICIES, _KEEPER_GRANTS = resealed("text")
_MINE = f"{MY_GROUP} AND {MY_MEMBERSHIP}"
_RAISER_IS_HERE = RECIPIENT_IS_HERE.replace("recipient_id", "membership_id")
_I_AM_TOLD = (
    f"({_RAISER_IS_HERE} AND {since_i_came('raised_at')}"
    f" AND (circle = 'group' OR {in_my('my_facilitated', 'group_id')}))"
)
_MINE_OR_MY_DUTY = f"{MY_GROUP} AND ({MY_MEMBERSHIP} OR {I_FACILITATE})"


class AirFlagQuerySet(models.QuerySet):
    def visible_to(self, person):
        """The person's own in groups that they read now, and those that are raised to them there since they came.

        To a group all who read it are told, to its facilitator whoever facilitates it; nobody of who has left.
        """
        own = Q(membership__person=person, membership__left_at=None, membership__admitted_at__isnull=False)
        here = Membership.objects.reading().filter(
            Q(reads_from=None) | Q(reads_from__lt=OuterRef("raised_at")), person=person, group=OuterRef("group")
        )
        to_group = Q(Exists(here), circle=AirFlag.Circle.GROUP)
        to_facilitator = Q(Exists(facilitating(person, since=OuterRef("raised_at"))), circle=AirFlag.Circle.FACILITATOR)
        return self.filter(own | Q(membership__left_at=None) & (to_group | to_facilitator))

    def open(self):
        """Not handled yet."""
        return self.filter(handled_at=None)


class AirFlag(FencedModel):
    """That a member would like to clear the air, told to who facilitates or to the whole group, in a few words or none.

    Once it is handled, only that is left: the words are gone.
    """

    class Circle(models.TextChoices):
        FACILITATOR = "facilitator", _("Who facilitates")
        GROUP = "group", _("The whole group")

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="flags_raised", db_constraint=False)
    circle = models.CharField(max_length=11, choices=Circle)
    text = SealedTextField(scope="group", author="membership", limit=1000, null=True)
    raised_at = models.DateTimeField()
    # in whose agenda it has time
    coaching_session = models.ForeignKey(
        CoachingSession, models.PROTECT, null=True, blank=True, related_name="+", db_constraint=False
    )
    handled_at = models.DateTimeField(null=True, blank=True)

    objects = AirFlagQuerySet.as_manager()

    class Meta:
        constraints = [
            SameGroup(name="feedback_air_same_group", field="membership", to="groups_membership"),
            SameGroup(
                name="feedback_air_session_group", field="coaching_session", to="coaching_sessions_coachingsession"
            ),
            SameOrganization(name="feedback_air_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="feedback_air_org_member", field="membership", to="groups_membership"),
            SameOrganization(
                name="feedback_air_org_session", field="coaching_session", to="coaching_sessions_coachingsession"
            ),
            RowSecurity(
                name="feedback_air_walls",
                fence={MEMBER: FENCE[MEMBER]},
                policies=[
                    may_read(MEMBER, f"{MY_GROUP} AND ({MY_MEMBERSHIP} OR {_I_AM_TOLD})"),
                    Policy(
                        MEMBER,
                        "INSERT",
                        f"{_MINE} AND handled_at IS NULL AND coaching_session_id IS NULL AND text IS NOT NULL",
                    ),
                    # to give it time in a session, and to say that it is handled, with which the words go
                    Policy(
                        MEMBER,
                        "UPDATE",
                        f"{_MINE_OR_MY_DUTY} AND handled_at IS NULL",
                        f"{_MINE_OR_MY_DUTY} AND (handled_at IS NULL) = (text IS NOT NULL)",
                    ),
                    # to take it back
                    Policy(MEMBER, "DELETE", _MINE),
                    may_read(WORKER),
                    may_read(SELF, EVER_MINE),
                    Policy(SELF, "DELETE", EVER_MINE),
                    *_KEEPER_POLICIES,
                ],
                grants=[
                    Grant(SELF, ("SELECT", "DELETE")),
                    *_KEEPER_GRANTS,
                    Grant(
                        MEMBER,
                        ("SELECT", "INSERT", "DELETE"),
                        {"UPDATE": ("coaching_session_id", "text", "handled_at")},
                    ),
                    Grant(
                        WORKER,
                        columns={
                            "SELECT": (
                                "id", "organization_id", "group_id", "membership_id", "circle", "raised_at",
                                "handled_at",
                            )
                        },
                    ),
                ],
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"flag {self.pk}"
