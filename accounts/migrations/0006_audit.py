from pathlib import Path

from django.db import migrations

DOOR = Path(__file__).with_name("sql") / "0006_audit.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_own_words"),
        ("groups", "0004_admission"),
    ]

    operations = [migrations.RunSQL(DOOR.read_text(), migrations.RunSQL.noop)]
