"""What happens here when an account is erased."""

from django.dispatch import receiver

from accounts.signals import person_erased
from common.keys import Scope, use_keys_of
from groups.erasing import erase_words_of
from groups.models import Membership
from groups.signals import words_withdrawn


@receiver(person_erased)
def withdraw_all_words(sender, person, **kwargs):
    """As if they had taken their words out of every group they were ever in."""
    memberships = list(Membership.objects.filter(person=person).order_by("group_id", "pk"))
    wait_for_writers(memberships)
    erase_words_of(memberships)
    for membership in memberships:
        words_withdrawn.send(sender=Membership, membership=membership)


def wait_for_writers(memberships):
    """Let what is being written in these groups be finished first, so that it is found and erased.

    Whoever seals a text holds its keys until their transaction ends. Who comes after this finds the memberships ended.
    """
    for one in memberships:
        use_keys_of(Scope(one.organization_id, "group", one.group_id), alone=True)
    for one in memberships[:1]:
        use_keys_of(Scope(one.organization_id, "person", one.person_id), alone=True)
