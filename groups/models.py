"""Programs and their rosters; groups, who is in them, and what they agreed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import OFFICE, FencedModel
from common.fences import (
    ACTOR,
    DEFINER,
    HR,
    MEMBER,
    USHER,
    WORKER,
    Grant,
    Policy,
    RowSecurity,
    SameOrganization,
    in_my,
)

FENCE = {MEMBER: in_my("my_organizations", "organization_id"), HR: OFFICE}
MY_GROUP = in_my("my_groups", "group_id")
MY_DOOR = in_my("my_doors", "group_id")
MY_MEMBERSHIP = in_my("my_memberships", "membership_id")


def organization_key(name):
    """What ``SameOrganization`` of other tables refers to."""
    return models.UniqueConstraint(fields=["organization", "id"], name=name)


class Program(FencedModel):
    """A run of coaching for a roster of participants, with the rules by which its groups are formed."""

    class State(models.TextChoices):
        FORMING = "forming", _("Forming")
        RUNNING = "running", _("Running")
        ENDED = "ended", _("Ended")

    name = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=State, default=State.FORMING)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    timezone = models.CharField(max_length=64, default="UTC")
    size_min = models.PositiveSmallIntegerField(default=4)
    size_target = models.PositiveSmallIntegerField(default=6)
    size_max = models.PositiveSmallIntegerField(default=8)
    level_band = models.PositiveSmallIntegerField(default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            organization_key("groups_program_org_key"),
            models.CheckConstraint(
                condition=Q(
                    size_min__gte=2,
                    size_max__lte=12,
                    size_target__gte=models.F("size_min"),
                    size_max__gte=models.F("size_target"),
                ),
                name="groups_program_sizes",
            ),
            RowSecurity(
                name="groups_program_walls",
                fence=FENCE,
                policies=[
                    Policy(MEMBER, "SELECT"),
                    Policy(HR, "ALL"),
                    Policy(WORKER, "SELECT"),
                    Policy(USHER, "SELECT"),
                ],
                grants=[
                    Grant(MEMBER, ("SELECT",)),
                    Grant(HR, ("SELECT", "INSERT", "UPDATE")),
                    Grant(WORKER, ("SELECT",)),
                    Grant(USHER, ("SELECT",)),
                ],
            ),
        ]

    def __str__(self):
        return self.name


class RosterUpload(FencedModel):
    """A roster file as it came, shown as a preview until somebody accepts it; the text goes when it is decided."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="uploads", db_constraint=False)
    filename = models.CharField(max_length=200)
    content = models.BinaryField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            SameOrganization(name="groups_upload_org_program", field="program", to="groups_program"),
            RowSecurity(
                name="groups_upload_walls",
                fence={HR: OFFICE},
                policies=[Policy(HR, "ALL")],
                grants=[Grant(HR, ("SELECT", "INSERT", "UPDATE", "DELETE"))],
            ),
        ]

    def __str__(self):
        return self.filename


