"""Row security, grants and organization keys, declared on models as constraints and carried by migrations."""

import re
from dataclasses import dataclass, field, fields

from django.db.models.constraints import BaseConstraint

ACTOR = "nullif(current_setting('app.actor', true), '')::uuid"
MEMBER, HR, WORKER, KEEPER = "colloquy_member", "colloquy_hr", "colloquy_worker", "colloquy_keeper"
SIGNIN, WEB, DEFINER, USHER = "colloquy_signin", "colloquy_web", "colloquy_definer", "colloquy_usher"
# One's own words in every group one was ever in, for export and erasure; numbers about taking part, for members and HR.
SELF, REPORT = "colloquy_self", "colloquy_report"
# What these helpers answer is remembered until the transaction, the context or a membership changes, and of which type
# it is; ``acting_as`` and the triggers of common/0004 forget it.
REMEMBERED = {
    "my_organizations": "uuid[]",
    "my_groups": "uuid[]",
    "my_doors": "uuid[]",
    "my_memberships": "uuid[]",
    "my_open_memberships": "uuid[]",
    "my_facilitated": "uuid[]",
    "my_peers": "uuid[]",
    "my_pasts": "uuid[]",
    "my_sinces": "jsonb",
    "my_closed_sessions": "uuid[]",
    "my_office": "uuid",
    "my_office_roles": "text[]",
}


def in_my(function, column):
    """SQL: ``column`` is one of the ids that a membership helper returns (computed once per statement)."""
    return f"{column} = ANY ((SELECT {function}())::uuid[])"


def remembering(condition):
    """SQL: the same condition, in which helpers are asked once in a transaction instead of once in a statement.

    For reading only. A condition for writing asks anew, because a writer may have waited for a lock behind which a
    membership ended.
    """

    def remembered(match):
        name = match[1]
        return f"(SELECT coalesce(nullif(current_setting('app.{name}', true), '')::{REMEMBERED[name]}, {name}()))"

    return re.sub(rf"\(SELECT ({'|'.join(REMEMBERED)})\(\)\)", remembered, condition)


def may_read(role, condition="true"):
    """The policy by which ``role`` reads the rows for which ``condition`` holds."""
    return Policy(role, "SELECT", remembering(condition))


class _Declared:
    """A dataclass that migrations can write down."""

    def deconstruct(self):
        return (
            f"{type(self).__module__}.{type(self).__name__}",
            (),
            {f.name: getattr(self, f.name) for f in fields(self)},
        )


@dataclass
class Policy(_Declared):
    """One permissive policy: ``role`` may ``command`` the rows for which ``using`` (and, written, ``check``) holds."""

    role: str
    command: str  # SELECT, INSERT, UPDATE, DELETE or ALL
    using: str = "true"
    check: str = ""

    def sql(self, table, name):
        clauses = []
        if self.command != "INSERT":
            clauses.append(f"USING ({self.using})")
        if self.command != "SELECT" and self.command != "DELETE":
            clauses.append(f"WITH CHECK ({self.check or self.using})")
        return f"CREATE POLICY {name} ON {table} FOR {self.command} TO {self.role} {' '.join(clauses)}"


@dataclass
class Grant(_Declared):
    """What a role may do to a table; ``columns`` maps a verb to the columns it is limited to."""

    role: str
    verbs: tuple = ()
    columns: dict = field(default_factory=dict)

    def sql(self, table):
        parts = list(self.verbs) + [f"{verb} ({', '.join(names)})" for verb, names in self.columns.items()]
        return f"GRANT {', '.join(parts)} ON {table} TO {self.role}"


class TableStatements(BaseConstraint):
    """A constraint that is really a list of statements about the table; subclasses say which."""

    def statements(self, table):
        raise NotImplementedError  # abstract: each subclass has its own list

    def removal(self, table):
        raise NotImplementedError  # abstract, as above

    def constraint_sql(self, model, schema_editor):
        """Part of CREATE TABLE: nothing; the statements follow when the table stands."""
        schema_editor.deferred_sql.extend(self.statements(schema_editor.quote_name(model._meta.db_table)))

    def create_sql(self, model, schema_editor):
        """Added on its own: deferred as well, because a key may refer to one that this migration adds later."""
        self.constraint_sql(model, schema_editor)

    def remove_sql(self, model, schema_editor):
        return ";\n".join(self.removal(schema_editor.quote_name(model._meta.db_table)))

    def validate(self, model, instance, exclude=None, using=None):
        """Nothing that Python could check."""

    def __eq__(self, other):
        return type(self) is type(other) and self.deconstruct() == other.deconstruct()

    __hash__ = BaseConstraint.__hash__


