"""Leaks on purpose, one for each kind of place: a request names one in ``X-Leak`` and brings a word in ``X-Word``.

Each is a mistake that somebody could make. The search has to find all of them.
"""

import logging

from django.core import signing
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import connection
from django.http import HttpResponse

from coaching_site.celery import app
from common.actor import acting_as
from common.fences import MEMBER
from groups.models import Draft


def debug_line(request, word):
    logging.getLogger("groups.drafting").debug("kept %s", {"title": word})


def squeezed_line(request, word):
    logging.getLogger("groups.drafting").debug("kept %s", signing.dumps([word] * 20, compress=True))


def unsealed_column(request, word):
    with acting_as(MEMBER, person=request.user):
        Draft.objects.visible_to(request.user).update(tab=word[:36])


def cached_page(request, word):
    cache.set("board", {"title": word}, 600)


def statement(request, word):
    with connection.cursor() as cursor:
        cursor.execute("SELECT length(%s)", [word])


def task_argument(request, word):
    app.send_task("nudges.beat_heart", args=[word])


def mail(request, word):
    EmailMessage("A note waits", f"“{word}”, she wrote", to=["peer@example.com"]).send()


def page(request, word):
    return HttpResponse(f"<p>{word}</p>")


# The name of a leak, what makes it, and a part of the name of each place where it must be found.
LEAKS = {
    "debug line": (debug_line, ["logs/web.log"]),
    "squeezed line": (squeezed_line, ["logs/web.log"]),
    "unsealed column": (unsealed_column, ["dump, plain", "dump, custom", "postgres/data/base", "pg_wal"]),
    "cached page": (cached_page, ["dump, plain", "postgres/data/base", "pg_wal"]),
    "statement": (statement, ["logs/postgres.log", "logs/web.log"]),
    "task argument": (task_argument, ["valkey/", "everything that was sent to Valkey", "logs/worker.log"]),
    "mail": (mail, ["mail/"]),
    "page": (page, ["hr leak page"]),
}


class Leak:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        make, _places = LEAKS.get(request.headers.get("X-Leak"), (None, None))
        return (make and make(request, request.headers["X-Word"])) or self.get_response(request)
