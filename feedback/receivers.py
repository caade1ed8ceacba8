"""What happens here when somebody takes what they wrote out of a group."""

from django.dispatch import receiver

from feedback.erasing import erase_words_of
from groups.signals import words_withdrawn


@receiver(words_withdrawn)
def erase_words(sender, membership, **kwargs):
    erase_words_of([membership.pk])
