"""Meetings of groups: when and where, what happens in them, who comes and who came."""

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import FencedModel
from common.fences import (
    DEFINER,
    HR,
    MEMBER,
    REPORT,
    SELF,
    WORKER,
    Grant,
    Policy,
    RowSecurity,
    SameGroup,
    SameOrganization,
    in_my,
    may_read,
)
from groups.models import (
    EVER_MINE,
    FENCE,
    MY_GROUP,
    MY_MEMBERSHIP,
    CoachingGroup,
    Membership,
    organization_key,
    reading_group,
    since_i_came,
)

# A facilitator may write for the group, and in a pair either of the two; a member only for their own membership.
I_FACILITATE = f"({in_my('my_facilitated', 'group_id')} OR {in_my('my_pairs', 'group_id')})"
# What belongs to a session is open to whom the session is.
SESSION_IS_OPEN = "coaching_session_id <> ALL ((SELECT my_closed_sessions())::uuid[])"
_I_WAS_ASKED = (
    "EXISTS (SELECT 1 FROM coaching_sessions_attendance a "
    "WHERE a.coaching_session_id = coaching_sessions_coachingsession.id)"
)


class CoachingSessionQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Sessions of the groups in which the person has a reading membership now, from when they came on.

        The role does not widen it.
        """
        return self.filter(*reading_group(person, since=F("ends_at")))

    def visible_to_member(self, person):
        """Of ``visible_to`` those of groups in which the person does not facilitate."""
        return self.filter(*reading_group(person, since=F("ends_at")), group__memberships__role=Membership.Role.MEMBER)

    def with_answer_of(self, person):
        """Each with ``my_answer``: what the person answered in their open membership, or an empty string."""
        answers = Attendance.objects.filter(
            coaching_session=OuterRef("pk"), membership__person=person, membership__left_at=None
        )
        return self.annotate(my_answer=Coalesce(Subquery(answers.values("answer")[:1]), Value("")))

    def standing(self):
        """Not cancelled."""
        return self.filter(cancelled_at=None)

    def upcoming(self, now):
        """Standing, and not over yet; soonest first."""
        return self.standing().ahead(now)

    def ahead(self, now):
        """Not over yet, cancelled ones included; soonest first."""
        return self.filter(ends_at__gt=now).order_by("starts_at", "pk")

    def over(self, now):
        """Over, cancelled ones included; latest first."""
        return self.filter(ends_at__lte=now).order_by("-starts_at", "-pk")


class CoachingSession(FencedModel):
    """One meeting of the group, at a wall time in a zone; moving it keeps its calendar identity."""

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="coaching_sessions", db_constraint=False)
    title = models.CharField(max_length=120)
    agenda_key = models.CharField(max_length=40)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    # The wall time as it was chosen: starts_at is computed from it, and again when the zone's rules change.
    wall_time = models.CharField(max_length=16)  # YYYY-MM-DDTHH:MM
    timezone = models.CharField(max_length=64)
    place = models.CharField(max_length=200, blank=True)
    video_url = models.URLField(max_length=500, blank=True)
    sequence = models.PositiveIntegerField(default=0)  # of the calendar entry
    scheduled_by = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_constraint=False)
    created_at = models.DateTimeField(auto_now_add=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = CoachingSessionQuerySet.as_manager()

    class Meta:
        constraints = [
            organization_key("sessions_session_org_key"),
            models.UniqueConstraint(fields=["group", "id"], name="sessions_session_group_key"),
            SameGroup(name="sessions_session_same_group", field="scheduled_by", to="groups_membership"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="sessions_session_ends_later"),
            SameOrganization(name="sessions_session_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="sessions_session_org_by", field="scheduled_by", to="groups_membership"),
            RowSecurity(
                name="sessions_session_walls",
                fence=FENCE,
                policies=[
                    may_read(MEMBER, f"{MY_GROUP} AND {since_i_came('ends_at')}"),
                    Policy(MEMBER, "INSERT", I_FACILITATE),
                    Policy(MEMBER, "UPDATE", I_FACILITATE),
                    may_read(HR),
                    may_read(REPORT),
                    may_read(WORKER),
                    may_read(SELF, _I_WAS_ASKED),
                    may_read(DEFINER),
                ],
                grants=[
                    Grant(DEFINER, columns={"SELECT": ("id", "group_id", "ends_at")}),
                    Grant(MEMBER, ("SELECT", "INSERT", "UPDATE")),
                    Grant(
                        REPORT,
                        columns={
                            "SELECT": ("id", "organization_id", "group_id", "starts_at", "ends_at", "cancelled_at")
                        },
                    ),
                    Grant(
                        SELF,
                        columns={
                            "SELECT": (
                                "id",
                                "organization_id",
                                "group_id",
                                "title",
                                "starts_at",
                                "ends_at",
                                "timezone",
                                "cancelled_at",
                            )
                        },
                    ),
                    # to count and date them; what they are called, where they are and the link stay in the group
                    Grant(
                        HR,
                        columns={
                            "SELECT": ("id", "organization_id", "group_id", "starts_at", "ends_at", "cancelled_at")
                        },
                    ),
                    Grant(WORKER, ("SELECT",)),
                ],
            ),
        ]
        indexes = [
            models.Index(fields=["group", "starts_at"], name="sessions_session_group_time"),
            # plan_reminders() walks what begins tomorrow
            models.Index(fields=["starts_at"], condition=Q(cancelled_at=None), name="sessions_session_ahead"),
        ]

    def __str__(self):
        return self.title

    def has_begun(self, now):
        return self.starts_at <= now

    def is_over(self, now):
        return self.ends_at <= now


class AgendaBlock(FencedModel):
    """One timed part of a session's agenda, copied from its template when it is scheduled; or time to clear the air."""

    coaching_session = models.ForeignKey(
        CoachingSession, models.PROTECT, related_name="agenda_blocks", db_constraint=False
    )
    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    minutes = models.PositiveSmallIntegerField()
    is_per_person = models.BooleanField(default=False)
    instruction = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["coaching_session", "position"], name="sessions_block_position"),
            SameGroup(
                name="sessions_block_same_group", field="coaching_session", to="coaching_sessions_coachingsession"
            ),
            SameOrganization(
                name="sessions_block_org_session", field="coaching_session", to="coaching_sessions_coachingsession"
            ),
            SameOrganization(name="sessions_block_org_group", field="group", to="groups_coachinggroup"),
            RowSecurity(
                name="sessions_block_walls",
                fence={MEMBER: FENCE[MEMBER]},
                policies=[
                    may_read(MEMBER, f"{MY_GROUP} AND {SESSION_IS_OPEN}"),
                    Policy(MEMBER, "INSERT", I_FACILITATE),
                    # to make room for clearing the air, and to take it off again
                    Policy(MEMBER, "UPDATE", I_FACILITATE),
                    Policy(MEMBER, "DELETE", f"{I_FACILITATE} AND kind = 'clear_air'"),
                ],
                grants=[Grant(MEMBER, ("SELECT", "INSERT", "DELETE"), {"UPDATE": ("position", "minutes")})],
            ),
        ]

    def __str__(self):
        return self.title


