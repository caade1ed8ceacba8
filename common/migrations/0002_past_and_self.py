from pathlib import Path

import django.utils.timezone
from django.db import migrations, models

import common.fences
import common.ids
from common.migrating import Wall

FUNCTIONS = Path(__file__).with_name("sql") / "0002_past_and_self.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS.read_text(), migrations.RunSQL.noop),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("organization_id", models.UUIDField(blank=True, null=True)),
                ("group_id", models.UUIDField(blank=True, null=True)),
                ("actor_id", models.UUIDField(blank=True, null=True)),
                ("subject_id", models.UUIDField(blank=True, null=True)),
                ("act", models.CharField(max_length=40)),
                ("facts", models.JSONField(default=dict)),
                (
                    "circle",
                    models.CharField(
                        choices=[("group", "Group"), ("office", "Office"), ("both", "Both"), ("person", "Person")],
                        max_length=6,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organization_id", "-at"], name="common_audit_office"),
                    models.Index(
                        condition=models.Q(("group_id__isnull", False)),
                        fields=["group_id", "-at"],
                        name="common_audit_group",
                    ),
                ],
                "constraints": [
                    common.fences.RowSecurity(
                        fence={},
                        grants=(
                            common.fences.Grant(columns={}, role="colloquy_member", verbs=("SELECT", "INSERT")),
                            common.fences.Grant(columns={}, role="colloquy_hr", verbs=("SELECT", "INSERT")),
                            common.fences.Grant(columns={}, role="colloquy_self", verbs=("SELECT", "INSERT")),
                            common.fences.Grant(columns={}, role="colloquy_keeper", verbs=("INSERT",)),
                            common.fences.Grant(columns={}, role="colloquy_worker", verbs=("SELECT",)),
                            common.fences.Grant(columns={}, role="colloquy_usher", verbs=("INSERT",)),
                        ),
                        name="common_audit_walls",
                        policies=(
                            common.fences.Policy(
                                check="",
                                command="SELECT",
                                role="colloquy_member",
                                using="((circle = 'group' OR circle = 'both') AND group_id = ANY ((SELECT my_groups())::uuid[])) OR (circle = 'person' AND subject_id = (SELECT current_actor()))",
                            ),
                            common.fences.Policy(
                                check="",
                                command="INSERT",
                                role="colloquy_member",
                                using="actor_id = (SELECT current_actor()) AND organization_id = ANY ((SELECT my_organizations())::uuid[]) AND (group_id IS NULL OR group_id = ANY ((SELECT my_doors())::uuid[]))",
                            ),
                            common.fences.Policy(
                                check="",
                                command="SELECT",
                                role="colloquy_hr",
                                using="organization_id = (SELECT my_office()) AND (circle = 'office' OR circle = 'both') AND 'owner' = ANY ((SELECT my_office_roles())::text[])",
                            ),
                            common.fences.Policy(
                                check="",
                                command="INSERT",
                                role="colloquy_hr",
                                using="actor_id = (SELECT current_actor()) AND organization_id = (SELECT my_office())",
                            ),
                            common.fences.Policy(
                                check="",
                                command="SELECT",
                                role="colloquy_self",
                                using="actor_id = (SELECT current_actor()) OR subject_id = (SELECT current_actor())",
                            ),
                            common.fences.Policy(
                                check="",
                                command="INSERT",
                                role="colloquy_self",
                                using="actor_id = (SELECT current_actor())",
                            ),
                            common.fences.Policy(check="", command="INSERT", role="colloquy_keeper", using="true"),
                            common.fences.Policy(check="", command="SELECT", role="colloquy_worker", using="true"),
                            common.fences.Policy(check="", command="INSERT", role="colloquy_usher", using="true"),
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditLink",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("chain_id", models.UUIDField()),
                ("number", models.PositiveIntegerField()),
                ("entry_id", models.UUIDField(unique=True)),
                ("digest", models.BinaryField()),
                ("linked_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("chain_id", "number"), name="common_auditlink_place"),
                    common.fences.RowSecurity(
                        fence={},
                        grants=(common.fences.Grant(columns={}, role="colloquy_worker", verbs=("SELECT", "INSERT")),),
                        name="common_auditlink_walls",
                        policies=(
                            common.fences.Policy(check="", command="SELECT", role="colloquy_worker", using="true"),
                            common.fences.Policy(check="", command="INSERT", role="colloquy_worker", using="true"),
                        ),
                    ),
                ],
            },
        ),
        Wall(
            model_name="scopekey",
            constraint=common.fences.RowSecurity(
                fence={"colloquy_member": "organization_id = ANY ((SELECT my_organizations())::uuid[])"},
                grants=(
                    common.fences.Grant(columns={}, role="colloquy_member", verbs=("SELECT", "INSERT")),
                    common.fences.Grant(columns={}, role="colloquy_self", verbs=("SELECT",)),
                    common.fences.Grant(
                        columns={}, role="colloquy_keeper", verbs=("SELECT", "INSERT", "UPDATE", "DELETE")
                    ),
                ),
                name="common_scopekey_walls",
                policies=(
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_member",
                        using="(scope_kind = 'group' AND scope_id = ANY ((SELECT my_groups())::uuid[])) OR (scope_kind = 'door' AND scope_id = ANY ((SELECT my_doors())::uuid[])) OR (scope_kind = 'person' AND scope_id = (SELECT current_actor())) OR (scope_kind = 'organization' AND scope_id = ANY ((SELECT my_organizations())::uuid[]))",
                    ),
                    common.fences.Policy(
                        check="",
                        command="INSERT",
                        role="colloquy_member",
                        using="(scope_kind = 'group' AND scope_id = ANY ((SELECT my_groups())::uuid[])) OR (scope_kind = 'door' AND scope_id = ANY ((SELECT my_doors())::uuid[])) OR (scope_kind = 'person' AND scope_id = (SELECT current_actor())) OR (scope_kind = 'organization' AND scope_id = ANY ((SELECT my_organizations())::uuid[]))",
                    ),
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_self",
                        using="((scope_kind = 'group' OR scope_kind = 'door') AND scope_id = ANY ((SELECT my_groups_ever())::uuid[])) OR (scope_kind = 'person' AND scope_id = (SELECT current_actor()))",
                    ),
                    common.fences.Policy(check="", command="ALL", role="colloquy_keeper", using="true"),
                ),
            ),
        ),
        migrations.AlterField(
            model_name="scopekey",
            name="scope_kind",
            field=models.CharField(
                choices=[("group", "Group"), ("door", "Door"), ("person", "Person"), ("organization", "Organization")],
                max_length=12,
            ),
        ),
    ]
