"""Asking who facilitates for help with a note that hurts."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import FencedModel
from common.fences import (
    ACTOR,
    MEMBER,
    SELF,
    WORKER,
    Grant,
    Policy,
    RowSecurity,
    SameGroup,
    SameOrganization,
    SamePerson,
    in_my,
    may_read,
)
from common.sealed import SealedTextField
from feedback.models.notes import RECIPIENT_IS_HERE, FeedbackNote, facilitating
from groups.models import (
    EVER_MINE,
    FENCE,
    MY_GROUP,
    MY_MEMBERSHIP,
    CoachingGroup,
    Membership,
    resealed,
    since_i_came,
)

_KEEPER_POLICIES, _KEEPER_GRANTS = resealed("text")
_ASKER_IS_HERE = RECIPIENT_IS_HERE.replace("recipient_id", "membership_id")
# Whoever wrote the note is not told, whatever they have become since.
_IT_IS_MINE = f"EXISTS (SELECT 1 FROM groups_membership m WHERE m.id = kept_from_id AND m.person_id = {ACTOR})"  # noqa: S608
_I_AM_ASKED = (
    f"{in_my('my_facilitated', 'group_id')} AND {since_i_came('asked_at')} AND {_ASKER_IS_HERE} AND NOT {_IT_IS_MINE}"
)


class HelpRequestQuerySet(models.QuerySet):
    def visible_to(self, person):
        """What the person asked for in groups that they read now, and what they are asked for as their facilitator."""
        own = Q(membership__person=person, membership__left_at=None, membership__admitted_at__isnull=False)
        asked = Q(Exists(facilitating(person, since=OuterRef("asked_at"))), membership__left_at=None)
        return self.filter(own | asked & ~Q(kept_from__person=person))


class HelpRequest(FencedModel):
    """That the reader of a note asks who facilitates the group for help with it; its author is not told.

    Whoever reads the request as a facilitator reads the note as well.
    """

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    # Forgotten when the note's author erases it: what was asked is the asker's own.
    note = models.OneToOneField(
        FeedbackNote, models.DO_NOTHING, null=True, related_name="help_request", db_constraint=False
    )
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="help_asked", db_constraint=False)
    kept_from = models.ForeignKey(Membership, models.PROTECT, related_name="+", db_constraint=False)
    text = SealedTextField(scope="group", author="membership", limit=2000)
    asked_at = models.DateTimeField()

    objects = HelpRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(membership=F("kept_from")), name="feedback_help_not_own"),
            SameGroup(name="feedback_help_member_group", field="membership", to="groups_membership"),
            SameGroup(name="feedback_help_author_group", field="kept_from", to="groups_membership"),
            SameGroup(name="feedback_help_note_group", field="note", to="feedback_feedbacknote", forget=True),
            SameOrganization(name="feedback_help_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="feedback_help_org_member", field="membership", to="groups_membership"),
            SameOrganization(name="feedback_help_org_author", field="kept_from", to="groups_membership"),
            SameOrganization(name="feedback_help_org_note", field="note", to="feedback_feedbacknote", forget=True),
            SamePerson(
                name="feedback_help_by_reader", ours="membership", theirs="recipient",
                field="note", to="feedback_feedbacknote", forget=True,
            ),
            SamePerson(
                name="feedback_help_from_author", ours="kept_from", theirs="author",
                field="note", to="feedback_feedbacknote", forget=True,
            ),
            RowSecurity(
                name="feedback_help_walls",
                fence={MEMBER: FENCE[MEMBER]},
                policies=[
                    may_read(MEMBER, f"{MY_GROUP} AND ({MY_MEMBERSHIP} OR ({_I_AM_ASKED}))"),
                    Policy(MEMBER, "INSERT", f"{MY_GROUP} AND {MY_MEMBERSHIP} AND note_id IS NOT NULL"),
                    # to take it back
                    Policy(MEMBER, "DELETE", f"{MY_GROUP} AND {MY_MEMBERSHIP}"),
                    may_read(WORKER),
                    may_read(SELF, EVER_MINE),
                    Policy(SELF, "DELETE", EVER_MINE),
                    *_KEEPER_POLICIES,
                ],
                grants=[
                    Grant(SELF, ("SELECT", "DELETE")),
                    *_KEEPER_GRANTS,
                    Grant(MEMBER, ("SELECT", "INSERT", "DELETE")),
                    Grant(
                        WORKER,
                        columns={
                            "SELECT": (
                                "id", "organization_id", "group_id", "note_id", "membership_id", "kept_from_id",
                                "asked_at",
                            )
                        },
                    ),
                ],
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"help {self.pk}"
