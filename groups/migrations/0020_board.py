"""Several proposals side by side, and what a board keeps of its changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0011_terms_of_pairs_that_go_on"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="formation",
            name="groups_formation_one_open",
        ),
        migrations.AddField(
            model_name="formation",
            name="kept",
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name="formation",
            name="moves",
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name="formation",
            name="revision",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="formation",
            name="stop_asked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="formation",
            name="undone",
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name="formation",
            name="weights",
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddField(
            model_name="program",
            name="weights",
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddConstraint(
            model_name="formation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["queued", "solving"])),
                fields=("program",),
                name="groups_formation_one_running",
            ),
        ),
    ]
