from django.conf import settings
from django.db import migrations

import common.fences
from common.migrating import Wall

FORGET = """
    CREATE TRIGGER groups_membership_forget AFTER INSERT OR UPDATE OR DELETE ON groups_membership
        FOR EACH STATEMENT EXECUTE FUNCTION forget_mine();
"""
KEEP = "DROP TRIGGER groups_membership_forget ON groups_membership"


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0004_remembered"),
        ("accounts", "0007_remembered"),
        ("groups", "0005_decline_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(FORGET, KEEP),
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
                        using="group_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_doors', true), '')::uuid[], my_doors()))::uuid[])",
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
                        using="membership_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_open_memberships', true), '')::uuid[], my_open_memberships()))::uuid[]) OR group_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_groups', true), '')::uuid[], my_groups()))::uuid[])",
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
                        using="id = ANY ((SELECT coalesce(nullif(current_setting('app.my_doors', true), '')::uuid[], my_doors()))::uuid[])",
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
            model_name="draft",
            constraint=common.fences.RowSecurity(
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
                        using="group_id = ANY ((SELECT my_groups())::uuid[]) AND membership_id = ANY ((SELECT my_memberships())::uuid[]) AND person_id = nullif(current_setting('app.actor', true), '')::uuid",
                    ),
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_self",
                        using="person_id = nullif(current_setting('app.actor', true), '')::uuid",
                    ),
                    common.fences.Policy(
                        check="",
                        command="DELETE",
                        role="colloquy_self",
                        using="person_id = nullif(current_setting('app.actor', true), '')::uuid",
                    ),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_keeper", using="true"),
                    common.fences.Policy(check="", command="UPDATE", role="colloquy_keeper", using="true"),
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
                        using="(person_id = nullif(current_setting('app.actor', true), '')::uuid AND left_at IS NULL) OR group_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_groups', true), '')::uuid[], my_groups()))::uuid[])",
                    ),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_hr", using="true"),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_report", using="true"),
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_self",
                        using="person_id = nullif(current_setting('app.actor', true), '')::uuid OR group_id = ANY ((SELECT my_groups_ever())::uuid[])",
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
                        command="SELECT",
                        role="colloquy_self",
                        using="person_id = nullif(current_setting('app.actor', true), '')::uuid",
                    ),
                    common.fences.Policy(check="", command="ALL", role="colloquy_usher", using="true"),
                ),
            ),
        ),
        Wall(
            model_name="pastconsent",
            constraint=common.fences.RowSecurity(
                fence={"colloquy_member": "organization_id = ANY ((SELECT my_organizations())::uuid[])"},
                grants=(
                    common.fences.Grant(columns={}, role="colloquy_member", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_usher", verbs=("SELECT", "INSERT", "DELETE")),
                ),
                name="groups_pastconsent_walls",
                policies=(
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_member",
                        using="group_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_groups', true), '')::uuid[], my_groups()))::uuid[])",
                    ),
                    common.fences.Policy(check="", command="ALL", role="colloquy_usher", using="true"),
                ),
            ),
        ),
    ]
