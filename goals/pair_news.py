"""What a pair's page says of its conversations."""

from django.urls import reverse
from django.utils.translation import gettext as _

from goals import permissions, selectors
from groups import pair_news
from groups.models import Membership
from groups.pair_news import News


def whose_turn_it_is(membership: Membership) -> News | None:
    """Whose turn it is in the open conversation; where there is none, the way to begin one. One query, and no key."""
    if not permissions.can_converse(membership):
        return None
    talk = selectors.open_conversation(membership)
    if talk is None:
        url, label = reverse("goals:conversations", args=[membership.group_id]), _("To your conversations")
        return News(_("No conversation is open"), url, label)
    title = _("It is your turn in the conversation")
    if not talk.is_my_turn:
        title = _("It is %(name)s’s turn in the conversation") % {"name": talk.waited_for.person.name}
    url = reverse("goals:conversation", args=[membership.group_id, talk.pk])
    return News(title, url, _("Open the conversation"))


def register():
    pair_news.register(whose_turn_it_is)
