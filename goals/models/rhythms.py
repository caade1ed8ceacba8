"""When a person wants to be asked how it goes: facts only."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import FencedModel
from common.fences import MEMBER, WORKER, Grant, Policy, RowSecurity, SameGroup, SameOrganization, in_my, may_read
from goals.models.walls import GROUP_FENCE, OWN_FOR_GOOD, OWN_IN_GROUP, TAKE_OR_ERASE
from groups.models import MY_GROUP, MY_MEMBERSHIP, CoachingGroup, Membership


class CheckInRhythmQuerySet(models.QuerySet):
    def visible_to(self, person):
        """One's own, and those of the groups that one facilitates now."""
        own = Q(membership__person=person, membership__left_at=None, membership__admitted_at__isnull=False)
        facilitated = Membership.objects.filter(person=person, role=Membership.Role.FACILITATOR).reading()
        return self.filter(own | Q(group__in=facilitated.values("group")))


class CheckInRhythm(FencedModel):
    """How often one person is asked in one group, and their pause; without a row it is weekly."""

    class Rhythm(models.TextChoices):
        WEEKLY = "weekly", _("Every week")
        FORTNIGHTLY = "fortnightly", _("Every two weeks")
        SESSIONS = "sessions", _("Around our sessions")
        NONE = "none", _("Not at all")

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    membership = models.OneToOneField(Membership, models.PROTECT, related_name="check_in_rhythm", db_constraint=False)
    rhythm = models.CharField(max_length=11, choices=Rhythm, default=Rhythm.WEEKLY)
    paused_from = models.DateField(null=True, blank=True)
    paused_until = models.DateField(null=True, blank=True)  # the last day of the pause
    changed_at = models.DateTimeField()

    objects = CheckInRhythmQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(paused_from=None, paused_until=None)
                | Q(paused_from__isnull=False, paused_until__isnull=False, paused_until__gte=F("paused_from")),
                name="goals_rhythm_pause_ends",
            ),
            SameGroup(name="goals_rhythm_same_group", field="membership", to="groups_membership"),
            SameOrganization(name="goals_rhythm_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="goals_rhythm_org_member", field="membership", to="groups_membership"),
            RowSecurity(
                name="goals_rhythm_walls",
                fence=GROUP_FENCE,
                policies=[
                    may_read(MEMBER, f"{MY_GROUP} AND ({MY_MEMBERSHIP} OR {in_my('my_facilitated', 'group_id')})"),
                    Policy(MEMBER, "INSERT", OWN_IN_GROUP),
                    Policy(MEMBER, "UPDATE", OWN_IN_GROUP),
                    may_read(WORKER),
                    *OWN_FOR_GOOD,
                ],
                grants=[Grant(MEMBER, ("SELECT", "INSERT", "UPDATE")), Grant(WORKER, ("SELECT",)), TAKE_OR_ERASE],
            ),
        ]

    def __str__(self):
        return self.rhythm
