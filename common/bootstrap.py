"""The cluster's roles and the database, made by a superuser once; everything here may run again at any time.

Roles are cluster-wide, so they are not a migration's business. ``docs/architecture.md`` explains who may become whom.
"""

import psycopg
from psycopg import sql

LOGINS = ("colloquy_owner", "colloquy_web", "colloquy_jobs", "colloquy_custody", "colloquy_backup")
ROLES = (
    "colloquy_signin",
    "colloquy_member",
    "colloquy_hr",
    "colloquy_worker",
    "colloquy_keeper",
    "colloquy_definer",
    "colloquy_usher",
    "colloquy_self",
    "colloquy_report",
)
# login or role -> roles whose grants it has at all times
INHERITS = {
    "colloquy_web": ["colloquy_signin"],
    "colloquy_member": ["colloquy_signin"],
    "colloquy_hr": ["colloquy_signin"],
}
# login -> roles it may become through acting_as (or, for the owner, give functions to)
BECOMES = {
    "colloquy_web": ["colloquy_member", "colloquy_hr", "colloquy_self", "colloquy_report"],
    "colloquy_jobs": ["colloquy_worker"],
    "colloquy_custody": ["colloquy_keeper"],
    "colloquy_owner": ["colloquy_definer", "colloquy_usher"],
}
# In test clusters only: the arranger makes test data past every wall, and the tests' one connection may become the
# roles of the other logins too, and the owner for sabotage.
ARRANGER = "colloquy_arranger"
TESTS_BECOME = [ARRANGER, "colloquy_owner", "colloquy_worker", "colloquy_keeper"]


def bootstrap(conninfo, *, passwords, database="colloquy", test_cluster=False):
    """Make roles, logins, the database and its schema's grants, or bring them to this state.

    ``conninfo`` is a superuser's, on the database ``postgres``; ``passwords`` maps each login to its password.
    """
    with psycopg.connect(conninfo, autocommit=True) as connection:
        _make_roles(connection, passwords)
        if test_cluster:
            _make_arranger(connection)
        _make_database(connection, database)
    with psycopg.connect(conninfo, dbname=database, autocommit=True) as connection:
        _grant_schema(connection)


def _make_roles(connection, passwords):
    have = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
    for role in ROLES:
        if role not in have:
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
    for login in LOGINS:
        verb = "ALTER" if login in have else "CREATE"
        extra = {"colloquy_owner": "CREATEDB", "colloquy_backup": "BYPASSRLS"}.get(login, "")
        connection.execute(
            sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEROLE {} PASSWORD {}").format(
                sql.SQL(verb), sql.Identifier(login), sql.SQL(extra), sql.Literal(passwords[login])
            )
        )
    for table, options in ((INHERITS, "INHERIT TRUE, SET FALSE"), (BECOMES, "INHERIT FALSE, SET TRUE")):
        for member, roles in table.items():
            for role in roles:
                _grant_role(connection, role, member, options)
    _grant_role(connection, "pg_read_all_data", "colloquy_backup", "INHERIT TRUE, SET FALSE")


def _grant_role(connection, role, member, options):
    connection.execute(
        sql.SQL("GRANT {} TO {} WITH {}").format(sql.Identifier(role), sql.Identifier(member), sql.SQL(options))
    )


def _make_arranger(connection):
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ARRANGER]).fetchone():
        connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN BYPASSRLS").format(sql.Identifier(ARRANGER)))
    for power in ("pg_read_all_data", "pg_write_all_data"):
        _grant_role(connection, power, ARRANGER, "INHERIT TRUE, SET FALSE")
    for role in TESTS_BECOME:
        _grant_role(connection, role, "colloquy_web", "INHERIT FALSE, SET TRUE")


def _make_database(connection, database):
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER colloquy_owner").format(sql.Identifier(database)))
    name = sql.Identifier(database)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    logins = sql.SQL(", ").join(map(sql.Identifier, LOGINS))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, logins))


def _grant_schema(connection):
    everyone = sql.SQL(", ").join(map(sql.Identifier, LOGINS + ROLES))
    connection.execute("ALTER SCHEMA public OWNER TO colloquy_owner")
    connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(everyone))
    # A function can only be given to a role that may create in its schema.
    connection.execute("GRANT CREATE ON SCHEMA public TO colloquy_definer, colloquy_usher")
