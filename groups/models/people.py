"""Groups, who is in them, and who is invited."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import OFFICE, FencedModel
from common.fences import (
    ACTOR,
    DEFINER,
    HR,
    MEMBER,
    REPORT,
    SELF,
    USHER,
    WORKER,
    Grant,
    Policy,
    RowSecurity,
    SameOrganization,
    in_my,
    may_read,
)
from groups.models.programs import Participant, Program
from groups.models.walls import EVER_MY_GROUP, FENCE, MY_GROUP, REPORTED, organization_key


class CoachingGroup(FencedModel):
    """A small set of peers who coach one another over time; a pair is one too."""

    class Kind(models.TextChoices):
        GROUP = "group"
        PAIR = "pair"

    class State(models.TextChoices):
        ACTIVE = "active"
        ENDED = "ended"

    program = models.ForeignKey(
        Program, models.PROTECT, null=True, blank=True, related_name="coaching_groups", db_constraint=False
    )
    kind = models.CharField(max_length=5, choices=Kind, default=Kind.GROUP)
    state = models.CharField(max_length=6, choices=State, default=State.ACTIVE)
    name = models.CharField(max_length=80)
    timezone = models.CharField(max_length=64, default="UTC")
    published_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            organization_key("groups_group_org_key"),
            SameOrganization(name="groups_group_org_program", field="program", to="groups_program"),
            RowSecurity(
                name="groups_group_walls",
                fence=FENCE,
                policies=[
                    may_read(MEMBER, in_my("my_doors", "id")),
                    Policy(HR, "ALL"),
                    may_read(REPORT),
                    may_read(WORKER),
                    may_read(SELF, in_my("my_groups_ever", "id")),
                    Policy(USHER, "ALL"),
                ],
                grants=[
                    Grant(MEMBER, ("SELECT",)),
                    Grant(HR, ("SELECT", "INSERT", "UPDATE")),
                    Grant(REPORT, ("SELECT",)),
                    Grant(WORKER, ("SELECT",)),
                    Grant(SELF, ("SELECT",)),
                    # pairs: made when an invitation is accepted, ended when one of the two goes
                    Grant(USHER, ("SELECT", "INSERT"), {"UPDATE": ("state", "ended_at")}),
                ],
            ),
        ]

    def __str__(self):
        return self.name


class MembershipQuerySet(models.QuerySet):
    def current(self, person):
        """The person's own open memberships, admitted or not."""
        return self.filter(person=person, left_at=None)

    def reading(self):
        """Of people who may read the group now."""
        return self.filter(left_at=None, admitted_at__isnull=False)

    def visible_to(self, person):
        """One's own, and everybody's, past members included, in the groups one reads now."""
        own = Membership.objects.filter(person=person, left_at=None, admitted_at__isnull=False)
        return self.filter(Q(person=person, left_at=None) | Q(group__in=own.values("group")))


