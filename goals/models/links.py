"""Links in mails by which one checks in without signing in."""

from django.db import models

from accounts.models import FencedModel
from common.fences import USHER, WORKER, Grant, Policy, RowSecurity, SameGroup, SameOrganization, may_read
from goals.models.goals import Goal
from groups.models import CoachingGroup, Membership


class CheckInLink(FencedModel):
    """A link that writes one check-in on one goal, once, for a while; only its hash is here, and it reads nothing."""

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    # A goal that its author erases takes its links along.
    goal = models.ForeignKey(Goal, models.DO_NOTHING, related_name="+", db_constraint=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_constraint=False)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_for = models.UUIDField(null=True, blank=True)  # the check-in: the same form sent twice is no second use

    class Meta:
        constraints = [
            SameGroup(name="goals_link_same_group", field="membership", to="groups_membership"),
            SameGroup(name="goals_link_goal_group", field="goal", to="goals_goal", cascade=True),
            SameOrganization(name="goals_link_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="goals_link_org_member", field="membership", to="groups_membership"),
            SameOrganization(name="goals_link_org_goal", field="goal", to="goals_goal", cascade=True),
            RowSecurity(
                name="goals_link_walls",
                policies=[
                    may_read(WORKER),
                    Policy(WORKER, "INSERT", "used_at IS NULL"),
                    Policy(WORKER, "DELETE", "expires_at < now()"),
                    may_read(USHER),
                    Policy(USHER, "UPDATE"),
                ],
                grants=[
                    Grant(WORKER, ("SELECT", "INSERT", "DELETE")),
                    Grant(USHER, ("SELECT",), {"UPDATE": ("used_at", "used_for")}),
                ],
            ),
        ]
        # forget_old_links() walks what is long over
        indexes = [models.Index(fields=["expires_at"], name="goals_link_expires")]

    def __str__(self):
        return f"link {self.pk}"
