from pathlib import Path

from django.db import migrations

DOORS = Path(__file__).with_name("sql") / "0002_doors.sql"

# What sign-in needs of tables that are not ours; they have no fence, and every role of the web inherits this.
SIGN_IN = """
    GRANT SELECT, INSERT, UPDATE, DELETE ON django_session, account_emailaddress, account_emailconfirmation
        TO colloquy_signin;
    GRANT SELECT ON django_migrations TO colloquy_signin, colloquy_worker;
    GRANT SELECT ON account_emailaddress TO colloquy_usher;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(DOORS.read_text(), migrations.RunSQL.noop),
        migrations.RunSQL(SIGN_IN, migrations.RunSQL.noop),
    ]
