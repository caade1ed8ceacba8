"""The mails that publishing would owe, written as they will be, before anything exists."""

from datetime import timedelta

from django.urls import reverse

from groups.messages import assignment_words, invitation_words
from nudges.kinds import Message, kind_named
from nudges.mail import compose
from nudges.models import Nudge

LINK = "the-link-is-made-when-you-publish"


def previews_of(board, number, now, lasts=timedelta(days=30)):
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
            expires_at=now + lasts,
        )
        found.append(_mail("group_invitation", words, to=first.name, address=first.email, others=len(members) - 1))
    if facilitator:
        words = assignment_words(**names, has_begun=False, path=reverse("groups:mine"))
        address = facilitator.email
        found.append(_mail("group_assigned", words, to=facilitator.name, address=address, recipient=facilitator))
    return found


def _mail(kind, words, *, to, address, others=0, recipient=None):
    nudge = Nudge(kind=kind, email=address, recipient=recipient)
    mail = compose(nudge=nudge, kind=kind_named(kind), message=Message(words), address=address)
    return {"to": to, "address": address, "others": others, "subject": mail.subject, "body": mail.body}
