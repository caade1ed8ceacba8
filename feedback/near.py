"""When a session is near enough to say what is to be watched for in it."""

from datetime import datetime, timedelta

from django.utils import timezone

from nudges.hours import zone_named


def is_day_before(starts_at: datetime, zone: str, now: datetime) -> bool:
    """Whether in the zone of this name it is the day before ``starts_at``, or later."""
    zone = zone_named(zone)
    return timezone.localdate(now, zone) >= timezone.localdate(starts_at, zone) - timedelta(days=1)
