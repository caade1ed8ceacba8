"""What members tell their group about themselves."""

from django.db import models
from django.db.models import F

from accounts.models import FencedModel
from common.fences import MEMBER, SELF, Grant, Policy, RowSecurity, SameGroup, SameOrganization, may_read
from common.sealed import SealedTextField
from groups.models import (
    EVER_MINE,
    FENCE,
    MY_GROUP,
    MY_MEMBERSHIP,
    CoachingGroup,
    Membership,
    reading_group,
    resealed,
    since_i_came,
)

WORDS = ("working_on", "misread", "thinking", "call_out", "outside")
_SEALED = (*WORDS, "topics")
_KEEPER_POLICIES, _KEEPER_GRANTS = resealed(*_SEALED)
_MINE = f"{MY_GROUP} AND {MY_MEMBERSHIP}"


class IntroductionQuerySet(models.QuerySet):
    def visible_to(self, person):
        """What members told the groups that the person reads now, from when they came on."""
        return self.filter(*reading_group(person, since=F("shared_at")))


class Introduction(FencedModel):
    """What one member chose to tell the group about themselves, as it is shared now; all of it may be empty but one.

    There is no row before it is shared: what is not shared yet is a draft.
    """

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="introductions", db_constraint=False)
    working_on = SealedTextField(scope="group", author="membership", limit=500)
    misread = SealedTextField(scope="group", author="membership", limit=500)
    thinking = SealedTextField(scope="group", author="membership", limit=500)
    call_out = SealedTextField(scope="group", author="membership", limit=500)
    outside = SealedTextField(scope="group", author="membership", limit=500)
    topics = SealedTextField(scope="group", author="membership", limit=200)  # keys of a list
    shared_at = models.DateTimeField()  # with the words that it has now

    objects = IntroductionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership"], name="feedback_introduction_once"),
            SameGroup(name="feedback_intro_same_group", field="membership", to="groups_membership"),
            SameOrganization(name="feedback_intro_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="feedback_intro_org_member", field="membership", to="groups_membership"),
            RowSecurity(
                name="feedback_intro_walls",
                fence={MEMBER: FENCE[MEMBER]},
                policies=[
                    may_read(MEMBER, f"{MY_GROUP} AND {since_i_came('shared_at')}"),
                    Policy(MEMBER, "INSERT", _MINE),
                    Policy(MEMBER, "UPDATE", _MINE),
                    # to take it back
                    Policy(MEMBER, "DELETE", _MINE),
                    may_read(SELF, EVER_MINE),
                    Policy(SELF, "DELETE", EVER_MINE),
                    *_KEEPER_POLICIES,
                ],
                grants=[
                    Grant(SELF, ("SELECT", "DELETE")),
                    *_KEEPER_GRANTS,
                    Grant(MEMBER, ("SELECT", "INSERT", "DELETE"), {"UPDATE": (*_SEALED, "shared_at")}),
                ],
            ),
        ]

    def __str__(self):
        return f"introduction {self.pk}"
