"""One tick of the clock."""

from datetime import timedelta

from nudges import services
from tests.factories import NOW

MINUTE = timedelta(minutes=1)


def send_all(now=NOW, **how):
    """Claim what is due and deliver it; the claimed ids."""
    ids = services.claim(now=now)
    services.deliver(ids, now=now, **how)
    return ids
