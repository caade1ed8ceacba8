"""What happens here when somebody takes what they wrote out of a group, or has their account erased."""

from django.dispatch import receiver

from accounts.signals import person_erased
from goals.erasing import erase_journal_of, erase_words_of
from groups.signals import words_withdrawn


@receiver(words_withdrawn)
def erase_words(sender, membership, **kwargs):
    erase_words_of([membership.pk])


@receiver(person_erased)
def erase_journal(sender, person, **kwargs):
    erase_journal_of(person)
