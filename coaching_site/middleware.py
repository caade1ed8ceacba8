"""What every response carries."""

import time

import structlog
from django.utils.cache import add_never_cache_headers

log = structlog.get_logger("colloquy.request")


class PrivatePagesMiddleware:
    """No browser and no proxy keeps a page: invitations and resets are as private as what lies behind sign-in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        add_never_cache_headers(response)
        response["Cache-Control"] = "no-store, private"
        return response


class RequestLogMiddleware:
    """One line per request: the named address, who, the status and the milliseconds. No path, no query, no body."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        start = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        log.info(
            "request",
            view=match.view_name if match else "-",
            method=request.method,
            status=response.status_code,
            person=str(request.user.pk) if request.user.is_authenticated else "-",
            ms=round((time.perf_counter() - start) * 1000, 1),
        )
        return response
