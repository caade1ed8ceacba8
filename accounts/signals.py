"""What accounts tells the apps above it."""

from django.dispatch import Signal

# A person has their account erased: delete what is theirs. Sent with ``person``, inside the transaction, in the role
# SELF on their behalf, while they still have their address. A receiver that fails stops the erasure.
person_erased = Signal()
