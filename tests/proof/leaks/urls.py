"""The site's addresses, and pages that go wrong in the middle, wait in the middle, or look into the pool."""

import asyncio
from contextlib import suppress
from dataclasses import astuple

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.urls import include, path

from common.actor import acting_as
from common.fences import HR, MEMBER
from tests.proof.leaks.ways import Boom, left, titles


def fails(request):
    """Breaks after a member's words were opened, two blocks deep."""
    with acting_as(MEMBER, person=request.user):
        titles()
        with acting_as(MEMBER, person=request.user):
            raise Boom


def refuses(request):
    """403 after a member's words were opened."""
    with acting_as(MEMBER, person=request.user):
        titles()
        raise PermissionDenied


def nested(request):
    """Goes on after an inner block of another role has failed."""
    with acting_as(MEMBER, person=request.user):
        with suppress(Boom), acting_as(HR, person=request.user):
            raise Boom
        return HttpResponse("\n".join(titles()))


async def waits(request):
    """An async page: opens words in the request's own thread, and in any thread, with others in between."""
    person = await request.auser()
    read = sync_to_async(_words_of)
    found = await asyncio.gather(*(read(person) for _ in range(3)))
    await sync_to_async(_give_connection_back)()  # the thread that comes now takes one of its own
    found.append(await sync_to_async(_words_in_a_lasting_thread, thread_sensitive=False)(person))
    return HttpResponse("\n".join(found))


def _give_connection_back():
    connection.close()  # looked up here, because each thread has its own


def _words_of(person):
    with acting_as(MEMBER, person=person):
        return "\n".join(titles())


def _words_in_a_lasting_thread(person):
    """Threads of the loop's pool live on and serve whoever comes next; so does Django's connection object in them."""
    before = left()
    try:
        return _words_of(person) + f"\nleft before: {astuple(before)}\nleft after: {astuple(left())}"
    finally:
        connection.close()


@login_not_required
def pool(request):
    """What is left on each connection of the pool, by its id; all of them are taken at once."""
    left()  # this request's own
    others = []
    try:
        while len(others) < connection.pool.get_stats()["pool_size"] - 1:
            others.append(connection.pool.getconn(timeout=5))
        return JsonResponse({one.info.backend_pid: _settings_of(one) for one in [connection.connection, *others]})
    finally:
        for one in others:
            connection.pool.putconn(one)


def _settings_of(one):
    names = ("role", "app.actor", "app.org")
    query = "SELECT " + ", ".join(f"coalesce(current_setting('{name}', true), '')" for name in names)
    return list(one.execute(query).fetchone())


urlpatterns = [
    path("probe/fails/", fails),
    path("probe/refuses/", refuses),
    path("probe/nested/", nested),
    path("probe/waits/", waits),
    path("probe/pool/", pool),
    path("", include("coaching_site.urls")),
]
