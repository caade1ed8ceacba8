from django.db import migrations

# Second factors, and what sign-in counts (Django's database cache): read before anybody is known, so they have no
# fence. The keeper seals secrets again under a new key; the worker deletes what has expired and reads nothing else.
TABLES = """
    GRANT SELECT, INSERT, UPDATE, DELETE ON mfa_authenticator TO colloquy_signin;
    GRANT SELECT (id, type, data), UPDATE (data) ON mfa_authenticator TO colloquy_keeper;
    CREATE TABLE accounts_cache (
        cache_key varchar(255) PRIMARY KEY,
        value text NOT NULL,
        expires timestamptz NOT NULL
    );
    CREATE INDEX accounts_cache_expires ON accounts_cache (expires);
    GRANT SELECT, INSERT, UPDATE, DELETE ON accounts_cache TO colloquy_signin;
    GRANT SELECT (expires), DELETE ON accounts_cache TO colloquy_worker;
    GRANT SELECT (expire_date), DELETE ON django_session TO colloquy_worker;
"""
BACK = """
    REVOKE ALL ON django_session FROM colloquy_worker;
    DROP TABLE accounts_cache;
    REVOKE ALL ON mfa_authenticator FROM colloquy_signin, colloquy_keeper;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_doors"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("sessions", "0001_initial"),
    ]

    operations = [migrations.RunSQL(TABLES, BACK)]
