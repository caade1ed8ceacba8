"""Pairs: who is invited to one, and what the two agreed. The pair itself is a ``CoachingGroup`` of kind *pair*."""

import json

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import FencedModel
from common.fences import (
    ACTOR,
    KEEPER,
    MEMBER,
    SELF,
    USHER,
    WORKER,
    Grant,
    Policy,
    RowSecurity,
    SameGroup,
    SameOrganization,
    in_my,
    may_read,
)
from common.ids import new_id
from common.keys import SealBroken
from common.secret_values import open_secret, seal_secret
from groups.models.people import CoachingGroup, Membership
from groups.models.walls import FENCE, MY_DOOR, MY_GROUP

LINE_PURPOSE = "pair invitation"  # of the sealed lines in groups_pairinvitation
LINE_LIMIT = 600
_PADDING = 256
_I_INVITED = f"inviter_id = {ACTOR}"
_IN_A_PAIR = f"{MY_GROUP} AND {in_my('my_pairs', 'group_id')}"  # that goes on
_UNANSWERED = "accepted_at IS NULL AND declined_at IS NULL"


class Rhythm(models.IntegerChoices):
    """How often a pair means to talk, in weeks."""

    WEEKLY = 1, _("every week")
    TWO_WEEKS = 2, _("every two weeks")
    FOUR_WEEKS = 4, _("every four weeks")


class PairInvitationQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Those one sent, and one's own once one is in."""
        return self.filter(Q(inviter=person) | Q(claimed_by=person, accepted_at__isnull=False))

    def open(self):
        """Neither answered nor withdrawn; expired ones included."""
        return self.filter(accepted_at=None, declined_at=None, withdrawn_at=None)

    def facts(self):
        """Without the personal line and how it is opened: all that the worker may read."""
        return self.defer("line", "token_hash", "pair_name", "timezone")


class PairInvitation(models.Model):
    """One colleague asks another to be a pair, by mail or by a link; it lets in one person, once.

    It belongs to no organization: the pair's own comes into being when the invitation is accepted. Whoever holds a link
    that did not come to their own address *claims* it, and the inviter confirms them before anything opens.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    inviter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    email = models.EmailField(max_length=254, blank=True)  # none: a link to hand over; goes when accepted
    token_hash = models.CharField(max_length=64, unique=True)
    line = models.JSONField(default=dict)  # {"line": sealed}, see ``write_line``
    pair_name = models.CharField(max_length=80)
    timezone = models.CharField(max_length=64, default="UTC")
    rhythm = models.PositiveSmallIntegerField(choices=Rhythm)
    decide_on = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    claimed_at = models.DateTimeField(null=True, blank=True)
    claimed_rhythm = models.PositiveSmallIntegerField(choices=Rhythm, null=True, blank=True)  # what they propose
    accepted_at = models.DateTimeField(null=True, blank=True)
    group_id = models.UUIDField(null=True, blank=True)  # what it opened
    declined_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = PairInvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "inviter",
                Lower("email"),
                condition=Q(accepted_at=None, declined_at=None, withdrawn_at=None) & ~Q(email=""),
                name="groups_pairinvite_one_open",
            ),
            models.CheckConstraint(
                condition=Q(rhythm__in=Rhythm.values) & (Q(claimed_rhythm=None) | Q(claimed_rhythm__in=Rhythm.values)),
                name="groups_pairinvite_rhythm",
            ),
            models.CheckConstraint(
                condition=Q(claimed_by=None) | ~Q(claimed_by=models.F("inviter")), name="groups_pairinvite_two_people"
            ),
            RowSecurity(
                name="groups_pairinvite_walls",
                policies=[
                    may_read(MEMBER, f"{_I_INVITED} OR (claimed_by_id = {ACTOR} AND accepted_at IS NOT NULL)"),
                    Policy(
                        MEMBER,
                        "INSERT",
                        f"{_I_INVITED} AND {_UNANSWERED} AND withdrawn_at IS NULL AND claimed_by_id IS NULL"
                        " AND group_id IS NULL",
                    ),
                    Policy(MEMBER, "UPDATE", f"{_I_INVITED} AND {_UNANSWERED}"),
                    may_read(SELF, f"{_I_INVITED} OR claimed_by_id = {ACTOR}"),
                    Policy(SELF, "DELETE", _I_INVITED),
                    may_read(WORKER),
                    # what nobody took up is forgotten
                    Policy(WORKER, "DELETE", "accepted_at IS NULL AND expires_at < now() - interval '30 days'"),
                    may_read(KEEPER),
                    Policy(KEEPER, "UPDATE"),
                    Policy(USHER, "ALL"),
                ],
                grants=[
                    Grant(MEMBER, ("SELECT", "INSERT"), {"UPDATE": ("withdrawn_at", "line")}),
                    Grant(SELF, ("SELECT", "DELETE")),
                    Grant(
                        WORKER,
                        ("DELETE",),
                        {
                            "SELECT": (
                                "id",
                                "inviter_id",
                                "email",
                                "rhythm",
                                "decide_on",
                                "created_at",
                                "expires_at",
                                "claimed_by_id",
                                "claimed_at",
                                "claimed_rhythm",
                                "accepted_at",
                                "group_id",
                                "declined_at",
                                "withdrawn_at",
                            )
                        },
                    ),
                    Grant(KEEPER, columns={"SELECT": ("id", "line"), "UPDATE": ("line",)}),
                    Grant(
                        USHER,
                        ("SELECT",),
                        {
                            "UPDATE": (
                                "email",
                                "line",
                                "claimed_by_id",
                                "claimed_at",
                                "claimed_rhythm",
                                "accepted_at",
                                "group_id",
                                "declined_at",
                                "withdrawn_at",
                            )
                        },
                    ),
                ],
            ),
        ]

    def __str__(self):
        return f"pair invitation {self.pk}"

    def write_line(self, text):
        """Seal the personal line under the key file, bound to this row and padded: there is no group's key yet."""
        plain = json.dumps([str(self.pk), text])
        plain += " " * (-len(plain.encode()) % _PADDING)
        self.line = {"line": seal_secret(plain, LINE_PURPOSE)}

    def read_line(self):
        """The personal line; empty where it was taken back. Raises SealBroken when it was moved from another row."""
        return open_line(self.pk, self.line)


