from django.db import migrations

import common.fences
from common.migrating import Wall


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_audit"),
        ("goals", "0003_since_i_came"),
        ("groups", "0005_decline_words"),
    ]

    operations = [
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
                        using="group_id = ANY ((SELECT my_groups())::uuid[]) AND (membership_id = ANY ((SELECT my_memberships())::uuid[]) OR (group_id = ANY ((SELECT my_pasts())::uuid[]) OR created_at > ((SELECT my_sinces()) ->> group_id::text)::timestamptz))",
                    ),
                    common.fences.Policy(
                        check="",
                        command="INSERT",
                        role="colloquy_member",
                        using="group_id = ANY ((SELECT my_groups())::uuid[]) AND membership_id = ANY ((SELECT my_memberships())::uuid[]) AND EXISTS (SELECT 1 FROM goals_goal g WHERE g.id = goal_id AND g.membership_id = goals_checkin.membership_id AND g.shared_at IS NOT NULL AND g.closed_at IS NULL)",
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
