import django.db.models.deletion
from django.db import migrations, models

import common.fences
import common.ids
import common.sealed


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_remembered"),
        ("feedback", "0008_help"),
        ("groups", "0007_drafts_alone"),
    ]

    operations = [
        migrations.CreateModel(
            name="FeedbackRequest",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("about", common.sealed.SealedTextField(author="membership", limit=500, scope="group")),
                ("asked_at", models.DateTimeField()),
                ("until_on", models.DateField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ended_as",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("given", "Wrote to you"),
                            ("declined", "Not this time"),
                            ("withdrawn", "No longer asked"),
                        ],
                        max_length=9,
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
                        related_name="feedback_asked",
                        to="groups.membership",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization"
                    ),
                ),
                (
                    "peer",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="feedback_wanted",
                        to="groups.membership",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at", None)), fields=["peer"], name="feedback_request_waiting"
                    ),
                    models.Index(fields=["membership", "-asked_at"], name="feedback_request_own"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("peer", models.F("membership")), _negated=True),
                        name="feedback_request_to_a_peer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("ended_as", "")),
                            models.Q(("closed_at__isnull", False), models.Q(("ended_as", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="feedback_request_end",
                    ),
                    common.fences.SameGroup(
                        cascade=False, field="membership", name="feedback_request_same_group", to="groups_membership"
                    ),
                    common.fences.SameGroup(
                        cascade=False, field="peer", name="feedback_request_peer_group", to="groups_membership"
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="group", name="feedback_request_org_group", to="groups_coachinggroup"
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="membership", name="feedback_request_org_member", to="groups_membership"
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="peer", name="feedback_request_org_peer", to="groups_membership"
                    ),
                    common.fences.RowSecurity(
                        fence={"colloquy_member": "organization_id = ANY ((SELECT my_organizations())::uuid[])"},
                        grants=(
                            common.fences.Grant(columns={}, role="colloquy_self", verbs=("SELECT", "DELETE")),
                            common.fences.Grant(
                                columns={
                                    "SELECT": ("id", "organization_id", "group_id", "membership_id", "about"),
                                    "UPDATE": ("about",),
                                },
                                role="colloquy_keeper",
                                verbs=(),
                            ),
                            common.fences.Grant(
                                columns={"UPDATE": ("closed_at", "ended_as")},
                                role="colloquy_member",
                                verbs=("SELECT", "INSERT"),
                            ),
                            common.fences.Grant(
                                columns={
                                    "SELECT": (
                                        "id",
                                        "organization_id",
                                        "group_id",
                                        "membership_id",
                                        "peer_id",
                                        "asked_at",
                                        "until_on",
                                        "closed_at",
                                        "ended_as",
                                    )
                                },
                                role="colloquy_worker",
                                verbs=(),
                            ),
                        ),
                        name="feedback_request_walls",
                        policies=(
                            common.fences.Policy(
                                check="",
                                command="SELECT",
                                role="colloquy_member",
                                using="group_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_groups', true), '')::uuid[], my_groups()))::uuid[]) AND (membership_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_memberships', true), '')::uuid[], my_memberships()))::uuid[]) OR peer_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_memberships', true), '')::uuid[], my_memberships()))::uuid[]))",
                            ),
                            common.fences.Policy(
                                check="",
                                command="INSERT",
                                role="colloquy_member",
                                using="group_id = ANY ((SELECT my_groups())::uuid[]) AND membership_id = ANY ((SELECT my_memberships())::uuid[]) AND closed_at IS NULL",
                            ),
                            common.fences.Policy(
                                check="group_id = ANY ((SELECT my_groups())::uuid[]) AND ((peer_id = ANY ((SELECT my_memberships())::uuid[]) AND (ended_as = 'given' OR ended_as = 'declined')) OR (membership_id = ANY ((SELECT my_memberships())::uuid[]) AND ended_as = 'withdrawn'))",
                                command="UPDATE",
                                role="colloquy_member",
                                using="group_id = ANY ((SELECT my_groups())::uuid[]) AND (membership_id = ANY ((SELECT my_memberships())::uuid[]) OR peer_id = ANY ((SELECT my_memberships())::uuid[])) AND closed_at IS NULL",
                            ),
                            common.fences.Policy(check="", command="SELECT", role="colloquy_worker", using="true"),
                            common.fences.Policy(
                                check="",
                                command="SELECT",
                                role="colloquy_self",
                                using="membership_id = ANY ((SELECT my_memberships_ever())::uuid[]) OR peer_id = ANY ((SELECT my_memberships_ever())::uuid[])",
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
