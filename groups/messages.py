"""The messages of this app: an invitation to a group, that one facilitates it, and that one's place in it has ended."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from common.tokens import token_for
from groups import charter_messages, pair_messages
from groups.endings import ending_in_words
from groups.models import CoachingGroup, Invitation, Membership, ParticipantProfile, Program
from nudges import kinds


def register():
    """Called once when the app is ready. None of these can be unsubscribed: they are the way in and out."""
    kinds.register(kinds.Kind("group_invitation", build_invitation))
    kinds.register(kinds.Kind("group_assigned", build_assignment))
    kinds.register(kinds.Kind("membership_ended", build_ending, good_for=timedelta(days=14)))
    kinds.register(kinds.Kind("profile_asked", build_profile, good_for=timedelta(days=7)))
    charter_messages.register_all()
    pair_messages.register_all()


def build_invitation(nudge, now):
    """The mail with the link into the group."""
    invitation = (
        Invitation.objects.select_related("group__program", "organization", "participant")
        .filter(pk=nudge.context["invitation"], accepted_at=None, withdrawn_at=None, expires_at__gt=now)
        .first()
    )
    if invitation is None or invitation.email.lower() != nudge.email.lower():
        raise kinds.NotWanted("The invitation was used, withdrawn or has expired.")
    facilitator = (
        Membership.objects.filter(group=invitation.group_id, role=Membership.Role.FACILITATOR, left_at=None)
        .values_list("person__name", flat=True)
        .first()
    )
    path = reverse("groups:join", args=[token_for("invitation", invitation.pk)])
    ended = CoachingGroup.objects.filter(pk=nudge.context.get("after"), organization=invitation.organization_id)
    return kinds.Message(
        invitation_words(
            name=invitation.participant.name,
            group=invitation.group.name,
            program=invitation.group.program.name,
            organization=invitation.organization.name,
            facilitator=facilitator or "",
            ended=ended.values_list("name", flat=True).first() or "",
            has_begun=not invitation.is_founding,
            path=path,
            expires_at=invitation.expires_at,
        )
    )


def build_profile(nudge, now):
    """The mail with the link to one's own profile, asked for the first time or again."""
    profile = ParticipantProfile.objects.select_related("participant__program", "organization").filter(
        pk=nudge.context["profile"], completed_at=None, participant__withdrawn_at=None
    )
    profile = profile.exclude(participant__program__state=Program.State.ENDED).first()
    if profile is None or profile.participant.email.lower() != nudge.email.lower():
        raise kinds.NotWanted("They have answered, are off the roster, or the program has ended.")
    path = reverse("groups:profile", args=[token_for("profile", profile.pk)])
    return kinds.Message(
        {
            "name": profile.participant.name,
            "program": profile.participant.program.name,
            "organization": profile.organization.name,
            "again": nudge.context["again"],
            "action_url": f"{settings.COLLOQUY_SITE_URL}{path}",
            "action_label": _("Fill in your profile"),
        }
    )


def invitation_words(*, path, **words):
    """What the mail with the link into a group is made of; also what is previewed before there is a group."""
    return {**words, "url": f"{settings.COLLOQUY_SITE_URL}{path}"}


def build_assignment(nudge, now):
    """The mail that tells a facilitator of their new group, be it new or one that has begun."""
    membership = Membership.objects.filter(
        group=nudge.context["group"], person=nudge.recipient_id, role=Membership.Role.FACILITATOR, left_at=None
    )
    membership = membership.select_related("group__program").first()
    if membership is None or membership.group.state != CoachingGroup.State.ACTIVE:
        raise kinds.NotWanted("The group has ended, or somebody else facilitates it.")
    group = membership.group
    path = reverse("groups:charter", args=[group.pk])
    words = {"group": group.name, "program": group.program.name, "has_begun": not membership.is_founding}
    return kinds.Message(assignment_words(**words, path=path))


def assignment_words(*, path, **words):
    """What the mail to a new facilitator is made of; also what is previewed before there is a group."""
    return {**words, "url": f"{settings.COLLOQUY_SITE_URL}{path}"}


def build_ending(nudge, now):
    """The mail to somebody whose membership others ended: what happened, and where to look."""
    membership = (
        Membership.objects.select_related("group")
        .filter(pk=nudge.context["membership"], person=nudge.recipient_id, left_at__isnull=False)
        .first()
    )
    if membership is None:
        raise kinds.NotWanted("The membership goes on.")
    return kinds.Message(
        {
            "group": membership.group.name,
            "what_happened": ending_in_words(membership),
            "url": f"{settings.COLLOQUY_SITE_URL}{reverse('groups:mine')}",
        }
    )
