"""What members want the others to watch for in one session."""

from django.db import models
from django.db.models import F

from accounts.models import FencedModel
from common.fences import MEMBER, SELF, Grant, Policy, RowSecurity, SameGroup, SameOrganization, may_read
from common.sealed import SealedTextField
from groups.models import (
    EVER_MINE,
    FENCE,
    MY_GROUP,
    MY_MEMBERSHIP,
    CoachingGroup,
    Membership,
    reading_group,
    resealed,
)
from sessions.models import SESSION_IS_OPEN, CoachingSession

_KEEPER_POLICIES, _KEEPER_GRANTS = resealed("text")
_MINE = f"{MY_GROUP} AND {MY_MEMBERSHIP}"
# The policies of sessions and of notes hold inside: whoever names it reads the session, and the notes written to them.
_BEFORE_ITS_END = (
    "EXISTS (SELECT 1 FROM coaching_sessions_coachingsession s"  # noqa: S608
    " WHERE s.id = coaching_session_id AND named_at < s.ends_at)"
)
_UNANSWERED = (
    "NOT EXISTS (SELECT 1 FROM feedback_feedbacknote n WHERE n.recipient_id = membership_id"  # noqa: S608
    " AND n.coaching_session_id = feedback_watchedbehavior.coaching_session_id)"
)


class WatchedBehaviorQuerySet(models.QuerySet):
    def visible_to(self, person):
        """What was named in the groups that the person reads now, for sessions from when they came on."""
        return self.filter(*reading_group(person, since=F("coaching_session__ends_at")))


class WatchedBehavior(FencedModel):
    """The one behavior that a member wants watched in one session; everybody who reads the group reads it.

    Its author words it anew or takes it back until the first note on it is written: a note on a session to them.
    """

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    coaching_session = models.ForeignKey(CoachingSession, models.PROTECT, related_name="+", db_constraint=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="behaviors_named", db_constraint=False)
    text = SealedTextField(scope="group", author="membership", limit=500)
    named_at = models.DateTimeField()  # in the words that it has now

    objects = WatchedBehaviorQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["coaching_session", "membership"], name="feedback_watched_once"),
            SameGroup(name="feedback_watched_same_group", field="membership", to="groups_membership"),
            SameGroup(
                name="feedback_watched_session_group", field="coaching_session", to="coaching_sessions_coachingsession"
            ),
            SameOrganization(name="feedback_watched_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="feedback_watched_org_member", field="membership", to="groups_membership"),
            SameOrganization(
                name="feedback_watched_org_session", field="coaching_session", to="coaching_sessions_coachingsession"
            ),
            RowSecurity(
                name="feedback_watched_walls",
                fence={MEMBER: FENCE[MEMBER]},
                policies=[
                    may_read(MEMBER, f"{MY_GROUP} AND {SESSION_IS_OPEN}"),
                    Policy(MEMBER, "INSERT", f"{_MINE} AND {_BEFORE_ITS_END}"),
                    Policy(MEMBER, "UPDATE", f"{_MINE} AND {_UNANSWERED}", f"{_MINE} AND {_BEFORE_ITS_END}"),
                    # to take it back
                    Policy(MEMBER, "DELETE", f"{_MINE} AND {_UNANSWERED}"),
                    may_read(SELF, EVER_MINE),
                    Policy(SELF, "DELETE", EVER_MINE),
                    *_KEEPER_POLICIES,
                ],
                grants=[
                    Grant(SELF, ("SELECT", "DELETE")),
                    *_KEEPER_GRANTS,
                    Grant(MEMBER, ("SELECT", "INSERT", "DELETE"), {"UPDATE": ("text", "named_at")}),
                ],
            ),
        ]

    def __str__(self):
        return f"behavior {self.pk}"
