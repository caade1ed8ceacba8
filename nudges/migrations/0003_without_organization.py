import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.fences
from common.migrating import Wall


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_sign_ins"),
        ("nudges", "0002_doors"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Wall(
            model_name="nudge",
            constraint=common.fences.RowSecurity(
                fence={
                    "colloquy_hr": "organization_id = (SELECT my_office())",
                    "colloquy_member": "(organization_id IS NULL AND recipient_id = (SELECT current_actor())) OR organization_id = ANY ((SELECT my_organizations())::uuid[])",
                },
                grants=(
                    common.fences.Grant(columns={}, role="colloquy_member", verbs=("INSERT",)),
                    common.fences.Grant(columns={}, role="colloquy_hr", verbs=("INSERT",)),
                    common.fences.Grant(
                        columns={}, role="colloquy_worker", verbs=("SELECT", "INSERT", "UPDATE", "DELETE")
                    ),
                ),
                name="nudges_nudge_walls",
                policies=(
                    common.fences.Policy(check="", command="INSERT", role="colloquy_member", using="email = ''"),
                    common.fences.Policy(check="", command="INSERT", role="colloquy_hr", using="true"),
                    common.fences.Policy(check="", command="ALL", role="colloquy_worker", using="true"),
                ),
            ),
        ),
        migrations.AlterField(
            model_name="nudge",
            name="organization",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organization",
            ),
        ),
    ]
