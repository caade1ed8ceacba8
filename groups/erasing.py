"""Erasing what somebody wrote in groups, for good, on their own behalf."""

from groups.models import Draft


def erase_words_of(memberships):
    """Delete what these memberships have left unfinished; call inside ``acting_as(SELF)`` of whose they are.

    The charter's words stay: they are the group's agreement, and others have signed them.
    """
    Draft.objects.filter(membership__in=memberships).delete()
