from django.conf import settings
from django.db import migrations

import common.fences
from common.migrating import Wall


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_remembered"),
        ("nudges", "0003_without_organization"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Wall(
            model_name="nudge",
            constraint=common.fences.RowSecurity(
                fence={
                    "colloquy_hr": "organization_id = (SELECT my_office())",
                    "colloquy_member": "(organization_id IS NULL AND recipient_id = nullif(current_setting('app.actor', true), '')::uuid) OR organization_id = ANY ((SELECT my_organizations())::uuid[])",
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
        Wall(
            model_name="unsubscription",
            constraint=common.fences.RowSecurity(
                fence={},
                grants=(
                    common.fences.Grant(columns={}, role="colloquy_member", verbs=("SELECT", "INSERT", "DELETE")),
                    common.fences.Grant(columns={}, role="colloquy_worker", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_usher", verbs=("SELECT", "INSERT")),
                ),
                name="nudges_unsubscription_walls",
                policies=(
                    common.fences.Policy(
                        check="",
                        command="ALL",
                        role="colloquy_member",
                        using="lower(email) = (SELECT lower(p.email) FROM accounts_person p WHERE p.id = nullif(current_setting('app.actor', true), '')::uuid)",
                    ),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_worker", using="true"),
                    common.fences.Policy(check="", command="ALL", role="colloquy_usher", using="true"),
                ),
            ),
        ),
    ]
