import common.fences
import common.ids
import django.db.models.deletion
from django.db import migrations, models

from common.migrating import Wall


class Migration(migrations.Migration):
    dependencies = [("groups", "0030_roster_columns")]

    operations = [
        migrations.CreateModel(
            name="DeclaredConflict",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("low", models.CharField(max_length=254)),
                ("high", models.CharField(max_length=254)),
                ("mark", models.CharField(max_length=64)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="groups.program",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["program"], name="groups_conflict_program")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("low__lt", models.F("high"))), name="groups_conflict_two_people"
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="program", name="groups_conflict_org_program", to="groups_program"
                    ),
                    common.fences.RowSecurity(
                        fence={},
                        grants=(
                            common.fences.Grant(
                                columns={"SELECT": ("id", "organization_id", "program_id", "low", "high")},
                                role="colloquy_worker",
                                verbs=("DELETE",),
                            ),
                            common.fences.Grant(
                                columns={}, role="colloquy_usher", verbs=("SELECT", "INSERT", "DELETE")
                            ),
                        ),
                        name="groups_conflict_walls",
                        policies=(
                            common.fences.Policy(check="", command="SELECT", role="colloquy_worker", using="true"),
                            common.fences.Policy(
                                check="",
                                command="DELETE",
                                role="colloquy_worker",
                                using="EXISTS (SELECT 1 FROM groups_program p WHERE p.id = program_id AND p.ends_on < current_date)",
                            ),
                            common.fences.Policy(check="", command="ALL", role="colloquy_usher", using="true"),
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ParticipantProfile",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("asked_at", models.DateTimeField()),
                ("reminded_at", models.DateTimeField(blank=True, null=True)),
                ("completed_at", models.DateTimeField(blank=True, null=True)),
                ("free", models.JSONField(default=list)),
                ("timezone", models.CharField(blank=True, max_length=64)),
                ("languages", models.JSONField(default=list)),
                ("topics", models.JSONField(default=list)),
                (
                    "style",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("aloud", "I think while I speak"),
                            ("quiet", "I think first, then speak"),
                            ("asking", "I ask more than I say"),
                            ("straight", "I come to the point at once"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "participant",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="profile",
                        to="groups.participant",
                    ),
                ),
            ],
            options={
                "constraints": [
                    common.fences.SameOrganization(
                        cascade=True,
                        field="participant",
                        name="groups_profile_org_participant",
                        to="groups_participant",
                    ),
                    common.fences.RowSecurity(
                        fence={"colloquy_hr": "organization_id = (SELECT my_office())"},
                        grants=(
                            common.fences.Grant(
                                columns={"UPDATE": ("reminded_at",)}, role="colloquy_hr", verbs=("SELECT", "INSERT")
                            ),
                            common.fences.Grant(columns={}, role="colloquy_worker", verbs=("SELECT", "DELETE")),
                            common.fences.Grant(columns={}, role="colloquy_self", verbs=("SELECT", "DELETE")),
                            common.fences.Grant(
                                columns={
                                    "UPDATE": ("free", "timezone", "languages", "topics", "style", "completed_at")
                                },
                                role="colloquy_usher",
                                verbs=("SELECT",),
                            ),
                        ),
                        name="groups_profile_walls",
                        policies=(
                            common.fences.Policy(check="", command="SELECT", role="colloquy_hr", using="true"),
                            common.fences.Policy(
                                check="",
                                command="INSERT",
                                role="colloquy_hr",
                                using="completed_at IS NULL AND free = '[]' AND languages = '[]' AND topics = '[]' AND style = '' AND timezone = ''",
                            ),
                            common.fences.Policy(check="", command="UPDATE", role="colloquy_hr", using="true"),
                            common.fences.Policy(check="", command="SELECT", role="colloquy_worker", using="true"),
                            common.fences.Policy(
                                check="",
                                command="DELETE",
                                role="colloquy_worker",
                                using="EXISTS (SELECT 1 FROM groups_participant q JOIN groups_program p ON p.id = q.program_id WHERE q.id = participant_id AND p.ends_on < current_date)",
                            ),
                            common.fences.Policy(
                                check="",
                                command="SELECT",
                                role="colloquy_self",
                                using="EXISTS (SELECT 1 FROM groups_participant p WHERE p.id = participant_id AND p.person_id = nullif(current_setting('app.actor', true), '')::uuid)",
                            ),
                            common.fences.Policy(
                                check="",
                                command="DELETE",
                                role="colloquy_self",
                                using="EXISTS (SELECT 1 FROM groups_participant p WHERE p.id = participant_id AND p.person_id = nullif(current_setting('app.actor', true), '')::uuid)",
                            ),
                            common.fences.Policy(check="", command="SELECT", role="colloquy_usher", using="true"),
                            common.fences.Policy(check="", command="UPDATE", role="colloquy_usher", using="true"),
                        ),
                    ),
                ]
            },
        ),
        Wall(
            model_name="participant",
            constraint=common.fences.RowSecurity(
                fence={
                    "colloquy_hr": "organization_id = (SELECT my_office())",
                    "colloquy_member": "organization_id = ANY ((SELECT my_organizations())::uuid[])",
                    "colloquy_report": "organization_id = (SELECT current_org()) AND organization_id = ANY ((SELECT my_organizations())::uuid[])",
                },
                grants=(
                    common.fences.Grant(columns={}, role="colloquy_member", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_hr", verbs=("SELECT", "INSERT", "UPDATE")),
                    common.fences.Grant(
                        columns={"SELECT": ("id", "organization_id", "program_id", "person_id", "email")},
                        role="colloquy_report",
                        verbs=(),
                    ),
                    common.fences.Grant(columns={}, role="colloquy_worker", verbs=("SELECT", "DELETE")),
                    common.fences.Grant(columns={}, role="colloquy_self", verbs=("SELECT",)),
                    common.fences.Grant(columns={"UPDATE": ("person_id",)}, role="colloquy_usher", verbs=("SELECT",)),
                ),
                name="groups_participant_walls",
                policies=(
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_member",
                        using="person_id = nullif(current_setting('app.actor', true), '')::uuid",
                    ),
                    common.fences.Policy(check="", command="ALL", role="colloquy_hr", using="true"),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_report", using="true"),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_worker", using="true"),
                    common.fences.Policy(
                        check="",
                        command="DELETE",
                        role="colloquy_worker",
                        using="EXISTS (SELECT 1 FROM groups_program p WHERE p.id = program_id AND p.ends_on < current_date)",
                    ),
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_self",
                        using="person_id = nullif(current_setting('app.actor', true), '')::uuid",
                    ),
                    common.fences.Policy(check="", command="ALL", role="colloquy_usher", using="true"),
                ),
            ),
        ),
        Wall(
            model_name="rosterupload",
            constraint=common.fences.RowSecurity(
                fence={"colloquy_hr": "organization_id = (SELECT my_office())"},
                grants=(
                    common.fences.Grant(columns={}, role="colloquy_hr", verbs=("SELECT", "INSERT", "UPDATE", "DELETE")),
                    common.fences.Grant(
                        columns={"SELECT": ("id", "organization_id", "program_id")},
                        role="colloquy_worker",
                        verbs=("DELETE",),
                    ),
                ),
                name="groups_upload_walls",
                policies=(
                    common.fences.Policy(check="", command="ALL", role="colloquy_hr", using="true"),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_worker", using="true"),
                    common.fences.Policy(
                        check="",
                        command="DELETE",
                        role="colloquy_worker",
                        using="EXISTS (SELECT 1 FROM groups_program p WHERE p.id = program_id AND p.ends_on < current_date)",
                    ),
                ),
            ),
        ),
    ]