class Participant(FencedModel):
    """A person's place in a program, with what formation needs to know; an account may come later."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="participants", db_constraint=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="participants"
    )
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=150)
    team = models.CharField(max_length=200, blank=True)
    manager_email = models.CharField(max_length=254, blank=True)
    level = models.SmallIntegerField(null=True, blank=True)
    years_in_role = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    function = models.CharField(max_length=200, blank=True)
    location = models.CharField(max_length=200, blank=True)
    timezone = models.CharField(max_length=64, blank=True)
    gender = models.CharField(max_length=50, blank=True)
    languages = models.JSONField(default=list)
    goals = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            organization_key("groups_participant_org_key"),
            models.UniqueConstraint("program", Lower("email"), name="groups_participant_once"),
            SameOrganization(name="groups_participant_org_program", field="program", to="groups_program"),
            RowSecurity(
                name="groups_participant_walls",
                fence=FENCE,
                policies=[
                    Policy(MEMBER, "SELECT", f"person_id = {ACTOR}"),
                    Policy(HR, "ALL"),
                    Policy(WORKER, "SELECT"),
                    Policy(USHER, "ALL"),
                ],
                grants=[
                    Grant(MEMBER, ("SELECT",)),
                    Grant(HR, ("SELECT", "INSERT", "UPDATE")),
                    Grant(WORKER, ("SELECT",)),
                    Grant(USHER, ("SELECT",), {"UPDATE": ("person_id",)}),
                ],
            ),
        ]

    def __str__(self):
        return self.name


class Formation(FencedModel):
    """One proposal of groups for a program: asked for, solved by a worker, then published or replaced."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SOLVING = "solving"
        PROPOSED = "proposed"
        FAILED = "failed"
        PUBLISHED = "published"
        REPLACED = "replaced"

    program = models.ForeignKey(Program, models.PROTECT, related_name="formations", db_constraint=False)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    seed = models.PositiveIntegerField(default=0)
    # {"groups": [{"name", "members": [participant id], "facilitator": person id | null, "reasons": [...]}],
    #  "unplaced": [[participant id, why]], "score": number}
    proposal = models.JSONField(default=dict)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    solved_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program"],
                condition=Q(state__in=["queued", "solving", "proposed"]),
                name="groups_formation_one_open",
            ),
            SameOrganization(name="groups_formation_org_program", field="program", to="groups_program"),
            RowSecurity(
                name="groups_formation_walls",
                fence={HR: OFFICE},
                policies=[Policy(HR, "ALL"), Policy(WORKER, "SELECT"), Policy(WORKER, "UPDATE")],
                grants=[
                    Grant(HR, ("SELECT", "INSERT", "UPDATE")),
                    Grant(WORKER, ("SELECT",), {"UPDATE": ("state", "proposal", "solved_at")}),
                ],
            ),
        ]

    def __str__(self):
        return self.state


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
                    Policy(MEMBER, "SELECT", in_my("my_doors", "id")),
                    Policy(HR, "ALL"),
                    Policy(WORKER, "SELECT"),
                    Policy(USHER, "SELECT"),
                ],
                grants=[
                    Grant(MEMBER, ("SELECT",)),
                    Grant(HR, ("SELECT", "INSERT", "UPDATE")),
                    Grant(WORKER, ("SELECT",)),
                    Grant(USHER, ("SELECT",)),
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

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="memberships", db_constraint=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    participant = models.ForeignKey(
        Participant, models.PROTECT, null=True, blank=True, related_name="memberships", db_constraint=False
    )
    role = models.CharField(max_length=11, choices=Role, default=Role.MEMBER)
    joined_at = models.DateTimeField()
    admitted_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            organization_key("groups_membership_org_key"),
            models.UniqueConstraint(
                fields=["group", "person"], condition=Q(left_at=None), name="groups_membership_one_open"
            ),
            SameOrganization(name="groups_membership_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="groups_membership_org_part", field="participant", to="groups_participant"),
            RowSecurity(
                name="groups_membership_walls",
                fence=FENCE,
                policies=[
                    Policy(MEMBER, "SELECT", f"(person_id = {ACTOR} AND left_at IS NULL) OR {MY_GROUP}"),
                    Policy(HR, "SELECT"),
                    Policy(HR, "INSERT", "role = 'facilitator' AND admitted_at IS NULL AND left_at IS NULL"),
                    Policy(WORKER, "SELECT"),
                    Policy(DEFINER, "SELECT"),
                    Policy(USHER, "ALL"),
                ],
                grants=[
                    Grant(MEMBER, ("SELECT",)),
                    Grant(HR, ("SELECT", "INSERT")),
                    Grant(WORKER, ("SELECT",)),
                    Grant(DEFINER, ("SELECT",)),
                    Grant(USHER, ("SELECT", "INSERT"), {"UPDATE": ("admitted_at", "left_at")}),
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
                fence={HR: OFFICE},
                policies=[
                    Policy(HR, "SELECT"),
                    Policy(HR, "INSERT"),
                    Policy(HR, "UPDATE"),
                    Policy(WORKER, "SELECT"),
                    Policy(USHER, "ALL"),
                ],
                grants=[
                    Grant(HR, ("SELECT", "INSERT"), {"UPDATE": ("withdrawn_at", "expires_at")}),
                    Grant(WORKER, ("SELECT",)),
                    Grant(USHER, ("SELECT",), {"UPDATE": ("accepted_at",)}),
                ],
            ),
        ]

    def __str__(self):
        return f"invitation {self.pk}"


class Charter(FencedModel):
    """A version of the group's agreement. ``text_key`` names the product's own clauses; groups edit them later."""

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="charters", db_constraint=False)
    version = models.PositiveSmallIntegerField(default=1)
    text_key = models.CharField(max_length=40, default="six_commitments")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            organization_key("groups_charter_org_key"),
            models.UniqueConstraint(fields=["group", "version"], name="groups_charter_version"),
            SameOrganization(name="groups_charter_org_group", field="group", to="groups_coachinggroup"),
            RowSecurity(
                name="groups_charter_walls",
                fence=FENCE,
                policies=[
                    Policy(MEMBER, "SELECT", MY_DOOR),
                    Policy(HR, "SELECT"),
                    Policy(HR, "INSERT"),
                    Policy(USHER, "SELECT"),
                ],
                grants=[
                    Grant(MEMBER, ("SELECT",)),
                    Grant(HR, ("SELECT", "INSERT")),
                    Grant(USHER, ("SELECT",)),
                ],
            ),
        ]

    def __str__(self):
        return f"v{self.version}"


class CharterSignature(FencedModel):
    """That one member agreed to one version of the charter; made through ``sign_charter`` only."""

    charter = models.ForeignKey(Charter, models.PROTECT, related_name="signatures", db_constraint=False)
    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="signatures", db_constraint=False)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["charter", "membership"], name="groups_signature_once"),
            SameOrganization(name="groups_signature_org_charter", field="charter", to="groups_charter"),
            SameOrganization(name="groups_signature_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="groups_signature_org_member", field="membership", to="groups_membership"),
            RowSecurity(
                name="groups_signature_walls",
                fence=FENCE,
                policies=[
                    Policy(MEMBER, "SELECT", f"{MY_MEMBERSHIP} OR {MY_GROUP}"),
                    Policy(HR, "SELECT"),
                    Policy(WORKER, "SELECT"),
                    Policy(USHER, "ALL"),
                ],
                grants=[
                    Grant(MEMBER, ("SELECT",)),
                    Grant(HR, ("SELECT",)),
                    Grant(WORKER, ("SELECT",)),
                    Grant(USHER, ("SELECT", "INSERT")),
                ],
            ),
        ]

    def __str__(self):
        return f"signature {self.pk}"