def open_line(pk, line):
    """What ``write_line`` sealed, of the row ``pk``. Raises SealBroken."""
    if "line" not in line:
        return ""
    owner, text = json.loads(open_secret(line["line"], LINE_PURPOSE))
    if owner != str(pk):
        raise SealBroken("A personal line belongs to another invitation.")
    return text


class PairTermsQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Of pairs that one reads now, or at whose door one stands."""
        return self.filter(group__memberships__person=person, group__memberships__left_at=None)

    def agreed(self):
        """What counts, the newest first; the first ones are agreed by signing the charter."""
        return self.filter(agreed_at__isnull=False).order_by("-agreed_at", "-pk")

    def waiting(self):
        """Proposed, and not answered."""
        return self.filter(agreed_at=None, declined_at=None)


class PairTerms(FencedModel):
    """A pair's rhythm and the day on which the two decide again; renewing makes a new row, if both agree."""

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="pair_terms", db_constraint=False)
    rhythm = models.PositiveSmallIntegerField(choices=Rhythm)
    decide_on = models.DateField()
    proposed_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", db_constraint=False
    )  # none: what the pair began with
    proposed_at = models.DateTimeField()
    agreed_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", db_constraint=False
    )
    agreed_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)

    objects = PairTermsQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group"], condition=Q(agreed_at=None, declined_at=None), name="groups_pairterms_one_waits"
            ),
            models.CheckConstraint(condition=Q(rhythm__in=Rhythm.values), name="groups_pairterms_rhythm"),
            SameOrganization(name="groups_pairterms_org_group", field="group", to="groups_coachinggroup"),
            SameGroup(name="groups_pairterms_by_group", field="proposed_by", to="groups_membership"),
            SameGroup(name="groups_pairterms_agreed_group", field="agreed_by", to="groups_membership"),
            RowSecurity(
                name="groups_pairterms_walls",
                fence={MEMBER: FENCE[MEMBER]},
                policies=[
                    may_read(MEMBER, MY_DOOR),
                    Policy(
                        MEMBER,
                        "INSERT",
                        f"{_IN_A_PAIR} AND {in_my('my_memberships', 'proposed_by_id')} AND agreed_at IS NULL"
                        " AND agreed_by_id IS NULL AND declined_at IS NULL",
                    ),
                    # while the pair goes on: the other one agrees; either lets a proposal go
                    Policy(
                        MEMBER,
                        "UPDATE",
                        f"{_IN_A_PAIR} AND agreed_at IS NULL AND declined_at IS NULL",
                        f"{_IN_A_PAIR} AND ((agreed_at IS NULL AND agreed_by_id IS NULL AND declined_at IS NOT NULL)"
                        f" OR (declined_at IS NULL AND agreed_at IS NOT NULL AND proposed_by_id <> agreed_by_id"
                        f" AND {in_my('my_memberships', 'agreed_by_id')}))",
                    ),
                    may_read(WORKER),
                    may_read(SELF, in_my("my_memberships_ever", "proposed_by_id")),
                    Policy(USHER, "INSERT"),
                ],
                grants=[
                    Grant(MEMBER, ("SELECT", "INSERT"), {"UPDATE": ("agreed_by_id", "agreed_at", "declined_at")}),
                    Grant(WORKER, ("SELECT",)),
                    Grant(SELF, ("SELECT",)),
                    Grant(USHER, ("INSERT",)),
                ],
            ),
        ]

    def __str__(self):
        return f"terms {self.pk}"