class Membership(FencedModel):
    """One person's place in one group, kept after they leave; rejoining makes a new one."""

    class Role(models.TextChoices):
        MEMBER = "member", _("member")
        FACILITATOR = "facilitator", _("facilitator")

    class Ending(models.TextChoices):
        """How it ended."""

        LEFT = "left", _("left")
        REMOVED = "removed", _("was removed")
        REPLACED = "replaced", _("was replaced")
        DECLINED = "declined", _("was not admitted")
        DUTY_ENDED = "duty_ended", _("is no longer a facilitator")
        ERASED = "erased", _("closed their account")

    class Reason(models.TextChoices):
        """Why a facilitator removed somebody: one of a list, because the audit trail holds no free words."""

        ASKED = "asked", _("They asked for it")
        MOVED_ON = "moved_on", _("They left the organization or the program")
        ABSENT = "absent", _("They no longer take part")
        CONFLICT = "conflict", _("A reporting line or a conflict of interest came up")
        CHARTER = "charter", _("The charter was broken")

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="memberships", db_constraint=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    participant = models.ForeignKey(
        Participant, models.PROTECT, null=True, blank=True, related_name="memberships", db_constraint=False
    )
    role = models.CharField(max_length=11, choices=Role, default=Role.MEMBER)
    # Founding members read from their own signature; whoever comes later waits until everybody has signed again.
    is_founding = models.BooleanField(default=True)
    joined_at = models.DateTimeField()
    admitted_at = models.DateTimeField(null=True, blank=True)
    reads_from = models.DateTimeField(null=True, blank=True)  # none: the past is open too
    left_at = models.DateTimeField(null=True, blank=True)
    ended_as = models.CharField(max_length=10, choices=Ending, blank=True)
    ended_for = models.CharField(max_length=8, choices=Reason, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            organization_key("groups_membership_org_key"),
            models.UniqueConstraint(fields=["group", "id"], name="groups_membership_group_key"),
            models.UniqueConstraint(
                fields=["group", "person"], condition=Q(left_at=None), name="groups_membership_one_open"
            ),
            SameOrganization(name="groups_membership_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="groups_membership_org_part", field="participant", to="groups_participant"),
            RowSecurity(
                name="groups_membership_walls",
                fence=FENCE,
                policies=[
                    may_read(MEMBER, f"(person_id = {ACTOR} AND left_at IS NULL) OR {MY_GROUP}"),
                    may_read(HR),
                    may_read(REPORT),
                    may_read(SELF, f"person_id = {ACTOR} OR {EVER_MY_GROUP}"),
                    # who publishes a group names its facilitator; into a group that has begun only the door leads
                    Policy(
                        HR,
                        "INSERT",
                        "role = 'facilitator' AND admitted_at IS NULL AND left_at IS NULL AND is_new_group(group_id)",
                    ),
                    may_read(WORKER),
                    may_read(DEFINER),
                    Policy(USHER, "ALL"),
                ],
                grants=[
                    Grant(MEMBER, ("SELECT",)),
                    Grant(HR, ("SELECT", "INSERT")),
                    Grant(REPORT, ("SELECT",)),
                    Grant(SELF, ("SELECT",)),
                    Grant(WORKER, ("SELECT",)),
                    Grant(DEFINER, ("SELECT",)),
                    Grant(
                        USHER,
                        ("SELECT", "INSERT"),
                        {"UPDATE": ("admitted_at", "reads_from", "left_at", "ended_as", "ended_for")},
                    ),
                ],
            ),
        ]
        # every membership helper asks for one person's open memberships
        indexes = [models.Index(fields=["person"], condition=Q(left_at=None), name="groups_membership_person_open")]

    def __str__(self):
        return self.role


class Invitation(FencedModel):
    """A participant's way into their group: opened by a token from the mail, used once, never reused."""

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="invitations", db_constraint=False)
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="invitations", db_constraint=False)
    email = models.EmailField(max_length=254)
    token_hash = models.CharField(max_length=64, unique=True)
    is_founding = models.BooleanField(default=True)  # made when the group was: see Membership.is_founding
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="groups_invitation_one_open",
            ),
            SameOrganization(name="groups_invitation_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="groups_invitation_org_part", field="participant", to="groups_participant"),
            RowSecurity(
                name="groups_invitation_walls",
                fence={HR: OFFICE, REPORT: REPORTED},
                policies=[
                    may_read(HR),
                    may_read(REPORT),
                    # into a group that has begun, people are invited as newcomers: it has to admit them
                    Policy(HR, "INSERT", "NOT is_founding OR is_new_group(group_id)"),
                    Policy(HR, "UPDATE"),
                    may_read(WORKER),
                    Policy(USHER, "ALL"),
                ],
                grants=[
                    Grant(HR, ("SELECT", "INSERT"), {"UPDATE": ("withdrawn_at", "expires_at")}),
                    Grant(
                        REPORT,
                        columns={
                            "SELECT": (
                                "id",
                                "organization_id",
                                "group_id",
                                "participant_id",
                                "created_at",
                                "accepted_at",
                                "withdrawn_at",
                            )
                        },
                    ),
                    Grant(WORKER, ("SELECT",)),
                    Grant(USHER, ("SELECT",), {"UPDATE": ("accepted_at", "withdrawn_at")}),
                ],
            ),
        ]

    def __str__(self):
        return f"invitation {self.pk}"
