from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.fences
import common.ids
import common.sealed
from common.migrating import Wall

DOORS = Path(__file__).with_name("sql") / "0004_doors.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_doors"),
        ("common", "0002_past_and_self"),
        ("groups", "0003_same_group"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("place", models.CharField(max_length=120)),
                ("tab", models.CharField(max_length=36)),
                ("fields", common.sealed.SealedTextField(author="person", limit=40000, scope="person")),
                ("saved_at", models.DateTimeField()),
                (
                    "group",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="groups.coachinggroup",
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts",
                        to="groups.membership",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("membership", "place", "tab"), name="groups_draft_once"),
                    common.fences.SameOrganization(
                        cascade=False, field="group", name="groups_draft_org_group", to="groups_coachinggroup"
                    ),
                    common.fences.SameGroup(
                        cascade=False, field="membership", name="groups_draft_same_group", to="groups_membership"
                    ),
                    common.fences.RowSecurity(
                        fence={"colloquy_member": "organization_id = ANY ((SELECT my_organizations())::uuid[])"},
                        grants=(
                            common.fences.Grant(
                                columns={}, role="colloquy_member", verbs=("SELECT", "INSERT", "UPDATE", "DELETE")
                            ),
                            common.fences.Grant(columns={}, role="colloquy_self", verbs=("SELECT", "DELETE")),
                            common.fences.Grant(
                                columns={
                                    "SELECT": ("id", "organization_id", "person_id", "person_id", "fields"),
                                    "UPDATE": ("fields",),
                                },
                                role="colloquy_keeper",
                                verbs=(),
                            ),
                        ),
                        name="groups_draft_walls",
                        policies=(
                            common.fences.Policy(
                                check="",
                                command="ALL",
                                role="colloquy_member",
                                using="group_id = ANY ((SELECT my_groups())::uuid[]) AND membership_id = ANY ((SELECT my_memberships())::uuid[]) AND person_id = (SELECT current_actor())",
                            ),
                            common.fences.Policy(
                                check="",
                                command="SELECT",
                                role="colloquy_self",
                                using="person_id = (SELECT current_actor())",
                            ),
                            common.fences.Policy(
                                check="",
                                command="DELETE",
                                role="colloquy_self",
                                using="person_id = (SELECT current_actor())",
                            ),
                            common.fences.Policy(check="", command="SELECT", role="colloquy_keeper", using="true"),
                            common.fences.Policy(check="", command="UPDATE", role="colloquy_keeper", using="true"),
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PastConsent",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("agreed_at", models.DateTimeField()),
                (
                    "group",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="groups.coachinggroup",
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="groups.membership",
                    ),
                ),
                (
                    "newcomer",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents_to_past",
                        to="groups.membership",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("newcomer", "membership"), name="groups_pastconsent_once"),
                    common.fences.SameOrganization(
                        cascade=False, field="group", name="groups_pastconsent_org_group", to="groups_coachinggroup"
                    ),
                    common.fences.SameGroup(
                        cascade=False, field="newcomer", name="groups_pastconsent_new_group", to="groups_membership"
                    ),
                    common.fences.SameGroup(
                        cascade=False, field="membership", name="groups_pastconsent_same_group", to="groups_membership"
                    ),
                    common.fences.RowSecurity(
                        fence={"colloquy_member": "organization_id = ANY ((SELECT my_organizations())::uuid[])"},
                        grants=(
                            common.fences.Grant(columns={}, role="colloquy_member", verbs=("SELECT",)),
                            common.fences.Grant(
                                columns={}, role="colloquy_usher", verbs=("SELECT", "INSERT", "DELETE")
                            ),
                        ),
                        name="groups_pastconsent_walls",
                        policies=(
                            common.fences.Policy(
                                check="",
                                command="SELECT",
                                role="colloquy_member",
                                using="group_id = ANY ((SELECT my_groups())::uuid[])",
                            ),
                            common.fences.Policy(check="", command="ALL", role="colloquy_usher", using="true"),
                        ),
                    ),
                ],
            },
        ),
        Wall(
            model_name="charter",
            constraint=common.fences.RowSecurity(
                fence={
                    "colloquy_hr": "organization_id = (SELECT my_office())",
                    "colloquy_member": "organization_id = ANY ((SELECT my_organizations())::uuid[])",
                    "colloquy_report": "organization_id = (SELECT current_org()) AND organization_id = ANY ((SELECT my_organizations())::uuid[])",
                },
                grants=(
                    common.fences.Grant(columns={}, role="colloquy_member", verbs=("SELECT", "INSERT")),
                    common.fences.Grant(
                        columns={
                            "SELECT": (
                                "id",
                                "organization_id",
                                "group_id",
                                "version",
                                "text_key",
                                "words_in_id",
                                "written_by_id",
                                "made_for_id",
                                "created_at",
                                "withdrawn_at",
                            )
                        },
                        role="colloquy_hr",
                        verbs=("INSERT",),
                    ),
                    common.fences.Grant(
                        columns={
                            "SELECT": (
                                "id",
                                "organization_id",
                                "group_id",
                                "version",
                                "text_key",
                                "words_in_id",
                                "written_by_id",
                                "made_for_id",
                                "created_at",
                                "withdrawn_at",
                            )
                        },
                        role="colloquy_worker",
                        verbs=(),
                    ),
                    common.fences.Grant(columns={}, role="colloquy_self", verbs=("SELECT",)),
                    common.fences.Grant(
                        columns={
                            "SELECT": (
                                "id",
                                "organization_id",
                                "group_id",
                                "version",
                                "text_key",
                                "words_in_id",
                                "written_by_id",
                                "made_for_id",
                                "created_at",
                                "withdrawn_at",
                            ),
                            "UPDATE": ("withdrawn_at",),
                        },
                        role="colloquy_usher",
                        verbs=("INSERT",),
                    ),
                    common.fences.Grant(
                        columns={
                            "SELECT": ("id", "organization_id", "group_id", "written_by_id", "clauses"),
                            "UPDATE": ("clauses",),
                        },
                        role="colloquy_keeper",
                        verbs=(),
                    ),
                ),
                name="groups_charter_walls",
                policies=(
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_member",
                        using="group_id = ANY ((SELECT my_doors())::uuid[])",
                    ),
                    common.fences.Policy(
                        check="",
                        command="INSERT",
                        role="colloquy_member",
                        using="group_id = ANY ((SELECT my_groups())::uuid[]) AND written_by_id = ANY ((SELECT my_memberships())::uuid[]) AND made_for_id IS NULL AND withdrawn_at IS NULL",
                    ),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_hr", using="true"),
                    common.fences.Policy(
                        check="", command="INSERT", role="colloquy_hr", using="is_new_group(group_id) AND version = 1"
                    ),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_worker", using="true"),
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_self",
                        using="written_by_id = ANY ((SELECT my_memberships_ever())::uuid[])",
                    ),
                    common.fences.Policy(check="", command="ALL", role="colloquy_usher", using="true"),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_keeper", using="true"),
                    common.fences.Policy(check="", command="UPDATE", role="colloquy_keeper", using="true"),
                ),
            ),
        ),
        Wall(
            model_name="chartersignature",
            constraint=common.fences.RowSecurity(
                fence={
                    "colloquy_hr": "organization_id = (SELECT my_office())",
                    "colloquy_member": "organization_id = ANY ((SELECT my_organizations())::uuid[])",
                    "colloquy_report": "organization_id = (SELECT current_org()) AND organization_id = ANY ((SELECT my_organizations())::uuid[])",
                },
                grants=(
                    common.fences.Grant(columns={}, role="colloquy_member", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_hr", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_report", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_worker", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_self", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_usher", verbs=("SELECT", "INSERT")),
                ),
                name="groups_signature_walls",
                policies=(
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_member",
                        using="membership_id = ANY ((SELECT my_open_memberships())::uuid[]) OR group_id = ANY ((SELECT my_groups())::uuid[])",
                    ),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_hr", using="true"),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_report", using="true"),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_worker", using="true"),
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_self",
                        using="membership_id = ANY ((SELECT my_memberships_ever())::uuid[])",
                    ),
                    common.fences.Policy(check="", command="ALL", role="colloquy_usher", using="true"),
                ),
            ),
        ),
        Wall(
            model_name="coachinggroup",
            constraint=common.fences.RowSecurity(
                fence={
                    "colloquy_hr": "organization_id = (SELECT my_office())",
                    "colloquy_member": "organization_id = ANY ((SELECT my_organizations())::uuid[])",
                    "colloquy_report": "organization_id = (SELECT current_org()) AND organization_id = ANY ((SELECT my_organizations())::uuid[])",
                },
                grants=(
                    common.fences.Grant(columns={}, role="colloquy_member", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_hr", verbs=("SELECT", "INSERT", "UPDATE")),
                    common.fences.Grant(columns={}, role="colloquy_report", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_worker", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_self", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_usher", verbs=("SELECT",)),
                ),
                name="groups_group_walls",
                policies=(
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_member",
                        using="id = ANY ((SELECT my_doors())::uuid[])",
                    ),
                    common.fences.Policy(check="", command="ALL", role="colloquy_hr", using="true"),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_report", using="true"),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_worker", using="true"),
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_self",
                        using="id = ANY ((SELECT my_groups_ever())::uuid[])",
                    ),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_usher", using="true"),
                ),
            ),
        ),
        Wall(
            model_name="invitation",
            constraint=common.fences.RowSecurity(
                fence={
                    "colloquy_hr": "organization_id = (SELECT my_office())",
                    "colloquy_report": "organization_id = (SELECT current_org()) AND organization_id = ANY ((SELECT my_organizations())::uuid[])",
                },
                grants=(
                    common.fences.Grant(
                        columns={"UPDATE": ("withdrawn_at", "expires_at")},
                        role="colloquy_hr",
                        verbs=("SELECT", "INSERT"),
                    ),
                    common.fences.Grant(
                        columns={
                            "SELECT": (
                                "id",
                                "organization_id",
                                "group_id",
                                "participant_id",
                                "created_at",
                                "accepted_at",
                                "withdrawn_at",
                            )
                        },
                        role="colloquy_report",
                        verbs=(),
                    ),
                    common.fences.Grant(columns={}, role="colloquy_worker", verbs=("SELECT",)),
                    common.fences.Grant(
                        columns={"UPDATE": ("accepted_at", "withdrawn_at")}, role="colloquy_usher", verbs=("SELECT",)
                    ),
                ),
                name="groups_invitation_walls",
                policies=(
                    common.fences.Policy(check="", command="SELECT", role="colloquy_hr", using="true"),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_report", using="true"),
                    common.fences.Policy(
                        check="",
                        command="INSERT",
                        role="colloquy_hr",
                        using="NOT is_founding OR is_new_group(group_id)",
                    ),
                    common.fences.Policy(check="", command="UPDATE", role="colloquy_hr", using="true"),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_worker", using="true"),
                    common.fences.Policy(check="", command="ALL", role="colloquy_usher", using="true"),
                ),
            ),
        ),
        Wall(
            model_name="membership",
            constraint=common.fences.RowSecurity(
                fence={
                    "colloquy_hr": "organization_id = (SELECT my_office())",
                    "colloquy_member": "organization_id = ANY ((SELECT my_organizations())::uuid[])",
                    "colloquy_report": "organization_id = (SELECT current_org()) AND organization_id = ANY ((SELECT my_organizations())::uuid[])",
                },
                grants=(
                    common.fences.Grant(columns={}, role="colloquy_member", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_hr", verbs=("SELECT", "INSERT")),
                    common.fences.Grant(columns={}, role="colloquy_report", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_self", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_worker", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_definer", verbs=("SELECT",)),
                    common.fences.Grant(
                        columns={"UPDATE": ("admitted_at", "reads_from", "left_at", "ended_as", "ended_for")},
                        role="colloquy_usher",
                        verbs=("SELECT", "INSERT"),
                    ),
                ),
                name="groups_membership_walls",
                policies=(
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_member",
                        using="(person_id = (SELECT current_actor()) AND left_at IS NULL) OR group_id = ANY ((SELECT my_groups())::uuid[])",
                    ),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_hr", using="true"),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_report", using="true"),
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_self",
                        using="person_id = (SELECT current_actor()) OR group_id = ANY ((SELECT my_groups_ever())::uuid[])",
                    ),
                    common.fences.Policy(
                        check="",
                        command="INSERT",
                        role="colloquy_hr",
                        using="role = 'facilitator' AND admitted_at IS NULL AND left_at IS NULL AND is_new_group(group_id)",
                    ),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_worker", using="true"),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_definer", using="true"),
                    common.fences.Policy(check="", command="ALL", role="colloquy_usher", using="true"),
                ),
            ),
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
                    common.fences.Grant(columns={}, role="colloquy_worker", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_self", verbs=("SELECT",)),
                    common.fences.Grant(columns={"UPDATE": ("person_id",)}, role="colloquy_usher", verbs=("SELECT",)),
                ),
                name="groups_participant_walls",
                policies=(
                    common.fences.Policy(
                        check="", command="SELECT", role="colloquy_member", using="person_id = (SELECT current_actor())"
                    ),
                    common.fences.Policy(check="", command="ALL", role="colloquy_hr", using="true"),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_report", using="true"),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_worker", using="true"),
                    common.fences.Policy(
                        check="", command="SELECT", role="colloquy_self", using="person_id = (SELECT current_actor())"
                    ),
                    common.fences.Policy(check="", command="ALL", role="colloquy_usher", using="true"),
                ),
            ),
        ),
        Wall(
            model_name="program",
            constraint=common.fences.RowSecurity(
                fence={
                    "colloquy_hr": "organization_id = (SELECT my_office())",
                    "colloquy_member": "organization_id = ANY ((SELECT my_organizations())::uuid[])",
                    "colloquy_report": "organization_id = (SELECT current_org()) AND organization_id = ANY ((SELECT my_organizations())::uuid[])",
                },
                grants=(
                    common.fences.Grant(columns={}, role="colloquy_member", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_hr", verbs=("SELECT", "INSERT", "UPDATE")),
                    common.fences.Grant(columns={}, role="colloquy_report", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_worker", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_usher", verbs=("SELECT",)),
                ),
                name="groups_program_walls",
                policies=(
                    common.fences.Policy(check="", command="SELECT", role="colloquy_member", using="true"),
                    common.fences.Policy(check="", command="ALL", role="colloquy_hr", using="true"),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_report", using="true"),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_worker", using="true"),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_usher", using="true"),
                ),
            ),
        ),
        migrations.AddField(
            model_name="charter",
            name="clauses",
            field=common.sealed.SealedTextField(author="written_by", limit=12000, null=True, scope="door"),
        ),
        migrations.AddField(
            model_name="charter",
            name="made_for",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="charters_for",
                to="groups.membership",
            ),
        ),
        migrations.AddField(
            model_name="charter",
            name="withdrawn_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="charter",
            name="words_in",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="groups.charter",
            ),
        ),
        migrations.AddField(
            model_name="charter",
            name="written_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="groups.membership",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="is_founding",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="membership",
            name="ended_as",
            field=models.CharField(
                blank=True,
                choices=[
                    ("left", "left"),
                    ("removed", "was removed"),
                    ("replaced", "was replaced"),
                    ("declined", "was not admitted"),
                    ("duty_ended", "is no longer a facilitator"),
                    ("erased", "closed their account"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="ended_for",
            field=models.CharField(
                blank=True,
                choices=[
                    ("asked", "They asked for it"),
                    ("moved_on", "They left the organization or the program"),
                    ("absent", "They no longer take part"),
                    ("conflict", "A reporting line or a conflict of interest came up"),
                    ("charter", "The charter was broken"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="is_founding",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="membership",
            name="reads_from",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="charter",
            constraint=models.UniqueConstraint(fields=("group", "id"), name="groups_charter_group_key"),
        ),
        Wall(
            model_name="charter",
            constraint=common.fences.SameGroup(
                cascade=False, field="words_in", name="groups_charter_words_group", to="groups_charter"
            ),
        ),
        Wall(
            model_name="charter",
            constraint=common.fences.SameGroup(
                cascade=False, field="written_by", name="groups_charter_writer_group", to="groups_membership"
            ),
        ),
        Wall(
            model_name="charter",
            constraint=common.fences.SameGroup(
                cascade=False, field="made_for", name="groups_charter_newcomer_group", to="groups_membership"
            ),
        ),
        migrations.RunSQL(DOORS.read_text(), migrations.RunSQL.noop),
    ]
