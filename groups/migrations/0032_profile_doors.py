from pathlib import Path

from django.db import migrations

DOORS = Path(__file__).with_name("sql") / "0032_profile_doors.sql"


class Migration(migrations.Migration):
    dependencies = [("groups", "0031_profiles")]

    operations = [
        migrations.RunSQL(DOORS.read_text(), migrations.RunSQL.noop),
    ]
