from pathlib import Path

from django.db import migrations

import common.fences
from common.migrating import Wall

FUNCTION = Path(__file__).with_name("sql") / "0005_audit_groups.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0004_remembered"),
    ]

    operations = [
        migrations.RunSQL(FUNCTION.read_text(), migrations.RunSQL.noop),
        Wall(
            model_name="auditentry",
            constraint=common.fences.RowSecurity(
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
                        using="((circle = 'group' OR circle = 'both') AND group_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_groups', true), '')::uuid[], my_groups()))::uuid[])) OR (circle = 'person' AND subject_id = nullif(current_setting('app.actor', true), '')::uuid)",
                    ),
                    common.fences.Policy(
                        check="",
                        command="INSERT",
                        role="colloquy_member",
                        using="actor_id = nullif(current_setting('app.actor', true), '')::uuid AND organization_id = ANY ((SELECT my_organizations())::uuid[]) AND (group_id IS NULL OR group_id = ANY ((SELECT my_doors())::uuid[])) AND (group_id IS NULL OR is_group_of(group_id, organization_id))",
                    ),
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_hr",
                        using="organization_id = (SELECT coalesce(nullif(current_setting('app.my_office', true), '')::uuid, my_office())) AND (circle = 'office' OR circle = 'both') AND 'owner' = ANY ((SELECT coalesce(nullif(current_setting('app.my_office_roles', true), '')::text[], my_office_roles()))::text[])",
                    ),
                    common.fences.Policy(
                        check="",
                        command="INSERT",
                        role="colloquy_hr",
                        using="actor_id = nullif(current_setting('app.actor', true), '')::uuid AND organization_id = (SELECT my_office()) AND (group_id IS NULL OR is_group_of(group_id, organization_id))",
                    ),
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_self",
                        using="actor_id = nullif(current_setting('app.actor', true), '')::uuid OR subject_id = nullif(current_setting('app.actor', true), '')::uuid",
                    ),
                    common.fences.Policy(
                        check="",
                        command="INSERT",
                        role="colloquy_self",
                        using="actor_id = nullif(current_setting('app.actor', true), '')::uuid AND subject_id = nullif(current_setting('app.actor', true), '')::uuid AND CASE WHEN group_id IS NULL THEN organization_id IS NULL AND circle = 'person' ELSE group_id = ANY ((SELECT my_groups_ever())::uuid[]) AND (group_id IS NULL OR is_group_of(group_id, organization_id)) END",
                    ),
                    common.fences.Policy(check="", command="INSERT", role="colloquy_keeper", using="true"),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_worker", using="true"),
                    common.fences.Policy(check="", command="INSERT", role="colloquy_usher", using="true"),
                ),
            ),
        ),
    ]
