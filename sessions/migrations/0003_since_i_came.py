from django.db import migrations

import common.fences
from common.migrating import Wall


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0004_admission"),
        ("accounts", "0002_doors"),
        ("coaching_sessions", "0002_same_group"),
        ("groups", "0004_admission"),
    ]

    operations = [
        Wall(
            model_name="agendablock",
            constraint=common.fences.RowSecurity(
                fence={"colloquy_member": "organization_id = ANY ((SELECT my_organizations())::uuid[])"},
                grants=(common.fences.Grant(columns={}, role="colloquy_member", verbs=("SELECT", "INSERT")),),
                name="sessions_block_walls",
                policies=(
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_member",
                        using="group_id = ANY ((SELECT my_groups())::uuid[]) AND (group_id = ANY ((SELECT my_pasts())::uuid[]) OR EXISTS (SELECT 1 FROM coaching_sessions_coachingsession s WHERE s.id = coaching_session_id))",
                    ),
                    common.fences.Policy(
                        check="",
                        command="INSERT",
                        role="colloquy_member",
                        using="group_id = ANY ((SELECT my_facilitated())::uuid[])",
                    ),
                ),
            ),
        ),
        Wall(
            model_name="attendance",
            constraint=common.fences.RowSecurity(
                fence={
                    "colloquy_hr": "organization_id = (SELECT my_office())",
                    "colloquy_member": "organization_id = ANY ((SELECT my_organizations())::uuid[])",
                    "colloquy_report": "organization_id = (SELECT current_org()) AND organization_id = ANY ((SELECT my_organizations())::uuid[])",
                },
                grants=(
                    common.fences.Grant(columns={}, role="colloquy_member", verbs=("SELECT", "INSERT", "UPDATE")),
                    common.fences.Grant(columns={}, role="colloquy_hr", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_report", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_self", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_worker", verbs=("SELECT",)),
                ),
                name="sessions_attendance_walls",
                policies=(
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_member",
                        using="group_id = ANY ((SELECT my_groups())::uuid[]) AND (group_id = ANY ((SELECT my_pasts())::uuid[]) OR EXISTS (SELECT 1 FROM coaching_sessions_coachingsession s WHERE s.id = coaching_session_id))",
                    ),
                    common.fences.Policy(
                        check="",
                        command="INSERT",
                        role="colloquy_member",
                        using="group_id = ANY ((SELECT my_groups())::uuid[]) AND (membership_id = ANY ((SELECT my_memberships())::uuid[]) OR group_id = ANY ((SELECT my_facilitated())::uuid[]))",
                    ),
                    common.fences.Policy(
                        check="",
                        command="UPDATE",
                        role="colloquy_member",
                        using="group_id = ANY ((SELECT my_groups())::uuid[]) AND (membership_id = ANY ((SELECT my_memberships())::uuid[]) OR group_id = ANY ((SELECT my_facilitated())::uuid[]))",
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
                ),
            ),
        ),
        Wall(
            model_name="coachingsession",
            constraint=common.fences.RowSecurity(
                fence={
                    "colloquy_hr": "organization_id = (SELECT my_office())",
                    "colloquy_member": "organization_id = ANY ((SELECT my_organizations())::uuid[])",
                    "colloquy_report": "organization_id = (SELECT current_org()) AND organization_id = ANY ((SELECT my_organizations())::uuid[])",
                },
                grants=(
                    common.fences.Grant(columns={}, role="colloquy_member", verbs=("SELECT", "INSERT", "UPDATE")),
                    common.fences.Grant(
                        columns={
                            "SELECT": ("id", "organization_id", "group_id", "starts_at", "ends_at", "cancelled_at")
                        },
                        role="colloquy_report",
                        verbs=(),
                    ),
                    common.fences.Grant(
                        columns={
                            "SELECT": (
                                "id",
                                "organization_id",
                                "group_id",
                                "title",
                                "starts_at",
                                "ends_at",
                                "timezone",
                                "cancelled_at",
                            )
                        },
                        role="colloquy_self",
                        verbs=(),
                    ),
                    common.fences.Grant(
                        columns={
                            "SELECT": ("id", "organization_id", "group_id", "starts_at", "ends_at", "cancelled_at")
                        },
                        role="colloquy_hr",
                        verbs=(),
                    ),
                    common.fences.Grant(columns={}, role="colloquy_worker", verbs=("SELECT",)),
                ),
                name="sessions_session_walls",
                policies=(
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_member",
                        using="group_id = ANY ((SELECT my_groups())::uuid[]) AND (group_id = ANY ((SELECT my_pasts())::uuid[]) OR ends_at > ((SELECT my_sinces()) ->> group_id::text)::timestamptz)",
                    ),
                    common.fences.Policy(
                        check="",
                        command="INSERT",
                        role="colloquy_member",
                        using="group_id = ANY ((SELECT my_facilitated())::uuid[])",
                    ),
                    common.fences.Policy(
                        check="",
                        command="UPDATE",
                        role="colloquy_member",
                        using="group_id = ANY ((SELECT my_facilitated())::uuid[])",
                    ),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_hr", using="true"),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_report", using="true"),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_worker", using="true"),
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_self",
                        using="EXISTS (SELECT 1 FROM coaching_sessions_attendance a WHERE a.coaching_session_id = coaching_sessions_coachingsession.id)",
                    ),
                ),
            ),
        ),
    ]
