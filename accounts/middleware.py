"""The signed-in person's own time."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone


class OwnTimeMiddleware:
    """Times on a page are in the zone of whoever looks at it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.user.is_authenticated:
            return self.get_response(request)
        with timezone.override(zone_of(request.user)):
            return self.get_response(request)


def zone_of(person):
    """The person's zone; UTC when theirs is one that this machine does not know."""
    try:
        return ZoneInfo(person.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
