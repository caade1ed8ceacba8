from pathlib import Path

from django.db import migrations

import common.fences
from common.migrating import Wall

FUNCTIONS = Path(__file__).with_name("sql") / "0004_remembered.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0003_keys_by_organization"),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS.read_text(), migrations.RunSQL.noop),
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
                        using="actor_id = nullif(current_setting('app.actor', true), '')::uuid AND organization_id = ANY ((SELECT my_organizations())::uuid[]) AND (group_id IS NULL OR group_id = ANY ((SELECT my_doors())::uuid[]))",
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
                        using="actor_id = nullif(current_setting('app.actor', true), '')::uuid AND organization_id = (SELECT my_office())",
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
                        using="actor_id = nullif(current_setting('app.actor', true), '')::uuid",
                    ),
                    common.fences.Policy(check="", command="INSERT", role="colloquy_keeper", using="true"),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_worker", using="true"),
                    common.fences.Policy(check="", command="INSERT", role="colloquy_usher", using="true"),
                ),
            ),
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
                        using="(scope_kind = 'group' AND scope_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_groups', true), '')::uuid[], my_groups()))::uuid[])) OR (scope_kind = 'door' AND scope_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_doors', true), '')::uuid[], my_doors()))::uuid[])) OR (scope_kind = 'person' AND scope_id = nullif(current_setting('app.actor', true), '')::uuid) OR (scope_kind = 'organization' AND scope_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_organizations', true), '')::uuid[], my_organizations()))::uuid[]))",
                    ),
                    common.fences.Policy(
                        check="",
                        command="INSERT",
                        role="colloquy_member",
                        using="(scope_kind = 'group' AND scope_id = ANY ((SELECT my_groups())::uuid[])) OR (scope_kind = 'door' AND scope_id = ANY ((SELECT my_doors())::uuid[])) OR (scope_kind = 'person' AND scope_id = nullif(current_setting('app.actor', true), '')::uuid) OR (scope_kind = 'organization' AND scope_id = ANY ((SELECT my_organizations())::uuid[]))",
                    ),
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_self",
                        using="((scope_kind = 'group' OR scope_kind = 'door') AND scope_id = ANY ((SELECT my_groups_ever())::uuid[])) OR (scope_kind = 'person' AND scope_id = nullif(current_setting('app.actor', true), '')::uuid)",
                    ),
                    common.fences.Policy(check="", command="ALL", role="colloquy_keeper", using="true"),
                ),
            ),
        ),
    ]
