import common.fences
import common.ids
import common.sealed
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_remembered"),
        ("feedback", "0010_watched_behaviors"),
        ("groups", "0010_forget_pair_invitations"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mirror",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("words", common.sealed.SealedTextField(author="membership", limit=200, scope="group")),
                ("begun_at", models.DateTimeField()),
                ("until_on", models.DateField()),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
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
                        related_name="mirrors",
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
                    models.UniqueConstraint(fields=("organization", "id"), name="feedback_mirror_org_key"),
                    models.UniqueConstraint(fields=("group", "id"), name="feedback_mirror_group_key"),
                    models.UniqueConstraint(
                        condition=models.Q(("opened_at", None)),
                        fields=("membership",),
                        name="feedback_mirror_one_closed",
                    ),
                    common.fences.SameGroup(
                        cascade=False, field="membership", name="feedback_mirror_same_group", to="groups_membership"
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="group", name="feedback_mirror_org_group", to="groups_coachinggroup"
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="membership", name="feedback_mirror_org_member", to="groups_membership"
                    ),
                    common.fences.RowSecurity(
                        fence={"colloquy_member": "organization_id = ANY ((SELECT my_organizations())::uuid[])"},
                        grants=(
                            common.fences.Grant(columns={}, role="colloquy_self", verbs=("SELECT", "DELETE")),
                            common.fences.Grant(
                                columns={
                                    "SELECT": ("id", "organization_id", "group_id", "membership_id", "words"),
                                    "UPDATE": ("words",),
                                },
                                role="colloquy_keeper",
                                verbs=(),
                            ),
                            common.fences.Grant(
                                columns={"UPDATE": ("opened_at",)},
                                role="colloquy_member",
                                verbs=("SELECT", "INSERT", "DELETE"),
                            ),
                        ),
                        name="feedback_mirror_walls",
                        policies=(
                            common.fences.Policy(
                                check="",
                                command="SELECT",
                                role="colloquy_member",
                                using="group_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_groups', true), '')::uuid[], my_groups()))::uuid[]) AND membership_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_memberships', true), '')::uuid[], my_memberships()))::uuid[])",
                            ),
                            common.fences.Policy(
                                check="",
                                command="INSERT",
                                role="colloquy_member",
                                using="group_id = ANY ((SELECT my_groups())::uuid[]) AND membership_id = ANY ((SELECT my_memberships())::uuid[]) AND opened_at IS NULL",
                            ),
                            common.fences.Policy(
                                check="group_id = ANY ((SELECT my_groups())::uuid[]) AND membership_id = ANY ((SELECT my_memberships())::uuid[]) AND opened_at IS NOT NULL AND (SELECT count(*) FROM feedback_mirrorask a WHERE a.mirror_id = feedback_mirror.id AND a.ended_as = 'given' AND a.shut_at IS NULL) >= 2",
                                command="UPDATE",
                                role="colloquy_member",
                                using="group_id = ANY ((SELECT my_groups())::uuid[]) AND membership_id = ANY ((SELECT my_memberships())::uuid[]) AND opened_at IS NULL",
                            ),
                            common.fences.Policy(
                                check="",
                                command="DELETE",
                                role="colloquy_member",
                                using="group_id = ANY ((SELECT my_groups())::uuid[]) AND membership_id = ANY ((SELECT my_memberships())::uuid[])",
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
        migrations.CreateModel(
            name="MirrorAsk",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("asked_at", models.DateTimeField()),
                ("until_on", models.DateField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ended_as",
                    models.CharField(
                        blank=True, choices=[("given", "Picked words"), ("declined", "Not this time")], max_length=8
                    ),
                ),
                ("shut_at", models.DateTimeField(blank=True, null=True)),
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
                        related_name="mirror_asked",
                        to="groups.membership",
                    ),
                ),
                (
                    "mirror",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="asks",
                        to="feedback.mirror",
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
                        related_name="mirror_wanted",
                        to="groups.membership",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at", None)), fields=["peer"], name="feedback_mirrorask_waiting"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "id"), name="feedback_mirrorask_org_key"),
                    models.UniqueConstraint(fields=("group", "id"), name="feedback_mirrorask_group_key"),
                    models.UniqueConstraint(fields=("mirror", "peer"), name="feedback_mirrorask_once"),
                    models.CheckConstraint(
                        condition=models.Q(("peer", models.F("membership")), _negated=True),
                        name="feedback_mirrorask_to_a_peer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("ended_as", "")),
                            models.Q(("closed_at__isnull", False), models.Q(("ended_as", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="feedback_mirrorask_end",
                    ),
                    common.fences.SameGroup(
                        cascade=False, field="membership", name="feedback_mirrorask_same_group", to="groups_membership"
                    ),
                    common.fences.SameGroup(
                        cascade=False, field="peer", name="feedback_mirrorask_peer_group", to="groups_membership"
                    ),
                    common.fences.SameGroup(
                        cascade=False,
                        field="mirror",
                        forget=True,
                        name="feedback_mirrorask_mir_group",
                        to="feedback_mirror",
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="group", name="feedback_mirrorask_org_group", to="groups_coachinggroup"
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="membership", name="feedback_mirrorask_org_member", to="groups_membership"
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="peer", name="feedback_mirrorask_org_peer", to="groups_membership"
                    ),
                    common.fences.SameOrganization(
                        cascade=False,
                        field="mirror",
                        forget=True,
                        name="feedback_mirrorask_org_mir",
                        to="feedback_mirror",
                    ),
                    common.fences.RowSecurity(
                        fence={"colloquy_member": "organization_id = ANY ((SELECT my_organizations())::uuid[])"},
                        grants=(
                            common.fences.Grant(
                                columns={"UPDATE": ("closed_at", "ended_as", "shut_at")},
                                role="colloquy_member",
                                verbs=("SELECT", "INSERT"),
                            ),
                            common.fences.Grant(columns={}, role="colloquy_worker", verbs=("SELECT",)),
                            common.fences.Grant(columns={}, role="colloquy_self", verbs=("SELECT",)),
                        ),
                        name="feedback_mirrorask_walls",
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
                                using="group_id = ANY ((SELECT my_groups())::uuid[]) AND membership_id = ANY ((SELECT my_memberships())::uuid[]) AND EXISTS (SELECT 1 FROM feedback_mirror m WHERE m.id = mirror_id AND m.membership_id = feedback_mirrorask.membership_id AND m.opened_at IS NULL) AND closed_at IS NULL AND shut_at IS NULL",
                            ),
                            common.fences.Policy(
                                check="group_id = ANY ((SELECT my_groups())::uuid[]) AND ((peer_id = ANY ((SELECT my_memberships())::uuid[]) AND shut_at IS NULL AND ended_as <> '') OR (membership_id = ANY ((SELECT my_memberships())::uuid[]) AND shut_at IS NOT NULL AND EXISTS (SELECT 1 FROM feedback_mirror m WHERE m.id = mirror_id AND m.opened_at IS NOT NULL)))",
                                command="UPDATE",
                                role="colloquy_member",
                                using="group_id = ANY ((SELECT my_groups())::uuid[]) AND (membership_id = ANY ((SELECT my_memberships())::uuid[]) OR peer_id = ANY ((SELECT my_memberships())::uuid[])) AND shut_at IS NULL",
                            ),
                            common.fences.Policy(check="", command="SELECT", role="colloquy_worker", using="true"),
                            common.fences.Policy(
                                check="",
                                command="SELECT",
                                role="colloquy_self",
                                using="membership_id = ANY ((SELECT my_memberships_ever())::uuid[]) OR peer_id = ANY ((SELECT my_memberships_ever())::uuid[])",
                            ),
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MirrorChoice",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("words", common.sealed.SealedTextField(author="author", limit=200, scope="group")),
                ("picked_at", models.DateTimeField()),
                (
                    "ask",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="choice",
                        to="feedback.mirrorask",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="words_picked",
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
                        related_name="words_received",
                        to="groups.membership",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("author", models.F("recipient")), _negated=True),
                        name="feedback_mirrorchoice_by_peer",
                    ),
                    common.fences.SameGroup(
                        cascade=False, field="author", name="feedback_mchoice_author_group", to="groups_membership"
                    ),
                    common.fences.SameGroup(
                        cascade=False, field="recipient", name="feedback_mchoice_to_group", to="groups_membership"
                    ),
                    common.fences.SameGroup(
                        cascade=False, field="ask", name="feedback_mchoice_ask_group", to="feedback_mirrorask"
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="group", name="feedback_mchoice_org_group", to="groups_coachinggroup"
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="author", name="feedback_mchoice_org_author", to="groups_membership"
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="recipient", name="feedback_mchoice_org_to", to="groups_membership"
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="ask", name="feedback_mchoice_org_ask", to="feedback_mirrorask"
                    ),
                    common.fences.RowSecurity(
                        fence={"colloquy_member": "organization_id = ANY ((SELECT my_organizations())::uuid[])"},
                        grants=(
                            common.fences.Grant(columns={}, role="colloquy_self", verbs=("SELECT", "DELETE")),
                            common.fences.Grant(
                                columns={
                                    "SELECT": ("id", "organization_id", "group_id", "author_id", "words"),
                                    "UPDATE": ("words",),
                                },
                                role="colloquy_keeper",
                                verbs=(),
                            ),
                            common.fences.Grant(
                                columns={"UPDATE": ("words", "picked_at")},
                                role="colloquy_member",
                                verbs=("SELECT", "INSERT"),
                            ),
                        ),
                        name="feedback_mchoice_walls",
                        policies=(
                            common.fences.Policy(
                                check="",
                                command="SELECT",
                                role="colloquy_member",
                                using="group_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_groups', true), '')::uuid[], my_groups()))::uuid[]) AND (author_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_memberships', true), '')::uuid[], my_memberships()))::uuid[]) OR (recipient_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_memberships', true), '')::uuid[], my_memberships()))::uuid[]) AND EXISTS (SELECT 1 FROM feedback_mirrorask a JOIN feedback_mirror m ON m.id = a.mirror_id WHERE a.id = ask_id AND m.membership_id = recipient_id AND m.opened_at IS NOT NULL)))",
                            ),
                            common.fences.Policy(
                                check="",
                                command="INSERT",
                                role="colloquy_member",
                                using="group_id = ANY ((SELECT my_groups())::uuid[]) AND author_id = ANY ((SELECT my_memberships())::uuid[]) AND EXISTS (SELECT 1 FROM feedback_mirrorask a WHERE a.id = ask_id AND a.peer_id = author_id AND a.membership_id = recipient_id AND a.ended_as = 'given' AND a.shut_at IS NULL AND a.mirror_id IS NOT NULL)",
                            ),
                            common.fences.Policy(
                                check="",
                                command="UPDATE",
                                role="colloquy_member",
                                using="group_id = ANY ((SELECT my_groups())::uuid[]) AND author_id = ANY ((SELECT my_memberships())::uuid[]) AND EXISTS (SELECT 1 FROM feedback_mirrorask a WHERE a.id = ask_id AND a.peer_id = author_id AND a.membership_id = recipient_id AND a.ended_as = 'given' AND a.shut_at IS NULL AND a.mirror_id IS NOT NULL)",
                            ),
                            common.fences.Policy(
                                check="",
                                command="SELECT",
                                role="colloquy_self",
                                using="author_id = ANY ((SELECT my_memberships_ever())::uuid[]) OR (recipient_id = ANY ((SELECT my_memberships_ever())::uuid[]) AND EXISTS (SELECT 1 FROM feedback_mirrorask a JOIN feedback_mirror m ON m.id = a.mirror_id WHERE a.id = ask_id AND m.membership_id = recipient_id AND m.opened_at IS NOT NULL))",
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
    ]
