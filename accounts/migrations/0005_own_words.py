from django.db import migrations

import common.fences
from common.migrating import Wall


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0004_admission"),
        ("accounts", "0004_sign_ins"),
    ]

    operations = [
        Wall(
            model_name="organization",
            constraint=common.fences.RowSecurity(
                fence={
                    "colloquy_hr": "id = (SELECT my_office())",
                    "colloquy_member": "id = ANY ((SELECT my_organizations())::uuid[])",
                },
                grants=(
                    common.fences.Grant(columns={}, role="colloquy_member", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_hr", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_report", verbs=("SELECT",)),
                    common.fences.Grant(
                        columns={"SELECT": ("id", "name", "slug", "kind")}, role="colloquy_self", verbs=()
                    ),
                    common.fences.Grant(columns={}, role="colloquy_worker", verbs=("SELECT",)),
                    common.fences.Grant(
                        columns={"SELECT": ("id", "name", "slug", "kind")}, role="colloquy_definer", verbs=()
                    ),
                    common.fences.Grant(columns={}, role="colloquy_usher", verbs=("SELECT", "INSERT")),
                ),
                name="accounts_organization_walls",
                policies=(
                    common.fences.Policy(check="", command="SELECT", role="colloquy_member", using="true"),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_hr", using="true"),
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_report",
                        using="id = (SELECT current_org()) AND id = ANY ((SELECT my_organizations())::uuid[])",
                    ),
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_self",
                        using="EXISTS (SELECT 1 FROM groups_membership m WHERE m.organization_id = accounts_organization.id AND m.person_id = (SELECT current_actor())) OR EXISTS (SELECT 1 FROM accounts_organizationrole r WHERE r.organization_id = accounts_organization.id AND r.person_id = (SELECT current_actor()))",
                    ),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_worker", using="true"),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_definer", using="true"),
                    common.fences.Policy(check="", command="ALL", role="colloquy_usher", using="true"),
                ),
            ),
        ),
        Wall(
            model_name="organizationrole",
            constraint=common.fences.RowSecurity(
                fence={"colloquy_hr": "organization_id = (SELECT my_office())"},
                grants=(
                    common.fences.Grant(columns={}, role="colloquy_member", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_hr", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_self", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_definer", verbs=("SELECT",)),
                    common.fences.Grant(columns={}, role="colloquy_usher", verbs=("SELECT", "INSERT", "DELETE")),
                ),
                name="accounts_role_walls",
                policies=(
                    common.fences.Policy(
                        check="", command="SELECT", role="colloquy_member", using="person_id = (SELECT current_actor())"
                    ),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_hr", using="true"),
                    common.fences.Policy(
                        check="", command="SELECT", role="colloquy_self", using="person_id = (SELECT current_actor())"
                    ),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_definer", using="true"),
                    common.fences.Policy(check="", command="ALL", role="colloquy_usher", using="true"),
                ),
            ),
        ),
        Wall(
            model_name="person",
            constraint=common.fences.RowSecurity(
                fence={},
                grants=(
                    common.fences.Grant(
                        columns={"SELECT": ("id", "email", "name", "timezone", "joined_at")},
                        role="colloquy_self",
                        verbs=(),
                    ),
                    common.fences.Grant(columns={}, role="colloquy_signin", verbs=("SELECT", "UPDATE")),
                    common.fences.Grant(columns={}, role="colloquy_web", verbs=("INSERT",)),
                    common.fences.Grant(
                        columns={"SELECT": ("id", "email", "name", "timezone", "is_active")},
                        role="colloquy_worker",
                        verbs=(),
                    ),
                    common.fences.Grant(
                        columns={"SELECT": ("id", "email", "name", "is_active")}, role="colloquy_usher", verbs=()
                    ),
                ),
                name="accounts_person_walls",
                policies=(
                    common.fences.Policy(check="", command="ALL", role="colloquy_web", using="true"),
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_member",
                        using="id = (SELECT current_actor()) OR id = ANY ((SELECT my_peers())::uuid[])",
                    ),
                    common.fences.Policy(
                        check="", command="UPDATE", role="colloquy_member", using="id = (SELECT current_actor())"
                    ),
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_hr",
                        using="id = (SELECT current_actor()) OR id = ANY ((SELECT office_people())::uuid[])",
                    ),
                    common.fences.Policy(
                        check="", command="UPDATE", role="colloquy_hr", using="id = (SELECT current_actor())"
                    ),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_worker", using="true"),
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_self",
                        using="id = (SELECT current_actor()) OR id = ANY ((SELECT my_peers_ever())::uuid[])",
                    ),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_usher", using="true"),
                ),
            ),
        ),
        Wall(
            model_name="signin",
            constraint=common.fences.RowSecurity(
                fence={},
                grants=(
                    common.fences.Grant(
                        columns={"UPDATE": ("session_hash", "seen_at", "ended_at")},
                        role="colloquy_member",
                        verbs=("SELECT", "INSERT"),
                    ),
                    common.fences.Grant(columns={}, role="colloquy_self", verbs=("SELECT", "DELETE")),
                    common.fences.Grant(
                        columns={"SELECT": ("id", "person_id", "device", "started_at", "seen_at")},
                        role="colloquy_worker",
                        verbs=("DELETE",),
                    ),
                ),
                name="accounts_signin_walls",
                policies=(
                    common.fences.Policy(
                        check="", command="ALL", role="colloquy_member", using="person_id = (SELECT current_actor())"
                    ),
                    common.fences.Policy(
                        check="", command="SELECT", role="colloquy_self", using="person_id = (SELECT current_actor())"
                    ),
                    common.fences.Policy(
                        check="", command="DELETE", role="colloquy_self", using="person_id = (SELECT current_actor())"
                    ),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_worker", using="true"),
                    common.fences.Policy(check="", command="DELETE", role="colloquy_worker", using="true"),
                ),
            ),
        ),
    ]
