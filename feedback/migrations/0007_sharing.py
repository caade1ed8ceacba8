from django.db import migrations, models

import common.fences
from common.migrating import Wall


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_remembered"),
        ("feedback", "0006_answers"),
        ("groups", "0007_drafts_alone"),
    ]

    operations = [
        migrations.AddField(
            model_name="feedbacknote",
            name="shared_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="feedbacknote",
            name="shared_with",
            field=models.CharField(
                blank=True,
                choices=[("group", "Group"), ("facilitator", "Facilitator")],
                db_default="",
                default="",
                max_length=11,
            ),
        ),
        migrations.AddConstraint(
            model_name="feedbacknote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("shared_at", None), ("shared_with", "")),
                    models.Q(
                        models.Q(("shared_with", ""), _negated=True),
                        ("opened_at__isnull", False),
                        ("shared_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="feedback_note_shared_opened",
            ),
        ),
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
                        columns={"UPDATE": ("opened_at", "shared_with", "shared_at")},
                        role="colloquy_member",
                        verbs=("SELECT", "INSERT", "DELETE"),
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
                        using="group_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_groups', true), '')::uuid[], my_groups()))::uuid[]) AND (author_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_memberships', true), '')::uuid[], my_memberships()))::uuid[]) OR recipient_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_memberships', true), '')::uuid[], my_memberships()))::uuid[]) OR (shared_with <> '' AND (group_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_pasts', true), '')::uuid[], my_pasts()))::uuid[]) OR shared_at > ((SELECT coalesce(nullif(current_setting('app.my_sinces', true), '')::jsonb, my_sinces())) ->> group_id::text)::timestamptz) AND (shared_with = 'group' OR group_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_facilitated', true), '')::uuid[], my_facilitated()))::uuid[])) AND EXISTS (SELECT 1 FROM groups_membership m WHERE m.id = recipient_id AND m.left_at IS NULL)))",
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
        Wall(
            model_name="noteanswer",
            constraint=common.fences.RowSecurity(
                fence={"colloquy_member": "organization_id = ANY ((SELECT my_organizations())::uuid[])"},
                grants=(
                    common.fences.Grant(columns={}, role="colloquy_self", verbs=("SELECT", "DELETE")),
                    common.fences.Grant(
                        columns={
                            "SELECT": ("id", "organization_id", "group_id", "author_id", "text", "will_do"),
                            "UPDATE": ("text", "will_do"),
                        },
                        role="colloquy_keeper",
                        verbs=(),
                    ),
                    common.fences.Grant(columns={}, role="colloquy_member", verbs=("SELECT", "INSERT")),
                    common.fences.Grant(
                        columns={
                            "SELECT": (
                                "id",
                                "organization_id",
                                "group_id",
                                "note_id",
                                "author_id",
                                "recipient_id",
                                "part",
                                "written_at",
                            )
                        },
                        role="colloquy_worker",
                        verbs=(),
                    ),
                ),
                name="feedback_answer_walls",
                policies=(
                    common.fences.Policy(
                        check="",
                        command="SELECT",
                        role="colloquy_member",
                        using="group_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_groups', true), '')::uuid[], my_groups()))::uuid[]) AND (author_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_memberships', true), '')::uuid[], my_memberships()))::uuid[]) OR recipient_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_memberships', true), '')::uuid[], my_memberships()))::uuid[]) OR (part = 'answer' AND EXISTS (SELECT 1 FROM feedback_feedbacknote n WHERE n.id = note_id AND n.shared_with <> '')))",
                    ),
                    common.fences.Policy(
                        check="",
                        command="INSERT",
                        role="colloquy_member",
                        using="group_id = ANY ((SELECT my_groups())::uuid[]) AND author_id = ANY ((SELECT my_memberships())::uuid[]) AND EXISTS (SELECT 1 FROM feedback_feedbacknote n WHERE n.id = note_id AND n.opened_at IS NOT NULL AND ((part <> 'reply' AND n.recipient_id = feedback_noteanswer.author_id AND n.author_id = feedback_noteanswer.recipient_id) OR (part = 'reply' AND n.author_id = feedback_noteanswer.author_id AND n.recipient_id = feedback_noteanswer.recipient_id)))",
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
