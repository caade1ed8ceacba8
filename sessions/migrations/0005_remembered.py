from django.db import migrations

import common.fences
from common.migrating import Wall

CLOSED = """
    SET LOCAL ROLE colloquy_definer;
    CREATE OR REPLACE FUNCTION my_closed_sessions() RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
    $$ BEGIN
      RETURN set_config('app.my_closed_sessions', ARRAY(
        SELECT s.id FROM groups_membership m
        JOIN coaching_sessions_coachingsession s ON s.group_id = m.group_id AND s.ends_at <= m.reads_from
        WHERE m.person_id = current_actor() AND m.left_at IS NULL AND m.admitted_at IS NOT NULL)::text, true);
    END $$;
    RESET ROLE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_remembered"),
        ("coaching_sessions", "0004_closed_sessions"),
        ("groups", "0006_remembered"),
    ]

    operations = [
        migrations.RunSQL(CLOSED, migrations.RunSQL.noop),
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
                        using="group_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_groups', true), '')::uuid[], my_groups()))::uuid[]) AND coaching_session_id <> ALL ((SELECT coalesce(nullif(current_setting('app.my_closed_sessions', true), '')::uuid[], my_closed_sessions()))::uuid[])",
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
                        using="group_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_groups', true), '')::uuid[], my_groups()))::uuid[]) AND coaching_session_id <> ALL ((SELECT coalesce(nullif(current_setting('app.my_closed_sessions', true), '')::uuid[], my_closed_sessions()))::uuid[])",
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
                    common.fences.Grant(
                        columns={"SELECT": ("id", "group_id", "ends_at")}, role="colloquy_definer", verbs=()
                    ),
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
                        using="group_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_groups', true), '')::uuid[], my_groups()))::uuid[]) AND (group_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_pasts', true), '')::uuid[], my_pasts()))::uuid[]) OR ends_at > ((SELECT coalesce(nullif(current_setting('app.my_sinces', true), '')::jsonb, my_sinces())) ->> group_id::text)::timestamptz)",
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
                    common.fences.Policy(check="", command="SELECT", role="colloquy_definer", using="true"),
                ),
            ),
        ),
    ]
