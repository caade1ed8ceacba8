from pathlib import Path

from django.db import migrations

DOORS = Path(__file__).with_name("sql") / "0005_decline_words.sql"


class Migration(migrations.Migration):
    dependencies = [("groups", "0004_admission")]

    operations = [
        migrations.RunSQL(DOORS.read_text(), migrations.RunSQL.noop),
    ]
