from django.db import migrations

import common.fences
from common.migrating import Wall


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0004_admission"),
        ("accounts", "0002_doors"),
        ("goals", "0002_same_group"),
        ("groups", "0004_admission"),
    ]

    operations = [
        Wall(
            model_name="actionstep",
            constraint=common.fences.RowSecurity(
                fence={"colloquy_member": "organization_id = ANY ((SELECT my_organizations())::uuid[])"},
                grants=(
                    common.fences.Grant(columns={}, role="colloquy_member", verbs=("SELECT", "INSERT", "UPDATE")),
                    common.fences.Grant(columns={}, role="colloquy_self", verbs=("SELECT", "DELETE")),
                    common.fences.Grant(
                        columns={
                            "SELECT": ("id", "organization_id", "group_id", "membership_id", "text"),
                            "UPDATE": ("text",),
                        },
                        role="colloquy_keeper",
                        verbs=(),
                    ),
                    common.fences.Grant(
                        columns={
                            "SELECT": (
                                "id",
                                "organization_id",
                                "group_id",
                                "membership_id",
                                "asker_id",
                                "goal_id",
                                "due_on",
                                "created_at",
                                "closed_at",
                            )
                        },
                        role="colloquy_worker",
                        verbs=(),
                    ),
                ),
                name="goals_step_walls",
                policies=(
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_member",
                        using="group_id = ANY ((SELECT my_groups())::uuid[]) AND (membership_id = ANY ((SELECT my_memberships())::uuid[]) OR (closed_at IS NULL OR (group_id = ANY ((SELECT my_pasts())::uuid[]) OR closed_at > ((SELECT my_sinces()) ->> group_id::text)::timestamptz)))",
                    ),
                    common.fences.Policy(
                        check="",
                        command="INSERT",
                        role="colloquy_member",
                        using="group_id = ANY ((SELECT my_groups())::uuid[]) AND membership_id = ANY ((SELECT my_memberships())::uuid[])",
                    ),
                    common.fences.Policy(
                        check="",
                        command="UPDATE",
                        role="colloquy_member",
                        using="group_id = ANY ((SELECT my_groups())::uuid[]) AND membership_id = ANY ((SELECT my_memberships())::uuid[])",
                    ),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_worker", using="true"),
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_self",
                        using="membership_id = ANY ((SELECT my_memberships_ever())::uuid[])",
                    ),
                    common.fences.Policy(
                        check="",
                        command="DELETE",
                        role="colloquy_self",
                        using="membership_id = ANY ((SELECT my_memberships_ever())::uuid[])",
                    ),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_keeper", using="true"),
                    common.fences.Policy(check="", command="UPDATE", role="colloquy_keeper", using="true"),
                ),
            ),
        ),
        Wall(
            model_name="checkin",
            constraint=common.fences.RowSecurity(
                fence={"colloquy_member": "organization_id = ANY ((SELECT my_organizations())::uuid[])"},
                grants=(
                    common.fences.Grant(columns={}, role="colloquy_member", verbs=("SELECT", "INSERT")),
                    common.fences.Grant(columns={}, role="colloquy_self", verbs=("SELECT", "DELETE")),
                    common.fences.Grant(
                        columns={
                            "SELECT": (
                                "id",
                                "organization_id",
                                "group_id",
                                "membership_id",
                                "how_it_went",
                                "confidence",
                                "what_next",
                                "help_wanted",
                            ),
                            "UPDATE": ("how_it_went", "confidence", "what_next", "help_wanted"),
                        },
                        role="colloquy_keeper",
                        verbs=(),
                    ),
                    common.fences.Grant(
                        columns={
                            "SELECT": ("id", "organization_id", "group_id", "goal_id", "membership_id", "created_at")
                        },
                        role="colloquy_worker",
                        verbs=(),
                    ),
                ),
                name="goals_checkin_walls",
                policies=(
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_member",
                        using="group_id = ANY ((SELECT my_groups())::uuid[]) AND EXISTS (SELECT 1 FROM goals_goal g WHERE g.id = goal_id) AND (membership_id = ANY ((SELECT my_memberships())::uuid[]) OR (group_id = ANY ((SELECT my_pasts())::uuid[]) OR created_at > ((SELECT my_sinces()) ->> group_id::text)::timestamptz))",
                    ),
                    common.fences.Policy(
                        check="",
                        command="INSERT",
                        role="colloquy_member",
                        using="group_id = ANY ((SELECT my_groups())::uuid[]) AND membership_id = ANY ((SELECT my_memberships())::uuid[]) AND EXISTS (SELECT 1 FROM goals_goal g WHERE g.id = goal_id AND g.membership_id = goals_checkin.membership_id)",
                    ),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_worker", using="true"),
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_self",
                        using="membership_id = ANY ((SELECT my_memberships_ever())::uuid[])",
                    ),
                    common.fences.Policy(
                        check="",
                        command="DELETE",
                        role="colloquy_self",
                        using="membership_id = ANY ((SELECT my_memberships_ever())::uuid[])",
                    ),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_keeper", using="true"),
                    common.fences.Policy(check="", command="UPDATE", role="colloquy_keeper", using="true"),
                ),
            ),
        ),
        Wall(
            model_name="goal",
            constraint=common.fences.RowSecurity(
                fence={"colloquy_member": "organization_id = ANY ((SELECT my_organizations())::uuid[])"},
                grants=(
                    common.fences.Grant(columns={}, role="colloquy_member", verbs=("SELECT", "INSERT", "UPDATE")),
                    common.fences.Grant(columns={}, role="colloquy_self", verbs=("SELECT", "DELETE")),
                    common.fences.Grant(
                        columns={
                            "SELECT": (
                                "id",
                                "organization_id",
                                "group_id",
                                "membership_id",
                                "title",
                                "behavior",
                                "why",
                            ),
                            "UPDATE": ("title", "behavior", "why"),
                        },
                        role="colloquy_keeper",
                        verbs=(),
                    ),
                    common.fences.Grant(
                        columns={
                            "SELECT": (
                                "id",
                                "organization_id",
                                "group_id",
                                "membership_id",
                                "shared_at",
                                "closed_at",
                                "created_at",
                            )
                        },
                        role="colloquy_worker",
                        verbs=(),
                    ),
                ),
                name="goals_goal_walls",
                policies=(
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_member",
                        using="group_id = ANY ((SELECT my_groups())::uuid[]) AND (membership_id = ANY ((SELECT my_memberships())::uuid[]) OR (shared_at IS NOT NULL AND (closed_at IS NULL OR (group_id = ANY ((SELECT my_pasts())::uuid[]) OR closed_at > ((SELECT my_sinces()) ->> group_id::text)::timestamptz))))",
                    ),
                    common.fences.Policy(
                        check="",
                        command="INSERT",
                        role="colloquy_member",
                        using="group_id = ANY ((SELECT my_groups())::uuid[]) AND membership_id = ANY ((SELECT my_memberships())::uuid[])",
                    ),
                    common.fences.Policy(
                        check="",
                        command="UPDATE",
                        role="colloquy_member",
                        using="group_id = ANY ((SELECT my_groups())::uuid[]) AND membership_id = ANY ((SELECT my_memberships())::uuid[])",
                    ),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_worker", using="true"),
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_self",
                        using="membership_id = ANY ((SELECT my_memberships_ever())::uuid[])",
                    ),
                    common.fences.Policy(
                        check="",
                        command="DELETE",
                        role="colloquy_self",
                        using="membership_id = ANY ((SELECT my_memberships_ever())::uuid[])",
                    ),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_keeper", using="true"),
                    common.fences.Policy(check="", command="UPDATE", role="colloquy_keeper", using="true"),
                ),
            ),
        ),
    ]
