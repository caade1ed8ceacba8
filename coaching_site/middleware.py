"""What every response carries."""

import time

import structlog
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.utils.cache import add_never_cache_headers

from coaching_site.views import cannot_keep, destroyed, signed_out
from common.keys import KeyFileError, Shredded

log = structlog.get_logger("colloquy.request")


class SignInMiddleware(LoginRequiredMiddleware):
    """Every page asks for sign-in; whoever was signed out while writing gets their text back instead."""

    def handle_no_permission(self, request, view_func):
        # Only views of ours behind a guard: what is typed into the pages of sign-in is never shown again.
        if request.method == "POST" and hasattr(view_func, "guard"):
            return signed_out(request)
        return super().handle_no_permission(request, view_func)


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
    """One line per request: the named address, who, the status and the milliseconds. No path, no query, no body.

    Where a group speaks as one (``groups.decorators.unnamed``), it does not say who.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        start = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        is_named = request.user.is_authenticated and not (match and getattr(match.func, "unnamed", False))
        log.info(
            "request",
            view=match.view_name if match else "-",
            method=request.method,
            status=response.status_code,
            person=str(request.user.pk) if is_named else "-",
            ms=round((time.perf_counter() - start) * 1000, 1),
        )
        return response


class KeyTroubleMiddleware:
    """Where texts cannot be sealed or opened: nothing is written, the page says so, and what was typed comes back."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, error):
        if isinstance(error, Shredded):
            return destroyed(request)
        if isinstance(error, KeyFileError):
            log.error("key_file_trouble", why=str(error))
            return cannot_keep(request)
        return None
