"""Every table × role × verb: what the catalog holds is what the models declare, neither more nor less."""

import pytest
from django.apps import apps
from django.db import connection

from common.bootstrap import BECOMES, INHERITS, LOGINS, ROLES, TESTS_BECOME
from common.fences import RowSecurity

# Tables of sign-in, read before anybody is known: no fence. Their grants are listed here.
SIGN_IN = {
    "django_session": {("colloquy_signin", verb) for verb in ("SELECT", "INSERT", "UPDATE", "DELETE")}
    | {("colloquy_worker", "SELECT", "expire_date"), ("colloquy_worker", "DELETE")},
    "account_emailaddress": {("colloquy_signin", verb) for verb in ("SELECT", "INSERT", "UPDATE", "DELETE")}
    | {("colloquy_usher", "SELECT")},
    "account_emailconfirmation": {("colloquy_signin", verb) for verb in ("SELECT", "INSERT", "UPDATE", "DELETE")},
    "mfa_authenticator": {("colloquy_signin", verb) for verb in ("SELECT", "INSERT", "UPDATE", "DELETE")}
    | {("colloquy_keeper", "SELECT", column) for column in ("id", "type", "data")}
    | {("colloquy_keeper", "UPDATE", "data")},
    "accounts_cache": {("colloquy_signin", verb) for verb in ("SELECT", "INSERT", "UPDATE", "DELETE")}
    | {("colloquy_worker", "SELECT", "expires"), ("colloquy_worker", "DELETE")},
    "django_migrations": {("colloquy_signin", "SELECT"), ("colloquy_worker", "SELECT")},
    # Django's own; nothing of ours uses them
    "auth_group": set(),
    "auth_group_permissions": set(),
    "auth_permission": set(),
    "django_content_type": set(),
}
FENCED = {
    model._meta.db_table: constraint
    for model in apps.get_models()
    for constraint in model._meta.constraints
    if isinstance(constraint, RowSecurity)
}


def rows(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def grants(table):
    """(role, verb) and (role, verb, column) that anybody but the owner has on a table."""
    whole = rows(
        "SELECT coalesce(r.rolname, 'PUBLIC'), a.privilege_type FROM pg_class c, aclexplode(c.relacl) a "
        "LEFT JOIN pg_roles r ON r.oid = a.grantee "
        "WHERE c.oid = %s::regclass AND a.grantee <> c.relowner",
        table,
    )
    columns = rows(
        "SELECT coalesce(r.rolname, 'PUBLIC'), a.privilege_type, t.attname FROM pg_attribute t, aclexplode(t.attacl) a "
        "LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE t.attrelid = %s::regclass",
        table,
    )
    return set(whole) | set(columns)


def policies(table):
    return set(
        rows(
            "SELECT policyname, permissive, roles::text, cmd, qual, with_check FROM pg_policies WHERE tablename = %s",
            table,
        )
    )


def test_every_table_is_fenced_or_a_table_of_sign_in(db):
    tables = {name for (name,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}

    assert tables == set(FENCED) | set(SIGN_IN)


def test_fenced_tables_enforce_row_security_on_everybody(db):
    enforced = rows(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' "
        "AND relrowsecurity AND relforcerowsecurity"
    )

    assert {name for (name,) in enforced} == set(FENCED)


@pytest.mark.parametrize("table", sorted(SIGN_IN))
def test_tables_of_sign_in_have_the_listed_grants(db, table):
    assert grants(table) == SIGN_IN[table]


@pytest.mark.parametrize("table", sorted(FENCED))
def test_the_catalog_holds_what_the_model_declares(db, as_owner, table):
    found = grants(table), policies(table)

    assert found == declared(as_owner, table)


def declared(as_owner, table):
    """Drop all policies and grants of a table, apply the model's declaration, and look; then roll back."""
    drops = [f'DROP POLICY "{name}" ON "{table}"' for name, *_rest in policies(table)]
    everyone = ", ".join((*ROLES, *(login for login in LOGINS if login != "colloquy_owner")))
    columns = ", ".join(
        f'"{name}"'
        for (name,) in rows(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped", table
        )
    )
    revokes = [f'REVOKE ALL ON "{table}" FROM {everyone}', f'REVOKE ALL ({columns}) ON "{table}" FROM {everyone}']
    with as_owner(*drops, *revokes, *FENCED[table].statements(f'"{table}"')):
        return grants(table), policies(table)


@pytest.mark.parametrize(
    "sabotage",
    [
        "GRANT SELECT ON goals_goal TO colloquy_hr",
        "GRANT UPDATE (text) ON goals_actionstep TO colloquy_worker",
        "GRANT SELECT ON goals_goal TO PUBLIC",
        "CREATE POLICY extra ON goals_goal FOR SELECT TO colloquy_member USING (true)",
        "DROP POLICY goals_goal_walls_fence_member ON goals_goal",
        "ALTER POLICY goals_goal_walls_p0 ON goals_goal USING (true)",
    ],
)
def test_a_grant_or_policy_beyond_the_declaration_is_noticed(db, as_owner, sabotage):
    table = "goals_actionstep" if "actionstep" in sabotage else "goals_goal"
    with as_owner(sabotage):
        changed = grants(table), policies(table)

    assert changed != declared(as_owner, table)


def test_who_may_become_whom_is_what_the_design_says(db):
    found = rows(
        "SELECT m.rolname, r.rolname, a.inherit_option, a.set_option FROM pg_auth_members a "
        "JOIN pg_roles m ON m.oid = a.member JOIN pg_roles r ON r.oid = a.roleid "
        "WHERE m.rolname LIKE 'colloquy\\_%%'"
    )
    expected = {(member, role, True, False) for member, roles in INHERITS.items() for role in roles}
    expected |= {(member, role, False, True) for member, roles in BECOMES.items() for role in roles}
    expected |= {("colloquy_backup", "pg_read_all_data", True, False)}
    in_test_clusters = {("colloquy_web", role, False, True) for role in TESTS_BECOME}
    in_test_clusters |= {("colloquy_arranger", f"pg_{power}_all_data", True, False) for power in ("read", "write")}

    assert set(found) == expected | in_test_clusters


def test_no_login_is_a_superuser_and_only_the_backup_passes_row_security(db):
    found = rows(
        "SELECT rolname FROM pg_roles "
        "WHERE rolname LIKE 'colloquy\\_%%' AND (rolsuper OR rolbypassrls OR rolcreaterole)"
    )

    assert {name for (name,) in found} == {"colloquy_backup", "colloquy_arranger"}


def test_functions_are_run_by_nobody_but_those_named(db):
    public = rows(
        "SELECT proname FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a "
        "WHERE pronamespace = 'public'::regnamespace AND a.grantee = 0"
    )
    owners = rows(
        "SELECT DISTINCT r.rolname FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner "
        "WHERE pronamespace = 'public'::regnamespace AND prosecdef"
    )

    assert (public, {name for (name,) in owners}) == ([], {"colloquy_definer", "colloquy_usher"})
