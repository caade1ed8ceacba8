"""The mails that publishing would owe, written as they will be, before anything exists."""

from django.urls import reverse

from groups.messages import assignment_words, invitation_words
from groups.services.publishing import INVITATION_LASTS
from nudges.mail import words_of

LINK = "the-link-is-made-when-you-publish"


def previews_of(board, number, now):
    """The invitation to the first member of a group and the word to its facilitator: to whom, subject and text."""
    members = board.members(number)
    facilitator = board.facilitators.get(board.data[number]["facilitator"])
    names = {"group": board.name(number), "program": board.program.name}
    found = []
    if members:
        first = board.people[members[0]]
        words = invitation_words(
            **names,
            name=first.name,
            organization=board.program.organization.name,
            facilitator=facilitator.name if facilitator else "",
            path=reverse("groups:join", args=[LINK]),
            expires_at=now + INVITATION_LASTS,
        )
        found.append(_mail("group_invitation", words, to=first.name, address=first.email, others=len(members) - 1))
    if facilitator:
        words = assignment_words(**names, has_begun=False, path=reverse("groups:mine"))
        about = {"to": facilitator.name, "recipient_name": facilitator.name, "address": facilitator.email}
        found.append(_mail("group_assigned", words, **about))
    return found


def _mail(kind, context, *, to, address, others=0, recipient_name=""):
    subject, body = words_of(kind, context, recipient_name=recipient_name)
    return {"to": to, "address": address, "others": others, "subject": subject, "body": body}
