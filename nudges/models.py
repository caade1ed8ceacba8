"""Messages that are owed, and who does not want which kind."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from accounts.models import OFFICE, FencedModel, Organization
from common.fences import ACTOR, HR, MEMBER, USHER, WORKER, Grant, Policy, RowSecurity, in_my, may_read
from common.ids import new_id

# What concerns one's account belongs to no organization; such a message one can only owe oneself.
MINE_OR_OURS = f"(organization_id IS NULL AND recipient_id = {ACTOR}) OR {in_my('my_organizations', 'organization_id')}"
MY_ADDRESS = f"lower(email) = (SELECT lower(p.email) FROM accounts_person p WHERE p.id = {ACTOR})"  # noqa: S608


class Nudge(FencedModel):
    """One message we owe one person: why, to whom, when, and what became of it. Never a word that a member wrote."""

    class State(models.TextChoices):
        PENDING = "pending"
        SENDING = "sending"
        SENT = "sent"
        DROPPED = "dropped"  # no longer wanted; the reason says why
        FAILED = "failed"

    organization = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="+")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="nudges"
    )
    # For somebody who has no account yet; otherwise the person's own address is used.
    email = models.EmailField(max_length=254, blank=True)
    kind = models.CharField(max_length=40)
    context = models.JSONField(default=dict)  # ids only
    dedupe_key = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    send_after = models.DateTimeField()
    # Set when it is put off for the first time: what "too late" is counted from.
    first_due_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            # claim() walks what is due, soonest first
            models.Index(fields=["send_after", "id"], condition=models.Q(state="pending"), name="nudges_nudge_due"),
            # release_stuck() looks for what a lost worker left
            models.Index(fields=["claimed_at"], condition=models.Q(state="sending"), name="nudges_nudge_sending"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(recipient__isnull=False) | ~models.Q(email=""), name="nudges_nudge_to_somebody"
            ),
            RowSecurity(
                name="nudges_nudge_walls",
                fence={MEMBER: MINE_OR_OURS, HR: OFFICE},
                policies=[
                    Policy(MEMBER, "INSERT", "email = ''"),  # to people, never to an address of one's own choice
                    Policy(HR, "INSERT"),
                    Policy(WORKER, "ALL"),
                ],
                grants=[
                    Grant(MEMBER, ("INSERT",)),
                    Grant(HR, ("INSERT",)),
                    Grant(WORKER, ("SELECT", "INSERT", "UPDATE", "DELETE")),
                ],
            ),
        ]

    def __str__(self):
        return self.kind


class Unsubscription(models.Model):
    """A kind of message that an address does not want, set by a link in a mail or in the settings."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(max_length=254)
    kind = models.CharField(max_length=40)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), "kind", name="nudges_unsubscription_once"),
            RowSecurity(
                name="nudges_unsubscription_walls",
                policies=[
                    Policy(MEMBER, "ALL", MY_ADDRESS),
                    may_read(WORKER),
                    Policy(USHER, "ALL"),
                ],
                grants=[
                    Grant(MEMBER, ("SELECT", "INSERT", "DELETE")),
                    Grant(WORKER, ("SELECT",)),
                    Grant(USHER, ("SELECT", "INSERT")),
                ],
            ),
        ]

    def __str__(self):
        return self.kind


class WorkerPulse(models.Model):
    """When the worker was last seen working; readiness looks at it. One row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    beat_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="nudges_pulse_one_row"),
            RowSecurity(
                name="nudges_pulse_walls",
                policies=[may_read(MEMBER), Policy(WORKER, "ALL")],
                grants=[Grant(MEMBER, ("SELECT",)), Grant(WORKER, ("SELECT", "INSERT", "UPDATE"))],
            ),
        ]

    def __str__(self):
        return self.beat_at.isoformat()
