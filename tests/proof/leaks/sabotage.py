"""Mistakes that somebody could make, by name; ``SABOTAGE`` in the server's environment picks one."""

from django.db import connection
from django.http import HttpResponse

from common import actor


def write_context_for_the_whole_session(context):
    """As in ``common.actor``, but with ``is_local`` false: the setting outlives its transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', %s, false), set_config('app.actor', %s, false),"
            " set_config('app.org', %s, false)",
            context,
        )
    connection.colloquy_context = context


class SettleForTheSession:
    """Has ``acting_as`` write its context for the whole session, from the first page that a member asks for."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path.startswith(BEFORE):
            actor._write_context = write_context_for_the_whole_session
        return self.get_response(request)


class RememberPages:
    """Answers an address as it has answered it before, whoever asks."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.pages = {}

    def __call__(self, request):
        if request.method != "GET" or request.path.startswith(BEFORE):
            return self.get_response(request)
        if request.path not in self.pages:
            answer = self.get_response(request)
            self.pages[request.path] = answer.status_code, getattr(answer, "content", b""), answer.get("Location", "/")
        status, content, location = self.pages[request.path]
        return HttpResponse(content, status=status, headers={"Location": location})


BEFORE = ("/healthz", "/accounts/")  # both are signed in before the mistake is made
MIDDLEWARE = {
    "session settings": "tests.proof.leaks.sabotage.SettleForTheSession",
    "remembered pages": "tests.proof.leaks.sabotage.RememberPages",
}
