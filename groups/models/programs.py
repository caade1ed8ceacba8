"""Programs, their rosters, and the proposals made for them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import OFFICE, FencedModel
from common.fences import (
    ACTOR,
    HR,
    MEMBER,
    REPORT,
    SELF,
    USHER,
    WORKER,
    Grant,
    Policy,
    RowSecurity,
    SameOrganization,
    may_read,
)
from groups.models.walls import FENCE, organization_key

# SQL: the row is of a program that is over, so that the worker may forget it.
OVER = "EXISTS (SELECT 1 FROM groups_program p WHERE p.id = program_id AND p.ends_on < current_date)"


class Program(FencedModel):
    """A run of coaching for a roster of participants, with the rules by which its groups are formed."""

    class State(models.TextChoices):
        FORMING = "forming", _("Forming")
        RUNNING = "running", _("Running")
        ENDED = "ended", _("Ended")

    name = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=State, default=State.FORMING)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    timezone = models.CharField(max_length=64, default="UTC")
    size_min = models.PositiveSmallIntegerField(default=4)
    size_target = models.PositiveSmallIntegerField(default=6)
    size_max = models.PositiveSmallIntegerField(default=8)
    level_band = models.PositiveSmallIntegerField(default=1)
    # how much each soft wish counts, as a step of its slider: {"level": 0–4, …}; what is missing counts as usual
    weights = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            organization_key("groups_program_org_key"),
            models.CheckConstraint(
                condition=Q(
                    size_min__gte=2,
                    size_max__lte=12,
                    size_target__gte=models.F("size_min"),
                    size_max__gte=models.F("size_target"),
                ),
                name="groups_program_sizes",
            ),
            RowSecurity(
                name="groups_program_walls",
                fence=FENCE,
                policies=[
                    may_read(MEMBER),
                    Policy(HR, "ALL"),
                    may_read(REPORT),
                    may_read(WORKER),
                    may_read(USHER),
                ],
                grants=[
                    Grant(MEMBER, ("SELECT",)),
                    Grant(HR, ("SELECT", "INSERT", "UPDATE")),
                    Grant(REPORT, ("SELECT",)),
                    Grant(WORKER, ("SELECT",)),
                    Grant(USHER, ("SELECT",)),
                ],
            ),
        ]

    def __str__(self):
        return self.name


class RosterUpload(FencedModel):
    """A roster file as it came, shown as a preview until somebody accepts it; the text goes when it is decided."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="uploads", db_constraint=False)
    filename = models.CharField(max_length=200)
    content = models.BinaryField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    columns = models.JSONField(null=True, blank=True)  # {column: which of the headings}, once somebody has matched them

    class Meta:
        constraints = [
            SameOrganization(name="groups_upload_org_program", field="program", to="groups_program"),
            RowSecurity(
                name="groups_upload_walls",
                fence={HR: OFFICE},
                policies=[Policy(HR, "ALL"), may_read(WORKER), Policy(WORKER, "DELETE", OVER)],
                grants=[
                    Grant(HR, ("SELECT", "INSERT", "UPDATE", "DELETE")),
                    Grant(WORKER, ("DELETE",), {"SELECT": ("id", "organization_id", "program_id")}),
                ],
            ),
        ]

    def __str__(self):
        return self.filename


class RosterColumns(FencedModel):
    """Which column is which in rosters with certain headings, as somebody has matched them: for the next such file."""

    headings_key = models.CharField(max_length=64)  # a hash: the titles are not kept
    columns = models.JSONField()
    matched_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "headings_key"], name="groups_columns_once"),
            RowSecurity(
                name="groups_columns_walls",
                fence={HR: OFFICE},
                policies=[Policy(HR, "ALL")],
                grants=[Grant(HR, ("SELECT", "INSERT", "UPDATE"))],
            ),
        ]

    def __str__(self):
        return f"columns {self.pk}"


class Participant(FencedModel):
    """A person's place in a program, with what formation needs to know; an account may come later."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="participants", db_constraint=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="participants"
    )
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=150)
    team = models.CharField(max_length=200, blank=True)
    manager_email = models.CharField(max_length=254, blank=True)
    level = models.SmallIntegerField(null=True, blank=True)
    years_in_role = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    function = models.CharField(max_length=200, blank=True)
    location = models.CharField(max_length=200, blank=True)
    timezone = models.CharField(max_length=64, blank=True)
    gender = models.CharField(max_length=50, blank=True)
    languages = models.JSONField(default=list)
    goals = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            organization_key("groups_participant_org_key"),
            models.UniqueConstraint("program", Lower("email"), name="groups_participant_once"),
            SameOrganization(name="groups_participant_org_program", field="program", to="groups_program"),
            RowSecurity(
                name="groups_participant_walls",
                fence=FENCE,
                policies=[
                    may_read(MEMBER, f"person_id = {ACTOR}"),
                    Policy(HR, "ALL"),
                    may_read(REPORT),
                    may_read(WORKER),
                    Policy(WORKER, "DELETE", OVER),
                    may_read(SELF, f"person_id = {ACTOR}"),
                    Policy(USHER, "ALL"),
                ],
                grants=[
                    Grant(MEMBER, ("SELECT",)),
                    Grant(HR, ("SELECT", "INSERT", "UPDATE")),
                    Grant(REPORT, columns={"SELECT": ("id", "organization_id", "program_id", "person_id", "email")}),
                    Grant(WORKER, ("SELECT", "DELETE")),
                    Grant(SELF, ("SELECT",)),
                    Grant(USHER, ("SELECT",), {"UPDATE": ("person_id",)}),
                ],
            ),
        ]

    def __str__(self):
        return self.name


class Formation(FencedModel):
    """One proposal of groups for a program: asked for, solved by a worker, changed on the board, then published.

    Several may stand side by side; those that were not chosen are put aside ("replaced").
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        SOLVING = "solving"
        PROPOSED = "proposed"
        FAILED = "failed"
        PUBLISHED = "published"
        REPLACED = "replaced"

    program = models.ForeignKey(Program, models.PROTECT, related_name="formations", db_constraint=False)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    seed = models.PositiveIntegerField(default=0)
    # {"groups": [{"name", "members": [participant id], "facilitator": person id | null, and on the board:
    #    "locked": true, "held": [participant id], "allowed": [{"key", "among", "message"}], "published": group id}],
    #  "unplaced": [[participant id, why]], "why": why not everybody has a place, "score": number}
    # while it is solved: {"so_far": {"percent", "placed", "score"}}
    proposal = models.JSONField(default=dict)
    # goes up with every change on the board, so that a page knows whether it shows the board as it is
    revision = models.PositiveIntegerField(default=0, db_default=0)
    # moves that can be undone, the last one last: {"person", "origin", "target", "allowed": [[group, entry]], "by"}
    moves = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    undone = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    # what the search keeps: [{"name", "members", "facilitator", "locked", "held", "allowed"}], and the weights it uses
    kept = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    weights = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    stop_asked_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    solved_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program"],
                condition=Q(state__in=["queued", "solving"]),
                name="groups_formation_one_running",
            ),
            SameOrganization(name="groups_formation_org_program", field="program", to="groups_program"),
            RowSecurity(
                name="groups_formation_walls",
                fence={HR: OFFICE},
                policies=[Policy(HR, "ALL"), may_read(WORKER), Policy(WORKER, "UPDATE")],
                grants=[
                    Grant(HR, ("SELECT", "INSERT", "UPDATE")),
                    Grant(WORKER, ("SELECT",), {"UPDATE": ("state", "proposal", "solved_at")}),
                ],
            ),
        ]

    def __str__(self):
        return self.state
