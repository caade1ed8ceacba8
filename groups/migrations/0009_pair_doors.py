from pathlib import Path

from django.db import migrations

DOORS = Path(__file__).with_name("sql") / "0009_pair_doors.sql"


class Migration(migrations.Migration):
    dependencies = [("groups", "0008_pairs")]

    operations = [
        migrations.RunSQL(DOORS.read_text(), migrations.RunSQL.noop),
    ]
