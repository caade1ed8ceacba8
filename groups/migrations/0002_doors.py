from pathlib import Path

from django.db import migrations

DOORS = Path(__file__).with_name("sql") / "0002_doors.sql"


class Migration(migrations.Migration):
    dependencies = [("groups", "0001_initial"), ("accounts", "0002_doors")]

    operations = [
        migrations.RunSQL(DOORS.read_text(), migrations.RunSQL.noop),
    ]
