"""A mirror: words that describe a member, picked by themselves and by peers."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import FencedModel
from common.fences import MEMBER, SELF, WORKER, Grant, Policy, RowSecurity, SameGroup, SameOrganization, in_my, may_read
from common.sealed import SealedTextField
from feedback.models.notes import EVER_WRITTEN
from groups.models import (
    EVER_MINE,
    FENCE,
    MY_GROUP,
    MY_MEMBERSHIP,
    CoachingGroup,
    Membership,
    organization_key,
    reads_through,
    resealed,
)

FEWEST_PEERS = 2
_FENCE = {MEMBER: FENCE[MEMBER]}
_ASKED_ME = in_my("my_memberships", "peer_id")
_MY_WORDS = in_my("my_memberships", "author_id")
# Counted while none of them is shut: whoever looks into a mirror cannot say of a peer that they have picked.
_ENOUGH_HAVE_PICKED = (
    "(SELECT count(*) FROM feedback_mirrorask a WHERE a.mirror_id = feedback_mirror.id AND a.ended_as = 'given'"  # noqa: S608
    f" AND a.shut_at IS NULL) >= {FEWEST_PEERS}"
)
_FOR_MY_MIRROR = (
    "EXISTS (SELECT 1 FROM feedback_mirror m WHERE m.id = mirror_id"
    " AND m.membership_id = feedback_mirrorask.membership_id AND m.opened_at IS NULL)"
)
_IT_IS_OPENED = "EXISTS (SELECT 1 FROM feedback_mirror m WHERE m.id = mirror_id AND m.opened_at IS NOT NULL)"
# The policies of mirrors hold inside: nobody else than whose mirror it is finds it.
_MY_MIRROR_IS_OPENED = (
    "EXISTS (SELECT 1 FROM feedback_mirrorask a JOIN feedback_mirror m ON m.id = a.mirror_id"
    " WHERE a.id = ask_id AND m.membership_id = recipient_id AND m.opened_at IS NOT NULL)"
)
_I_AM_ASKED = (
    "EXISTS (SELECT 1 FROM feedback_mirrorask a WHERE a.id = ask_id AND a.peer_id = author_id"
    " AND a.membership_id = recipient_id AND a.ended_as = 'given' AND a.shut_at IS NULL AND a.mirror_id IS NOT NULL)"
)
_OWN_POLICIES, _OWN_GRANTS = resealed("words")
_PEER_POLICIES, _PEER_GRANTS = resealed("words", author="author_id")


class MirrorQuerySet(models.QuerySet):
    def visible_to(self, person):
        """The person's own mirrors, in groups that they read now; nobody else's."""
        return self.filter(reads_through(person, "membership"))


class Mirror(FencedModel):
    """The words a member picked for themselves, for them alone, and since when they look at what peers picked."""

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="mirrors", db_constraint=False)
    words = SealedTextField(scope="group", author="membership", limit=200)
    begun_at = models.DateTimeField()
    until_on = models.DateField()
    opened_at = models.DateTimeField(null=True, blank=True)

    objects = MirrorQuerySet.as_manager()

    class Meta:
        constraints = [
            organization_key("feedback_mirror_org_key"),
            models.UniqueConstraint(fields=["group", "id"], name="feedback_mirror_group_key"),
            models.UniqueConstraint(
                fields=["membership"], condition=Q(opened_at=None), name="feedback_mirror_one_closed"
            ),
            SameGroup(name="feedback_mirror_same_group", field="membership", to="groups_membership"),
            SameOrganization(name="feedback_mirror_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="feedback_mirror_org_member", field="membership", to="groups_membership"),
            RowSecurity(
                name="feedback_mirror_walls",
                fence=_FENCE,
                policies=[
                    may_read(MEMBER, f"{MY_GROUP} AND {MY_MEMBERSHIP}"),
                    Policy(MEMBER, "INSERT", f"{MY_GROUP} AND {MY_MEMBERSHIP} AND opened_at IS NULL"),
                    # to open it, once, when enough peers have picked
                    Policy(
                        MEMBER,
                        "UPDATE",
                        f"{MY_GROUP} AND {MY_MEMBERSHIP} AND opened_at IS NULL",
                        f"{MY_GROUP} AND {MY_MEMBERSHIP} AND opened_at IS NOT NULL AND {_ENOUGH_HAVE_PICKED}",
                    ),
                    # to let it go
                    Policy(MEMBER, "DELETE", f"{MY_GROUP} AND {MY_MEMBERSHIP}"),
                    may_read(SELF, EVER_MINE),
                    Policy(SELF, "DELETE", EVER_MINE),
                    *_OWN_POLICIES,
                ],
                grants=[
                    Grant(SELF, ("SELECT", "DELETE")),
                    *_OWN_GRANTS,
                    Grant(MEMBER, ("SELECT", "INSERT", "DELETE"), {"UPDATE": ("opened_at",)}),
                ],
            ),
        ]

    def __str__(self):
        return f"mirror {self.pk}"


class MirrorAskQuerySet(models.QuerySet):
    def visible_to(self, person):
        """What the person asked peers, and what they are asked, in groups which they read now; nobody else's."""
        return self.filter(reads_through(person, "membership", "peer"))

    def made_to(self, person):
        """Of ``visible_to`` what the person is asked."""
        return self.filter(reads_through(person, "peer"))