class RowSecurity(TableStatements):
    """ENABLE and FORCE row security with these policies and grants.

    ``fence`` maps a role to the condition that every row it touches must meet besides its policies (a RESTRICTIVE
    policy). Removing the constraint drops policies and grants but never disables row security: the table is then
    closed to all.
    """

    def __init__(self, *, name, policies, grants, fence=()):
        super().__init__(name=name)
        self.policies, self.grants, self.fence = tuple(policies), tuple(grants), dict(fence)

    def statements(self, table):
        fences = [
            f"CREATE POLICY {self._fence(role)} ON {table} AS RESTRICTIVE FOR ALL TO {role} "
            f"USING ({remembering(condition)}) WITH CHECK ({condition})"
            for role, condition in self.fence.items()
        ]
        return [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            *fences,
            *(policy.sql(table, self._policy(number)) for number, policy in enumerate(self.policies)),
            *(grant.sql(table) for grant in self.grants),
        ]

    def removal(self, table):
        names = [self._fence(role) for role in self.fence] + [self._policy(n) for n in range(len(self.policies))]
        roles = ", ".join(dict.fromkeys(grant.role for grant in self.grants))
        return [f"DROP POLICY IF EXISTS {name} ON {table}" for name in names] + [f"REVOKE ALL ON {table} FROM {roles}"]

    def deconstruct(self):
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "policies": self.policies, "grants": self.grants, "fence": self.fence}

    def _policy(self, number):
        return f"{self.name}_p{number}"

    def _fence(self, role):
        return f"{self.name}_fence_{role.removeprefix('colloquy_')}"


class SameParent(TableStatements):
    """The row and the row that ``field`` points at have the same ``parent``: abstract, see those below.

    Foreign-key checks bypass row security, so this composite key is what keeps foreign ids out. The table that is
    pointed at needs a unique constraint on (parent, id); the field itself has ``db_constraint=False``. When the row
    that is pointed at goes, the row goes with it (``cascade``), or stays and forgets it (``forget``).
    """

    parent = ""

    @property
    def theirs(self):
        """What ``parent`` is called on the row that is pointed at."""
        return self.parent

    def __init__(self, *, name, field, to, cascade=False, forget=False):
        super().__init__(name=name)
        self.field, self.to, self.cascade, self.forget = field, to, cascade, forget

    def statements(self, table):
        action = " ON DELETE CASCADE" if self.cascade else ""
        action = f" ON DELETE SET NULL ({self.field}_id)" if self.forget else action
        return [
            f"ALTER TABLE {table} ADD CONSTRAINT {self.name} FOREIGN KEY ({self.parent}_id, {self.field}_id) "
            f"REFERENCES {self.to} ({self.theirs}_id, id){action} DEFERRABLE INITIALLY DEFERRED"
        ]

    def removal(self, table):
        return [f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {self.name}"]

    def deconstruct(self):
        path, args, kwargs = super().deconstruct()
        kwargs |= {"field": self.field, "to": self.to, "cascade": self.cascade}
        return path, args, kwargs | {"forget": True} if self.forget else kwargs


class SameOrganization(SameParent):
    """Both rows belong to one organization."""

    parent = "organization"


class SameGroup(SameParent):
    """Both rows belong to one group: whoever is in two groups cannot mix them, not even in SQL."""

    parent = "group"


class SamePerson(SameParent):
    """The row's ``ours`` is the ``theirs`` of the row that ``field`` points at, such as who wrote it.

    A policy that asked the other table would do as well, were it not asked by that table's policies in turn.
    """

    def __init__(self, *, ours, theirs, **named):
        super().__init__(**named)
        self.parent, self._theirs = ours, theirs

    @property
    def theirs(self):
        return self._theirs

    def deconstruct(self):
        path, args, kwargs = super().deconstruct()
        return path, args, kwargs | {"ours": self.parent, "theirs": self._theirs}
