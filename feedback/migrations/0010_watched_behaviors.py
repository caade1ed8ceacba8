import common.fences
import common.ids
from common.migrating import Wall
import common.sealed
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_remembered"),
        ("coaching_sessions", "0006_pairs"),
        ("feedback", "0009_requests"),
        ("groups", "0010_forget_pair_invitations"),
    ]

    operations = [
        migrations.AddField(
            model_name="feedbacknote",
            name="coaching_session",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="coaching_sessions.coachingsession",
            ),
        ),
        Wall(
            model_name="feedbacknote",
            constraint=common.fences.SameGroup(
                cascade=False,
                field="coaching_session",
                name="feedback_note_session_group",
                to="coaching_sessions_coachingsession",
            ),
        ),
        Wall(
            model_name="feedbacknote",
            constraint=common.fences.SameOrganization(
                cascade=False,
                field="coaching_session",
                name="feedback_note_org_session",
                to="coaching_sessions_coachingsession",
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
                        using="group_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_groups', true), '')::uuid[], my_groups()))::uuid[]) AND (author_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_memberships', true), '')::uuid[], my_memberships()))::uuid[]) OR recipient_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_memberships', true), '')::uuid[], my_memberships()))::uuid[]) OR (shared_with <> '' AND (group_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_pasts', true), '')::uuid[], my_pasts()))::uuid[]) OR shared_at > ((SELECT coalesce(nullif(current_setting('app.my_sinces', true), '')::jsonb, my_sinces())) ->> group_id::text)::timestamptz) AND (shared_with = 'group' OR group_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_facilitated', true), '')::uuid[], my_facilitated()))::uuid[])) AND EXISTS (SELECT 1 FROM groups_membership m WHERE m.id = recipient_id AND m.left_at IS NULL)) OR (group_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_facilitated', true), '')::uuid[], my_facilitated()))::uuid[]) AND EXISTS (SELECT 1 FROM feedback_helprequest h WHERE h.note_id = feedback_feedbacknote.id)))",
                    ),
                    common.fences.Policy(
                        check="",
                        command="INSERT",
                        role="colloquy_member",
                        using="group_id = ANY ((SELECT my_groups())::uuid[]) AND author_id = ANY ((SELECT my_memberships())::uuid[]) AND opened_at IS NULL AND (coaching_session_id IS NULL OR EXISTS (SELECT 1 FROM coaching_sessions_coachingsession s WHERE s.id = coaching_session_id AND s.starts_at <= sent_at))",
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
        migrations.CreateModel(
            name="WatchedBehavior",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("text", common.sealed.SealedTextField(author="membership", limit=500, scope="group")),
                ("named_at", models.DateTimeField()),
                (
                    "coaching_session",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="coaching_sessions.coachingsession",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="groups.coachinggroup",
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="behaviors_named",
                        to="groups.membership",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("coaching_session", "membership"), name="feedback_watched_once"),
                    common.fences.SameGroup(
                        cascade=False, field="membership", name="feedback_watched_same_group", to="groups_membership"
                    ),
                    common.fences.SameGroup(
                        cascade=False,
                        field="coaching_session",
                        name="feedback_watched_session_group",
                        to="coaching_sessions_coachingsession",
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="group", name="feedback_watched_org_group", to="groups_coachinggroup"
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="membership", name="feedback_watched_org_member", to="groups_membership"
                    ),
                    common.fences.SameOrganization(
                        cascade=False,
                        field="coaching_session",
                        name="feedback_watched_org_session",
                        to="coaching_sessions_coachingsession",
                    ),
                    common.fences.RowSecurity(
                        fence={"colloquy_member": "organization_id = ANY ((SELECT my_organizations())::uuid[])"},
                        grants=(
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
                                columns={"UPDATE": ("text", "named_at")},
                                role="colloquy_member",
                                verbs=("SELECT", "INSERT", "DELETE"),
                            ),
                        ),
                        name="feedback_watched_walls",
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
                                using="group_id = ANY ((SELECT my_groups())::uuid[]) AND membership_id = ANY ((SELECT my_memberships())::uuid[]) AND EXISTS (SELECT 1 FROM coaching_sessions_coachingsession s WHERE s.id = coaching_session_id AND named_at < s.ends_at)",
                            ),
                            common.fences.Policy(
                                check="group_id = ANY ((SELECT my_groups())::uuid[]) AND membership_id = ANY ((SELECT my_memberships())::uuid[]) AND EXISTS (SELECT 1 FROM coaching_sessions_coachingsession s WHERE s.id = coaching_session_id AND named_at < s.ends_at)",
                                command="UPDATE",
                                role="colloquy_member",
                                using="group_id = ANY ((SELECT my_groups())::uuid[]) AND membership_id = ANY ((SELECT my_memberships())::uuid[]) AND NOT EXISTS (SELECT 1 FROM feedback_feedbacknote n WHERE n.recipient_id = membership_id AND n.coaching_session_id = feedback_watchedbehavior.coaching_session_id)",
                            ),
                            common.fences.Policy(
                                check="",
                                command="DELETE",
                                role="colloquy_member",
                                using="group_id = ANY ((SELECT my_groups())::uuid[]) AND membership_id = ANY ((SELECT my_memberships())::uuid[]) AND NOT EXISTS (SELECT 1 FROM feedback_feedbacknote n WHERE n.recipient_id = membership_id AND n.coaching_session_id = feedback_watchedbehavior.coaching_session_id)",
                            ),
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
                ],
            },
        ),
    ]
