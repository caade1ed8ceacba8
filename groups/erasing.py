"""Erasing what somebody wrote in groups, for good, on their own behalf."""

from common.keys import Scope, use_keys_of
from groups.models import Draft, Membership, PairInvitation


def erase_words_of(memberships):
    """Delete what these memberships have left unfinished; call inside ``acting_as(SELF)`` of whose they are.

    The charter's words stay: they are the group's agreement, and others have signed them.
    """
    Draft.objects.filter(membership__in=memberships).delete()
    # to a pair one also wrote a personal line, with which one invited the other
    places = Membership.objects.filter(pk__in=[getattr(one, "pk", one) for one in memberships])
    groups, people = places.values("group_id"), places.values("person_id")
    PairInvitation.objects.filter(group_id__in=groups, inviter__in=people).delete()


def erase_own_drafts_of(person):
    """Delete what they have left unfinished outside of groups, as above."""
    Draft.objects.filter(person=person, membership=None).delete()


def erase_pair_invitations_of(person):
    """Delete the invitations they sent, with their lines, as above; whoever holds one finds that it is gone."""
    PairInvitation.objects.filter(inviter=person).delete()


def wait_for_writers(memberships):
    """Let what is being written in these groups be finished first, so that it is found and erased.

    Whoever seals a text holds its keys until their transaction ends. Who comes after this finds the memberships ended.
    """
    groups = {(one.organization_id, "group", one.group_id) for one in memberships}
    people = {(one.organization_id, "person", one.person_id) for one in memberships}
    for scope in [*sorted(groups, key=str), *sorted(people, key=str)]:
        use_keys_of(Scope(*scope), alone=True)
