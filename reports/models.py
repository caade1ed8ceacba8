"""What was published about taking part: immutable."""

from django.db import models
from django.db.models import F, Q

from accounts.models import FencedModel
from common.fences import REPORT, WORKER, Grant, Policy, RowSecurity, SameOrganization, may_read
from groups.models import FENCE, Program
from reports.rhythm import LEAST


class RhythmRelease(FencedModel):
    """How many people of a program kept a rhythm in a month, in bands; without numbers where that would isolate some.

    Written once for each month, for all programs together, and never again: not even that it says nothing can change.
    """

    program = models.ForeignKey(Program, models.PROTECT, related_name="rhythm_releases", db_constraint=False)
    month = models.DateField()  # its first day
    keepers_from = models.PositiveIntegerField(null=True)  # the lower edges of the bands
    people_from = models.PositiveIntegerField(null=True)
    released_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "month"], name="reports_rhythm_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="reports_rhythm_month"),
            models.CheckConstraint(
                condition=Q(keepers_from=None, people_from=None)
                | Q(
                    keepers_from__isnull=False,
                    people_from__isnull=False,
                    keepers_from__gte=LEAST,
                    people_from__gte=F("keepers_from") + LEAST,
                ),
                name="reports_rhythm_at_least_five",
            ),
            SameOrganization(name="reports_rhythm_org_program", field="program", to="groups_program"),
            RowSecurity(
                name="reports_rhythm_walls",
                fence={REPORT: FENCE[REPORT]},
                policies=[may_read(REPORT), may_read(WORKER), Policy(WORKER, "INSERT")],
                grants=[Grant(REPORT, ("SELECT",)), Grant(WORKER, ("SELECT", "INSERT"))],
            ),
        ]

    def __str__(self):
        return f"{self.month:%Y-%m}"
