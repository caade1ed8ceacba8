"""What happens here when an account is erased."""

from django.dispatch import receiver

from accounts.signals import person_erased
from groups.erasing import erase_own_drafts_of, erase_pair_invitations_of, erase_words_of, wait_for_writers
from groups.models import Membership
from groups.services.profiles import erase_profiles_of
from groups.signals import words_withdrawn


@receiver(person_erased)
def withdraw_all_words(sender, person, **kwargs):
    """As if they had taken their words out of every group they were ever in."""
    memberships = list(Membership.objects.filter(person=person).order_by("group_id", "pk"))
    wait_for_writers(memberships)
    erase_words_of(memberships)
    erase_own_drafts_of(person)
    erase_pair_invitations_of(person)
    erase_profiles_of(person)
    for membership in memberships:
        words_withdrawn.send(sender=Membership, membership=membership)