class Attendance(FencedModel):
    """What one member answered to one session's invitation, and whether they were there."""

    class Answer(models.TextChoices):
        YES = "yes", _("I'm coming")
        LATE = "late", _("Late")
        NO = "no", _("Can't come")

    class Presence(models.TextChoices):
        PRESENT = "present", _("Was there")
        LATE = "late", _("Came late")
        ABSENT = "absent", _("Was not there")

    coaching_session = models.ForeignKey(
        CoachingSession, models.PROTECT, related_name="attendances", db_constraint=False
    )
    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="attendances", db_constraint=False)
    answer = models.CharField(max_length=4, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    presence = models.CharField(max_length=7, choices=Presence, blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["coaching_session", "membership"], name="sessions_attendance_once"),
            SameGroup(name="sessions_att_same_group", field="membership", to="groups_membership"),
            SameGroup(
                name="sessions_att_session_group", field="coaching_session", to="coaching_sessions_coachingsession"
            ),
            SameOrganization(
                name="sessions_att_org_session", field="coaching_session", to="coaching_sessions_coachingsession"
            ),
            SameOrganization(name="sessions_att_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="sessions_att_org_member", field="membership", to="groups_membership"),
            RowSecurity(
                name="sessions_attendance_walls",
                fence=FENCE,
                policies=[
                    may_read(MEMBER, f"{MY_GROUP} AND {SESSION_IS_OPEN}"),
                    Policy(MEMBER, "INSERT", f"{MY_GROUP} AND ({MY_MEMBERSHIP} OR {I_FACILITATE})"),
                    Policy(MEMBER, "UPDATE", f"{MY_GROUP} AND ({MY_MEMBERSHIP} OR {I_FACILITATE})"),
                    may_read(HR),
                    may_read(REPORT),
                    may_read(WORKER),
                    may_read(SELF, EVER_MINE),
                ],
                grants=[
                    Grant(MEMBER, ("SELECT", "INSERT", "UPDATE")),
                    Grant(HR, ("SELECT",)),
                    Grant(REPORT, ("SELECT",)),
                    Grant(SELF, ("SELECT",)),
                    Grant(WORKER, ("SELECT",)),
                ],
            ),
        ]

    def __str__(self):
        return self.presence or self.answer or "no answer"
