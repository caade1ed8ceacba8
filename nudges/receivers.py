"""What happens here when an account is erased."""

from django.dispatch import receiver

from accounts.signals import person_erased
from common.actor import acting_as
from common.fences import MEMBER
from nudges.models import Unsubscription


@receiver(person_erased)
def forget_unsubscriptions(sender, person, **kwargs):
    """They hold the address. What is still owed drops by itself: the account is closed."""
    with acting_as(MEMBER, person=person):
        Unsubscription.objects.filter(email__iexact=person.email).delete()
