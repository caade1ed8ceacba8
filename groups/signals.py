"""What apps above are told about: that somebody takes what they wrote out of a group."""

from django.dispatch import Signal

# Sent with ``membership``, inside ``acting_as(SELF)`` of whose it is: each app above erases what it keeps of it.
words_withdrawn = Signal()
