"""Tables of keys: what the key file wraps, and how a key file is recognized."""

from django.db import models

from common.fences import ACTOR, KEEPER, MEMBER, Grant, Policy, RowSecurity, in_my
from common.ids import new_id

_OWN_SCOPE = (
    f"(scope_kind = 'group' AND {in_my('my_groups', 'scope_id')})"
    f" OR (scope_kind = 'person' AND scope_id = {ACTOR})"
    f" OR (scope_kind = 'organization' AND {in_my('my_organizations', 'scope_id')})"
)


class ScopeKey(models.Model):
    """One version of a scope's data key, wrapped by a key of the key file."""

    class Kind(models.TextChoices):
        GROUP = "group"
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
            models.UniqueConstraint(fields=["scope_kind", "scope_id", "version"], name="common_scopekey_version"),
            RowSecurity(
                name="common_scopekey_walls",
                fence={MEMBER: in_my("my_organizations", "organization_id")},
                policies=[
                    Policy(MEMBER, "SELECT", _OWN_SCOPE),
                    Policy(MEMBER, "INSERT", _OWN_SCOPE),
                    Policy(KEEPER, "ALL"),
                ],
                grants=[
                    Grant(MEMBER, ("SELECT", "INSERT")),
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
                policies=[Policy(MEMBER, "SELECT"), Policy(KEEPER, "ALL")],
                grants=[Grant(MEMBER, ("SELECT",)), Grant(KEEPER, ("SELECT", "INSERT", "UPDATE", "DELETE"))],
            ),
        ]

    def __str__(self):
        return self.kek_id
