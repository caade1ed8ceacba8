from pathlib import Path

from django.db import migrations

DOORS = Path(__file__).with_name("sql") / "0011_check_in_links.sql"


class Migration(migrations.Migration):
    dependencies = [("goals", "0010_check_ins")]

    operations = [migrations.RunSQL(DOORS.read_text(), migrations.RunSQL.noop)]
