import django.db.models.deletion
from django.db import migrations, models

import common.fences
import common.ids
import common.sealed
from common.migrating import Wall


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_remembered"),
        ("feedback", "0007_sharing"),
        ("groups", "0007_drafts_alone"),
    ]

    operations = [
        migrations.CreateModel(
            name="HelpRequest",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("text", common.sealed.SealedTextField(author="membership", limit=2000, scope="group")),
                ("asked_at", models.DateTimeField()),
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
                    "kept_from",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="groups.membership",
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="help_asked",
                        to="groups.membership",
                    ),
                ),
                (
                    "note",
                    models.OneToOneField(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="help_request",
                        to="feedback.feedbacknote",
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
                    models.CheckConstraint(
                        condition=models.Q(("membership", models.F("kept_from")), _negated=True),
                        name="feedback_help_not_own",
                    ),
                    common.fences.SameGroup(
                        cascade=False, field="membership", name="feedback_help_member_group", to="groups_membership"
                    ),
                    common.fences.SameGroup(
                        cascade=False, field="kept_from", name="feedback_help_author_group", to="groups_membership"
                    ),
                    common.fences.SameGroup(
                        cascade=False,
                        field="note",
                        forget=True,
                        name="feedback_help_note_group",
                        to="feedback_feedbacknote",
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="group", name="feedback_help_org_group", to="groups_coachinggroup"
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="membership", name="feedback_help_org_member", to="groups_membership"
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="kept_from", name="feedback_help_org_author", to="groups_membership"
                    ),
                    common.fences.SameOrganization(
                        cascade=False,
                        field="note",
                        forget=True,
                        name="feedback_help_org_note",
                        to="feedback_feedbacknote",
                    ),
                    common.fences.SamePerson(
                        cascade=False,
                        field="note",
                        forget=True,
                        name="feedback_help_by_reader",
                        ours="membership",
                        theirs="recipient",
                        to="feedback_feedbacknote",
                    ),
                    common.fences.SamePerson(
                        cascade=False,
                        field="note",
                        forget=True,
                        name="feedback_help_from_author",
                        ours="kept_from",
                        theirs="author",
                        to="feedback_feedbacknote",
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
                                columns={}, role="colloquy_member", verbs=("SELECT", "INSERT", "DELETE")
                            ),
                            common.fences.Grant(
                                columns={
                                    "SELECT": (
                                        "id",
                                        "organization_id",
                                        "group_id",
                                        "note_id",
                                        "membership_id",
                                        "kept_from_id",
                                        "asked_at",
                                    )
                                },
                                role="colloquy_worker",
                                verbs=(),
                            ),
                        ),
                        name="feedback_help_walls",
                        policies=(
                            common.fences.Policy(
                                check="",
                                command="SELECT",
                                role="colloquy_member",
                                using="group_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_groups', true), '')::uuid[], my_groups()))::uuid[]) AND (membership_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_memberships', true), '')::uuid[], my_memberships()))::uuid[]) OR (group_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_facilitated', true), '')::uuid[], my_facilitated()))::uuid[]) AND (group_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_pasts', true), '')::uuid[], my_pasts()))::uuid[]) OR asked_at > ((SELECT coalesce(nullif(current_setting('app.my_sinces', true), '')::jsonb, my_sinces())) ->> group_id::text)::timestamptz) AND EXISTS (SELECT 1 FROM groups_membership m WHERE m.id = membership_id AND m.left_at IS NULL) AND NOT EXISTS (SELECT 1 FROM groups_membership m WHERE m.id = kept_from_id AND m.person_id = nullif(current_setting('app.actor', true), '')::uuid)))",
                            ),
                            common.fences.Policy(
                                check="",
                                command="INSERT",
                                role="colloquy_member",
                                using="group_id = ANY ((SELECT my_groups())::uuid[]) AND membership_id = ANY ((SELECT my_memberships())::uuid[]) AND note_id IS NOT NULL",
                            ),
                            common.fences.Policy(
                                check="",
                                command="DELETE",
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
                ],
            },
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
        migrations.AddConstraint(
            model_name="feedbacknote",
            constraint=models.UniqueConstraint(fields=("author", "id"), name="feedback_note_author_key"),
        ),
        migrations.AddConstraint(
            model_name="feedbacknote",
            constraint=models.UniqueConstraint(fields=("recipient", "id"), name="feedback_note_reader_key"),
        ),
    ]
