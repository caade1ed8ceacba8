from pathlib import Path

from django.db import migrations

DOORS = Path(__file__).with_name("sql") / "0002_doors.sql"


class Migration(migrations.Migration):
    dependencies = [("nudges", "0001_initial")]

    operations = [
        migrations.RunSQL(DOORS.read_text(), migrations.RunSQL.noop),
    ]
