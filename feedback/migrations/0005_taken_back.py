from django.db import migrations

import common.fences
from common.migrating import Wall


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_remembered"),
        ("feedback", "0004_remembered"),
        ("groups", "0007_drafts_alone"),
    ]

    operations = [
        Wall(
            model_name="feedbacknote",
            constraint=common.fences.RowSecurity(
                fence={"colloquy_member": "organization_id = ANY ((SELECT my_organizations())::uuid[])"},
                grants=(
                    common.fences.Grant(columns={}, role="colloquy_self", verbs=("SELECT", "DELETE")),
                    common.fences.Grant(
                        columns={
                            "SELECT": (
                                "id",
                                "organization_id",
                                "group_id",
                                "author_id",
                                "kind",
                                "situation",
                                "behavior",
                                "impact",
                                "question",
                            ),
                            "UPDATE": ("kind", "situation", "behavior", "impact", "question"),
                        },
                        role="colloquy_keeper",
                        verbs=(),
                    ),
                    common.fences.Grant(
                        columns={"UPDATE": ("opened_at",)}, role="colloquy_member", verbs=("SELECT", "INSERT", "DELETE")
                    ),
                    common.fences.Grant(
                        columns={
                            "SELECT": (
                                "id",
                                "organization_id",
                                "group_id",
                                "author_id",
                                "recipient_id",
                                "sent_at",
                                "opened_at",
                            )
                        },
                        role="colloquy_worker",
                        verbs=(),
                    ),
                ),
                name="feedback_note_walls",
                policies=(
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_member",
                        using="group_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_groups', true), '')::uuid[], my_groups()))::uuid[]) AND (author_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_memberships', true), '')::uuid[], my_memberships()))::uuid[]) OR recipient_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_memberships', true), '')::uuid[], my_memberships()))::uuid[]))",
                    ),
                    common.fences.Policy(
                        check="",
                        command="INSERT",
                        role="colloquy_member",
                        using="group_id = ANY ((SELECT my_groups())::uuid[]) AND author_id = ANY ((SELECT my_memberships())::uuid[]) AND opened_at IS NULL",
                    ),
                    common.fences.Policy(
                        check="",
                        command="UPDATE",
                        role="colloquy_member",
                        using="group_id = ANY ((SELECT my_groups())::uuid[]) AND recipient_id = ANY ((SELECT my_memberships())::uuid[])",
                    ),
                    common.fences.Policy(
                        check="",
                        command="DELETE",
                        role="colloquy_member",
                        using="group_id = ANY ((SELECT my_groups())::uuid[]) AND author_id = ANY ((SELECT my_memberships())::uuid[]) AND opened_at IS NULL",
                    ),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_worker", using="true"),
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_self",
                        using="author_id = ANY ((SELECT my_memberships_ever())::uuid[]) OR recipient_id = ANY ((SELECT my_memberships_ever())::uuid[])",
                    ),
                    common.fences.Policy(
                        check="",
                        command="DELETE",
                        role="colloquy_self",
                        using="author_id = ANY ((SELECT my_memberships_ever())::uuid[])",
                    ),
                    common.fences.Policy(check="", command="SELECT", role="colloquy_keeper", using="true"),
                    common.fences.Policy(check="", command="UPDATE", role="colloquy_keeper", using="true"),
                ),
            ),
        ),
    ]
