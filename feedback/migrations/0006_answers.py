import django.db.models.deletion
from django.db import migrations, models

import common.fences
import common.ids
import common.sealed


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_remembered"),
        ("feedback", "0005_taken_back"),
        ("groups", "0007_drafts_alone"),
    ]

    operations = [
        migrations.CreateModel(
            name="NoteAnswer",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                (
                    "part",
                    models.CharField(
                        choices=[("answer", "Answer"), ("question", "Question"), ("reply", "Reply")], max_length=8
                    ),
                ),
                ("text", common.sealed.SealedTextField(author="author", limit=2000, scope="group")),
                ("will_do", common.sealed.SealedTextField(author="author", limit=2000, scope="group")),
                ("written_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers_written",
                        to="groups.membership",
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
                    "note",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="answers",
                        to="feedback.feedbacknote",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers_received",
                        to="groups.membership",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("note", "part"), name="feedback_answer_once"),
                    models.CheckConstraint(
                        condition=models.Q(("author", models.F("recipient")), _negated=True),
                        name="feedback_answer_to_a_peer",
                    ),
                    common.fences.SameGroup(
                        cascade=False, field="author", name="feedback_answer_author_group", to="groups_membership"
                    ),
                    common.fences.SameGroup(
                        cascade=False, field="recipient", name="feedback_answer_reader_group", to="groups_membership"
                    ),
                    common.fences.SameGroup(
                        cascade=False,
                        field="note",
                        forget=True,
                        name="feedback_answer_note_group",
                        to="feedback_feedbacknote",
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="group", name="feedback_answer_org_group", to="groups_coachinggroup"
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="author", name="feedback_answer_org_author", to="groups_membership"
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="recipient", name="feedback_answer_org_reader", to="groups_membership"
                    ),
                    common.fences.SameOrganization(
                        cascade=False,
                        field="note",
                        forget=True,
                        name="feedback_answer_org_note",
                        to="feedback_feedbacknote",
                    ),
                    common.fences.RowSecurity(
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
                                using="group_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_groups', true), '')::uuid[], my_groups()))::uuid[]) AND (author_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_memberships', true), '')::uuid[], my_memberships()))::uuid[]) OR recipient_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_memberships', true), '')::uuid[], my_memberships()))::uuid[]))",
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
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="feedbacknote",
            constraint=models.UniqueConstraint(fields=("organization", "id"), name="feedback_note_org_key"),
        ),
        migrations.AddConstraint(
            model_name="feedbacknote",
            constraint=models.UniqueConstraint(fields=("group", "id"), name="feedback_note_group_key"),
        ),
    ]