class MirrorAsk(FencedModel):
    """That a member asked one peer to pick words for them, until a day: facts only.

    ``shut_at`` is when whoever asked looked: from then on nobody picks or changes anything.
    """

    class End(models.TextChoices):
        GIVEN = "given", _("Picked words")
        DECLINED = "declined", _("Not this time")

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    # Forgotten when the mirror is let go: what peers picked is theirs.
    mirror = models.ForeignKey(Mirror, models.DO_NOTHING, null=True, related_name="asks", db_constraint=False)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="mirror_asked", db_constraint=False)
    peer = models.ForeignKey(Membership, models.PROTECT, related_name="mirror_wanted", db_constraint=False)
    asked_at = models.DateTimeField()
    until_on = models.DateField()
    closed_at = models.DateTimeField(null=True, blank=True)
    ended_as = models.CharField(max_length=8, choices=End, blank=True)
    shut_at = models.DateTimeField(null=True, blank=True)

    objects = MirrorAskQuerySet.as_manager()

    class Meta:
        constraints = [
            organization_key("feedback_mirrorask_org_key"),
            models.UniqueConstraint(fields=["group", "id"], name="feedback_mirrorask_group_key"),
            models.UniqueConstraint(fields=["mirror", "peer"], name="feedback_mirrorask_once"),
            models.CheckConstraint(condition=~Q(peer=F("membership")), name="feedback_mirrorask_to_a_peer"),
            models.CheckConstraint(
                condition=Q(closed_at=None, ended_as="") | Q(closed_at__isnull=False) & ~Q(ended_as=""),
                name="feedback_mirrorask_end",
            ),
            SameGroup(name="feedback_mirrorask_same_group", field="membership", to="groups_membership"),
            SameGroup(name="feedback_mirrorask_peer_group", field="peer", to="groups_membership"),
            SameGroup(name="feedback_mirrorask_mir_group", field="mirror", to="feedback_mirror", forget=True),
            SameOrganization(name="feedback_mirrorask_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="feedback_mirrorask_org_member", field="membership", to="groups_membership"),
            SameOrganization(name="feedback_mirrorask_org_peer", field="peer", to="groups_membership"),
            SameOrganization(name="feedback_mirrorask_org_mir", field="mirror", to="feedback_mirror", forget=True),
            RowSecurity(
                name="feedback_mirrorask_walls",
                fence=_FENCE,
                policies=[
                    may_read(MEMBER, f"{MY_GROUP} AND ({MY_MEMBERSHIP} OR {_ASKED_ME})"),
                    Policy(
                        MEMBER,
                        "INSERT",
                        f"{MY_GROUP} AND {MY_MEMBERSHIP} AND {_FOR_MY_MIRROR}"
                        " AND closed_at IS NULL AND shut_at IS NULL",
                    ),
                    # whoever is asked picks or declines; whoever asked shuts it, with the mirror opened
                    Policy(
                        MEMBER,
                        "UPDATE",
                        f"{MY_GROUP} AND ({MY_MEMBERSHIP} OR {_ASKED_ME}) AND shut_at IS NULL",
                        f"{MY_GROUP} AND (({_ASKED_ME} AND shut_at IS NULL AND ended_as <> '')"
                        f" OR ({MY_MEMBERSHIP} AND shut_at IS NOT NULL AND {_IT_IS_OPENED}))",
                    ),
                    may_read(WORKER),
                    may_read(SELF, f"{EVER_MINE} OR {in_my('my_memberships_ever', 'peer_id')}"),
                ],
                grants=[
                    Grant(MEMBER, ("SELECT", "INSERT"), {"UPDATE": ("closed_at", "ended_as", "shut_at")}),
                    Grant(WORKER, ("SELECT",)),
                    Grant(SELF, ("SELECT",)),
                ],
            ),
        ]
        indexes = [
            # feedback_of_today()
            models.Index(fields=["peer"], condition=Q(closed_at=None), name="feedback_mirrorask_waiting"),
        ]

    def __str__(self):
        return f"mirror ask {self.pk}"


class MirrorChoiceQuerySet(models.QuerySet):
    def visible_to(self, person):
        """What the person picked for peers, and what peers picked for a mirror of theirs that they have opened.

        Each in groups that they read now; peers do not see one another's.
        """
        theirs = reads_through(person, "recipient") & Q(
            ask__mirror__membership=F("recipient"), ask__mirror__opened_at__isnull=False
        )
        return self.filter(reads_through(person, "author") | theirs)


class MirrorChoice(FencedModel):
    """The words one peer picked for a member: for its author, and for the member once they have opened the mirror."""

    group = models.ForeignKey(CoachingGroup, models.PROTECT, related_name="+", db_constraint=False)
    ask = models.OneToOneField(MirrorAsk, models.PROTECT, related_name="choice", db_constraint=False)
    author = models.ForeignKey(Membership, models.PROTECT, related_name="words_picked", db_constraint=False)
    recipient = models.ForeignKey(Membership, models.PROTECT, related_name="words_received", db_constraint=False)
    words = SealedTextField(scope="group", author="author", limit=200)
    picked_at = models.DateTimeField()

    objects = MirrorChoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(author=F("recipient")), name="feedback_mirrorchoice_by_peer"),
            SameGroup(name="feedback_mchoice_author_group", field="author", to="groups_membership"),
            SameGroup(name="feedback_mchoice_to_group", field="recipient", to="groups_membership"),
            SameGroup(name="feedback_mchoice_ask_group", field="ask", to="feedback_mirrorask"),
            SameOrganization(name="feedback_mchoice_org_group", field="group", to="groups_coachinggroup"),
            SameOrganization(name="feedback_mchoice_org_author", field="author", to="groups_membership"),
            SameOrganization(name="feedback_mchoice_org_to", field="recipient", to="groups_membership"),
            SameOrganization(name="feedback_mchoice_org_ask", field="ask", to="feedback_mirrorask"),
            RowSecurity(
                name="feedback_mchoice_walls",
                fence=_FENCE,
                policies=[
                    may_read(
                        MEMBER,
                        f"{MY_GROUP} AND ({_MY_WORDS}"
                        f" OR ({in_my('my_memberships', 'recipient_id')} AND {_MY_MIRROR_IS_OPENED}))",
                    ),
                    Policy(MEMBER, "INSERT", f"{MY_GROUP} AND {_MY_WORDS} AND {_I_AM_ASKED}"),
                    Policy(MEMBER, "UPDATE", f"{MY_GROUP} AND {_MY_WORDS} AND {_I_AM_ASKED}"),
                    may_read(
                        SELF,
                        f"{EVER_WRITTEN}"
                        f" OR ({in_my('my_memberships_ever', 'recipient_id')} AND {_MY_MIRROR_IS_OPENED})",
                    ),
                    Policy(SELF, "DELETE", EVER_WRITTEN),
                    *_PEER_POLICIES,
                ],
                grants=[
                    Grant(SELF, ("SELECT", "DELETE")),
                    *_PEER_GRANTS,
                    Grant(MEMBER, ("SELECT", "INSERT"), {"UPDATE": ("words", "picked_at")}),
                ],
            ),
        ]

    def __str__(self):
        return f"choice {self.pk}"
