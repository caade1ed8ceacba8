"""The mails that merging a group would owe, written as they will be, before anything exists."""

from django.urls import reverse

from groups.messages import invitation_words
from groups.services.publishing import INVITATION_LASTS
from nudges.mail import words_of

LINK = "the-link-is-made-when-you-merge"


def previews_of(way, group, now):
    """For each group that takes somebody the invitation to the first of them: to whom, subject and text."""
    return [_preview(part, group, now) for part in way.parts]


def _preview(part, group, now):
    first, others = part.people[0], len(part.people) - 1
    words = invitation_words(
        name=first.name,
        group=part.group.name,
        program=group.program.name,
        organization=group.program.organization.name,
        facilitator=part.group.led_by[0].name if part.group.led_by else "",
        ended=group.name,
        has_begun=part.has_begun,
        path=reverse("groups:join", args=[LINK]),
        expires_at=now + INVITATION_LASTS,
    )
    subject, body = words_of("group_invitation", words)
    return {"to": first.name, "address": first.email, "others": others, "subject": subject, "body": body}
