import common.fences
import common.ids
import common.sealed
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_remembered"),
        ("goals", "0031_drop_a_draft"),
        ("groups", "0010_forget_pair_invitations"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="actionstep",
            constraint=models.UniqueConstraint(fields=("membership", "id"), name="goals_step_coachee_key"),
        ),
        migrations.CreateModel(
            name="PairConversation",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("issue", "the issue"),
                            ("question", "a question"),
                            ("answer", "an answer"),
                            ("view", "another question, or a view"),
                            ("reaction", "what came of it"),
                            ("check", "a last look"),
                            ("step", "a step"),
                            ("closed", "closed"),
                        ],
                        default="issue",
                        max_length=8,
                    ),
                ),
                ("turns_taken", models.PositiveSmallIntegerField(default=0)),
                ("begun_at", models.DateTimeField()),
                ("moved_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "coach",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="groups.membership",
                    ),
                ),
                (
                    "coachee",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                    "step",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="goals.actionstep",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "id"), name="goals_talk_org_key"),
                    models.UniqueConstraint(fields=("group", "id"), name="goals_talk_group_key"),
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)), fields=("group",), name="goals_talk_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("coachee", models.F("coach")), _negated=True), name="goals_talk_two_people"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("stage", "closed")),
                            models.Q(models.Q(("stage", "closed"), _negated=True), ("closed_at", None)),
                            _connector="OR",
                        ),
                        name="goals_talk_closed_once",
                    ),
                    common.fences.SameGroup(
                        cascade=False, field="coachee", name="goals_talk_coachee_group", to="groups_membership"
                    ),
                    common.fences.SameGroup(
                        cascade=False, field="coach", name="goals_talk_coach_group", to="groups_membership"
                    ),
                    common.fences.SameGroup(
                        cascade=False, field="step", forget=True, name="goals_talk_step_group", to="goals_actionstep"
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="group", name="goals_talk_org_group", to="groups_coachinggroup"
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="coachee", name="goals_talk_org_coachee", to="groups_membership"
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="coach", name="goals_talk_org_coach", to="groups_membership"
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="step", forget=True, name="goals_talk_org_step", to="goals_actionstep"
                    ),
                    common.fences.SamePerson(
                        cascade=False,
                        field="step",
                        forget=True,
                        name="goals_talk_own_step",
                        ours="coachee",
                        theirs="membership",
                        to="goals_actionstep",
                    ),
                    common.fences.RowSecurity(
                        fence={"colloquy_member": "organization_id = ANY ((SELECT my_organizations())::uuid[])"},
                        grants=(
                            common.fences.Grant(
                                columns={"UPDATE": ("stage", "turns_taken", "moved_at", "closed_at", "step_id")},
                                role="colloquy_member",
                                verbs=("SELECT", "INSERT"),
                            ),
                            common.fences.Grant(columns={}, role="colloquy_worker", verbs=("SELECT",)),
                            common.fences.Grant(columns={}, role="colloquy_self", verbs=("SELECT",)),
                        ),
                        name="goals_talk_walls",
                        policies=(
                            common.fences.Policy(
                                check="",
                                command="SELECT",
                                role="colloquy_member",
                                using="group_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_groups', true), '')::uuid[], my_groups()))::uuid[]) AND (coachee_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_memberships', true), '')::uuid[], my_memberships()))::uuid[]) OR coach_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_memberships', true), '')::uuid[], my_memberships()))::uuid[]))",
                            ),
                            common.fences.Policy(
                                check="",
                                command="INSERT",
                                role="colloquy_member",
                                using="group_id = ANY ((SELECT my_groups())::uuid[]) AND (coachee_id = ANY ((SELECT my_memberships())::uuid[]) OR coach_id = ANY ((SELECT my_memberships())::uuid[])) AND group_id = ANY ((SELECT my_pairs())::uuid[]) AND stage = 'issue' AND step_id IS NULL",
                            ),
                            common.fences.Policy(
                                check="group_id = ANY ((SELECT my_groups())::uuid[]) AND (coachee_id = ANY ((SELECT my_memberships())::uuid[]) OR coach_id = ANY ((SELECT my_memberships())::uuid[])) AND group_id = ANY ((SELECT my_pairs())::uuid[]) AND (stage = 'issue' OR EXISTS (SELECT 1 FROM goals_conversationturn t WHERE t.conversation_id = goals_pairconversation.id AND t.part = 'issue')) AND (stage::text = ANY ('{issue,question}'::text[]) OR EXISTS (SELECT 1 FROM goals_conversationturn t WHERE t.conversation_id = goals_pairconversation.id AND t.part = 'question')) AND (stage::text = ANY ('{issue,question,answer}'::text[]) OR EXISTS (SELECT 1 FROM goals_conversationturn t WHERE t.conversation_id = goals_pairconversation.id AND t.part = 'answer')) AND (stage::text = ANY ('{issue,question,answer,view}'::text[]) OR EXISTS (SELECT 1 FROM goals_conversationturn t WHERE t.conversation_id = goals_pairconversation.id AND t.part = 'view')) AND (NOT stage::text = ANY ('{check,step,closed}'::text[]) OR EXISTS (SELECT 1 FROM goals_conversationturn t WHERE t.conversation_id = goals_pairconversation.id AND t.part = 'reaction')) AND (NOT stage::text = ANY ('{step,closed}'::text[]) OR EXISTS (SELECT 1 FROM goals_conversationturn t WHERE t.conversation_id = goals_pairconversation.id AND t.part = 'check')) AND (stage <> 'closed' OR step_id IS NOT NULL)",
                                command="UPDATE",
                                role="colloquy_member",
                                using="group_id = ANY ((SELECT my_groups())::uuid[]) AND (coachee_id = ANY ((SELECT my_memberships())::uuid[]) OR coach_id = ANY ((SELECT my_memberships())::uuid[])) AND group_id = ANY ((SELECT my_pairs())::uuid[]) AND closed_at IS NULL",
                            ),
                            common.fences.Policy(check="", command="SELECT", role="colloquy_worker", using="true"),
                            common.fences.Policy(
                                check="",
                                command="SELECT",
                                role="colloquy_self",
                                using="coachee_id = ANY ((SELECT my_memberships_ever())::uuid[]) OR coach_id = ANY ((SELECT my_memberships_ever())::uuid[])",
                            ),
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConversationTurn",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("issue", "The issue"),
                            ("question", "A question"),
                            ("answer", "An answer"),
                            ("view", "The coach’s view"),
                            ("reaction", "What came of it"),
                            ("check", "A last look"),
                        ],
                        max_length=8,
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("text", common.sealed.SealedTextField(author="author", limit=4000, scope="group")),
                ("more", common.sealed.SealedTextField(author="author", limit=4000, scope="group")),
                ("written_at", models.DateTimeField()),
                ("liked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "author",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                    "reader",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="groups.membership",
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="turns",
                        to="goals.pairconversation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("conversation", "number"), name="goals_turn_one_by_one"),
                    models.CheckConstraint(
                        condition=models.Q(("author", models.F("reader")), _negated=True), name="goals_turn_two_people"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("liked_at", None), ("part", "question"), _connector="OR"),
                        name="goals_turn_liked_question",
                    ),
                    common.fences.SameGroup(
                        cascade=False, field="author", name="goals_turn_author_group", to="groups_membership"
                    ),
                    common.fences.SameGroup(
                        cascade=False, field="reader", name="goals_turn_reader_group", to="groups_membership"
                    ),
                    common.fences.SameGroup(
                        cascade=False, field="conversation", name="goals_turn_talk_group", to="goals_pairconversation"
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="group", name="goals_turn_org_group", to="groups_coachinggroup"
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="author", name="goals_turn_org_author", to="groups_membership"
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="reader", name="goals_turn_org_reader", to="groups_membership"
                    ),
                    common.fences.SameOrganization(
                        cascade=False, field="conversation", name="goals_turn_org_talk", to="goals_pairconversation"
                    ),
                    common.fences.RowSecurity(
                        fence={"colloquy_member": "organization_id = ANY ((SELECT my_organizations())::uuid[])"},
                        grants=(
                            common.fences.Grant(
                                columns={"UPDATE": ("liked_at",)}, role="colloquy_member", verbs=("SELECT", "INSERT")
                            ),
                            common.fences.Grant(columns={}, role="colloquy_self", verbs=("SELECT", "DELETE")),
                            common.fences.Grant(
                                columns={
                                    "SELECT": ("id", "organization_id", "group_id", "author_id", "text", "more"),
                                    "UPDATE": ("text", "more"),
                                },
                                role="colloquy_keeper",
                                verbs=(),
                            ),
                        ),
                        name="goals_turn_walls",
                        policies=(
                            common.fences.Policy(
                                check="",
                                command="SELECT",
                                role="colloquy_member",
                                using="group_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_groups', true), '')::uuid[], my_groups()))::uuid[]) AND (author_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_memberships', true), '')::uuid[], my_memberships()))::uuid[]) OR reader_id = ANY ((SELECT coalesce(nullif(current_setting('app.my_memberships', true), '')::uuid[], my_memberships()))::uuid[]))",
                            ),
                            common.fences.Policy(
                                check="",
                                command="INSERT",
                                role="colloquy_member",
                                using="group_id = ANY ((SELECT my_groups())::uuid[]) AND group_id = ANY ((SELECT my_pairs())::uuid[]) AND author_id = ANY ((SELECT my_memberships())::uuid[]) AND liked_at IS NULL AND EXISTS (SELECT 1 FROM goals_pairconversation c WHERE c.id = conversation_id AND (c.stage = part OR (c.stage = 'view' AND part = 'question')) AND ((author_id = c.coachee_id AND reader_id = c.coach_id) OR (author_id = c.coach_id AND reader_id = c.coachee_id AND part::text = ANY ('{question,view,check}'::text[]))))",
                            ),
                            common.fences.Policy(
                                check="",
                                command="UPDATE",
                                role="colloquy_member",
                                using="group_id = ANY ((SELECT my_groups())::uuid[]) AND part = 'question' AND EXISTS (SELECT 1 FROM goals_pairconversation c WHERE c.id = conversation_id AND c.coachee_id = ANY ((SELECT my_memberships())::uuid[]))",
                            ),
                            common.fences.Policy(
                                check="",
                                command="SELECT",
                                role="colloquy_self",
                                using="author_id = ANY ((SELECT my_memberships_ever())::uuid[])",
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
