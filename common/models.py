"""Tables of keys, what the key file wraps and how it is recognized; and the trail of administrative acts."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from common.fences import ACTOR, HR, KEEPER, MEMBER, SELF, USHER, WORKER, Grant, Policy, RowSecurity, in_my, may_read
from common.ids import new_id

_IN_MY_ORGANIZATIONS = in_my("my_organizations", "organization_id")
_OWN_PERSON = f"scope_kind = 'person' AND scope_id = {ACTOR}"
_OWN_SCOPE = (
    f"(scope_kind = 'group' AND {in_my('my_groups', 'scope_id')})"
    f" OR (scope_kind = 'door' AND {in_my('my_doors', 'scope_id')})"
    f" OR ({_OWN_PERSON})"
    f" OR (scope_kind = 'organization' AND {in_my('my_organizations', 'scope_id')})"
)
_EVER_OWN_SCOPE = (
    f"((scope_kind = 'group' OR scope_kind = 'door') AND {in_my('my_groups_ever', 'scope_id')}) OR ({_OWN_PERSON})"
)


class ScopeKey(models.Model):
    """One version of a scope's data key, wrapped by a key of the key file."""

    class Kind(models.TextChoices):
        GROUP = "group"
        DOOR = "door"  # of a group: what is read before one is admitted, such as its charter
        PERSON = "person"
        ORGANIZATION = "organization"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization_id = models.UUIDField()
    scope_kind = models.CharField(max_length=12, choices=Kind)
    scope_id = models.UUIDField()
    version = models.PositiveIntegerField(default=1)
    kek_id = models.CharField(max_length=40)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # somebody in two organizations has a key in each
            models.UniqueConstraint(
                fields=["scope_kind", "scope_id", "organization_id", "version"], name="common_scopekey_version"
            ),
            RowSecurity(
                name="common_scopekey_walls",
                # one's own key goes with one out of an organization, because what it opens is one's own
                fence={MEMBER: f"{_IN_MY_ORGANIZATIONS} OR ({_OWN_PERSON})"},
                policies=[
                    may_read(MEMBER, _OWN_SCOPE),
                    Policy(MEMBER, "INSERT", f"({_OWN_SCOPE}) AND {_IN_MY_ORGANIZATIONS}"),
                    may_read(SELF, _EVER_OWN_SCOPE),
                    Policy(KEEPER, "ALL"),
                ],
                grants=[
                    Grant(MEMBER, ("SELECT", "INSERT")),
                    Grant(SELF, ("SELECT",)),
                    Grant(KEEPER, ("SELECT", "INSERT", "UPDATE", "DELETE")),
                ],
            ),
        ]

    def __str__(self):
        return f"{self.scope_kind} key v{self.version}"


class KeyCheck(models.Model):
    """A known sentence sealed under a key of the key file: tells the right file from a wrong one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kek_id = models.CharField(max_length=40, unique=True)
    sealed = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            RowSecurity(
                name="common_keycheck_walls",
                policies=[may_read(MEMBER), Policy(KEEPER, "ALL")],
                grants=[Grant(MEMBER, ("SELECT",)), Grant(KEEPER, ("SELECT", "INSERT", "UPDATE", "DELETE"))],
            ),
        ]

    def __str__(self):
        return self.kek_id


_MY_OFFICE = "organization_id = (SELECT my_office())"
_ACTED_MYSELF = f"actor_id = {ACTOR}"
_GROUP_IS_THEIRS = "(group_id IS NULL OR is_group_of(group_id, organization_id))"


class AuditEntry(models.Model):
    """One administrative act: who did what to whom, when. Never a word that a member wrote; added, never changed."""

    class Circle(models.TextChoices):
        """Who reads it."""

        GROUP = "group"  # the group it is about
        OFFICE = "office"  # the organization's owners
        BOTH = "both"
        PERSON = "person"  # only whom it is about

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization_id = models.UUIDField(null=True, blank=True)  # none: about the whole installation
    group_id = models.UUIDField(null=True, blank=True)
    actor_id = models.UUIDField(null=True, blank=True)  # none: the product itself, or a group that speaks as one
    subject_id = models.UUIDField(null=True, blank=True)
    act = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)  # ids, states and counts
    circle = models.CharField(max_length=6, choices=Circle)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            RowSecurity(
                name="common_audit_walls",
                policies=[
                    may_read(
                        MEMBER,
                        f"((circle = 'group' OR circle = 'both') AND {in_my('my_groups', 'group_id')})"
                        f" OR (circle = 'person' AND subject_id = {ACTOR})",
                    ),
                    Policy(
                        MEMBER,
                        "INSERT",
                        f"{_ACTED_MYSELF} AND {in_my('my_organizations', 'organization_id')}"
                        f" AND (group_id IS NULL OR {in_my('my_doors', 'group_id')}) AND {_GROUP_IS_THEIRS}",
                    ),
                    may_read(
                        HR,
                        f"{_MY_OFFICE} AND (circle = 'office' OR circle = 'both')"
                        " AND 'owner' = ANY ((SELECT my_office_roles())::text[])",
                    ),
                    Policy(HR, "INSERT", f"{_ACTED_MYSELF} AND {_MY_OFFICE} AND {_GROUP_IS_THEIRS}"),
                    may_read(SELF, f"{_ACTED_MYSELF} OR subject_id = {ACTOR}"),
                    Policy(
                        SELF,
                        "INSERT",
                        f"{_ACTED_MYSELF} AND subject_id = {ACTOR} AND CASE WHEN group_id IS NULL"
                        " THEN organization_id IS NULL AND circle = 'person'"  # an account that is erased
                        f" ELSE {in_my('my_groups_ever', 'group_id')} AND {_GROUP_IS_THEIRS} END",
                    ),
                    Policy(KEEPER, "INSERT"),
                    may_read(WORKER),
                    Policy(USHER, "INSERT"),
                ],
                grants=[
                    Grant(MEMBER, ("SELECT", "INSERT")),
                    Grant(HR, ("SELECT", "INSERT")),
                    Grant(SELF, ("SELECT", "INSERT")),
                    Grant(KEEPER, ("INSERT",)),
                    Grant(WORKER, ("SELECT",)),
                    Grant(USHER, ("INSERT",)),
                ],
            ),
        ]
        indexes = [
            models.Index(fields=["organization_id", "-at"], name="common_audit_office"),
            models.Index(fields=["group_id", "-at"], condition=Q(group_id__isnull=False), name="common_audit_group"),
        ]

    def __str__(self):
        return self.act


class AuditLink(models.Model):
    """The place of an entry in its organization's chain: each link's digest holds the one before it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    chain_id = models.UUIDField()  # the organization, or the nil id for the installation's own chain
    number = models.PositiveIntegerField()
    entry_id = models.UUIDField(unique=True)
    digest = models.BinaryField()
    linked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain_id", "number"], name="common_auditlink_place"),
            RowSecurity(
                name="common_auditlink_walls",
                policies=[may_read(WORKER), Policy(WORKER, "INSERT")],
                grants=[Grant(WORKER, ("SELECT", "INSERT"))],
            ),
        ]

    def __str__(self):
        return f"{self.chain_id} {self.number}"
