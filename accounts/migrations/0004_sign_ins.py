import common.fences
import common.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_second_factors"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignIn",
            fields=[
                ("id", models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("session_hash", models.CharField(max_length=40)),
                ("device", models.CharField(max_length=60)),
                ("device_hash", models.CharField(max_length=64)),
                ("started_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sign_ins",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["seen_at"], name="accounts_signin_seen")],
                "constraints": [
                    common.fences.RowSecurity(
                        fence={},
                        grants=(
                            common.fences.Grant(
                                columns={"UPDATE": ("session_hash", "seen_at", "ended_at")},
                                role="colloquy_member",
                                verbs=("SELECT", "INSERT"),
                            ),
                            common.fences.Grant(
                                columns={"SELECT": ("id", "person_id", "device", "started_at", "seen_at")},
                                role="colloquy_worker",
                                verbs=("DELETE",),
                            ),
                        ),
                        name="accounts_signin_walls",
                        policies=(
                            common.fences.Policy(
                                check="",
                                command="ALL",
                                role="colloquy_member",
                                using="person_id = (SELECT current_actor())",
                            ),
                            common.fences.Policy(check="", command="SELECT", role="colloquy_worker", using="true"),
                            common.fences.Policy(check="", command="DELETE", role="colloquy_worker", using="true"),
                        ),
                    )
                ],
            },
        ),
    ]
