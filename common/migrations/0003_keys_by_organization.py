from pathlib import Path

from django.db import migrations, models


PEERS = Path(__file__).with_name("sql") / "0003_peers.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0002_past_and_self"),
    ]

    operations = [
        migrations.RunSQL(PEERS.read_text(), migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name="scopekey",
            name="common_scopekey_version",
        ),
        migrations.AddConstraint(
            model_name="scopekey",
            constraint=models.UniqueConstraint(
                fields=("scope_kind", "scope_id", "organization_id", "version"), name="common_scopekey_version"
            ),
        ),
    ]
