"""Costs besides those of single statements: whole pages, the context of a transaction, sealing and opening."""

import os
import re
import time
from functools import partial
from unittest.mock import patch

import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection, transaction
from django.urls import reverse
from psycopg import sql

from bench.queries import EXECUTIONS, FENCED, LEAST, usual
from bench.visits import copy_of, get, signed_in, words_for
from common.actor import acting_as
from common.bootstrap import ARRANGER
from common.fences import MEMBER
from common.keys import NONCE_BYTES
from common.sealed import PADDING, Sealed
from goals.models import CheckIn, Goal

NOTES = 200


def seconds(act):
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def usual_of(acts, times):
    """The usual seconds of each act; they take turns, so that what slows the machine down slows all of them."""
    taken = [[seconds(act) for act in acts] for _ in range(times)]
    return [usual(column) for column in zip(*taken, strict=True)]


def pages_with_and_without_policies(conninfo, addresses, *, seconds, least=LEAST):
    """Milliseconds of each page as it is, and with row security switched off on every fenced table."""
    timed = {name: ([], []) for name in addresses}
    visits = {name: partial(get, signed_in(person), url) for name, (person, url) in addresses.items()}
    end = time.monotonic() + seconds
    with psycopg.connect(conninfo, autocommit=True) as superuser:
        try:
            while time.monotonic() < end or min(len(bare) for _, bare in timed.values()) < least:
                for side, switch in ((0, "ENABLE"), (1, "DISABLE")):
                    _switch(superuser, switch)
                    for name, visit in visits.items():
                        visit()  # after the switch PostgreSQL has to look everything up again
                        timed[name][side].extend(_milliseconds(visit) for _ in range(EXECUTIONS))
        finally:
            _switch(superuser, "ENABLE")
    return {name: tuple(map(usual, both)) for name, both in timed.items()}


def _switch(superuser, verb):
    with superuser.transaction():
        for table in sorted(FENCED):
            superuser.execute(sql.SQL(f"ALTER TABLE {{}} {verb} ROW LEVEL SECURITY").format(sql.Identifier(table)))


def _milliseconds(act):
    return seconds(act) * 1000


def context_per_transaction(person, times):
    """Milliseconds that ``acting_as`` adds to a transaction, and those of one ``SELECT 1``.

    Compared are two transactions with a ``SELECT 1`` in them, one in ``acting_as``, one in plain ``atomic()``: BEGIN
    and COMMIT are in both (an empty ``atomic()`` would send neither), so what is left is the context alone. The floor
    is a ``SELECT 1`` within a transaction: one round trip.
    """

    def select_one():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchall()

    def plain():
        with transaction.atomic():
            select_one()

    def in_context():
        with acting_as(MEMBER, person=person):
            select_one()

    def round_trip():
        with transaction.atomic():
            select_one()
            trips.append(seconds(select_one))

    trips = []
    without, within, _ = usual_of([plain, in_context, round_trip], times)
    return (within - without) * 1000, usual(trips) * 1000


def sealing(goal, person, times):
    """Microseconds to seal and to open one text of the usual length, the key known already, as within a request.

    The floor is AES-GCM alone: a random nonce and the encryption, or the decryption, of the same padded bytes.
    """
    field = Goal._meta.get_field("behavior")
    key = AESGCM(os.urandom(32))
    bound = b"x" * 200  # about as long as what binds a value to its row
    with acting_as(MEMBER, person=person):
        row = Goal.objects.get(pk=goal.pk)
        text = row.behavior.open()
        plain = bytes(-(-(4 + len(text.encode())) // PADDING) * PADDING)  # four for the length, then padded
        nonce = os.urandom(NONCE_BYTES)
        encrypted = key.encrypt(nonce, plain, bound)
        seal, bare_seal, opening, bare_open = usual_of(
            [
                partial(_many, partial(field.seal, row, text)),
                partial(_many, lambda: key.encrypt(os.urandom(NONCE_BYTES), plain, bound)),
                partial(_many, lambda: row.behavior.open()),
                partial(_many, lambda: key.decrypt(nonce, encrypted, bound)),
            ],
            times,
        )
    per_act = 1_000_000 / _MANY
    return {"seal_us": (seal * per_act, bare_seal * per_act), "open_us": (opening * per_act, bare_open * per_act)}


_MANY = 20


def _many(act):
    for _ in range(_MANY):
        act()


def page_of_notes(cast, *, pairs):
    """Milliseconds of the goals of a group with 200 notes, and of the same page when nothing needs to be opened.

    No page lists 200 feedback notes: letters are read one by one. The goals of a group are not cut into pages, so
    200 goals with the latest check-in of each stand for them: seven sealed texts in each line, five in a letter. For
    the floor, in this process only, opening is replaced by handing out the text that was sealed.
    """
    with acting_as(ARRANGER):
        _write_notes(cast)
    visit = partial(get, signed_in(cast.member), reverse("goals:board", args=[cast.group.pk]))
    with patch.object(Sealed, "open", _without_opening):
        unsealed_page = _without_token(visit())
    sealed_page = _without_token(visit())
    if sealed_page != unsealed_page or sealed_page.count(words_for("title", 200)) < NOTES:
        raise AssertionError("The page of notes is not the same when nothing needs to be opened.")

    def unsealed():
        with patch.object(Sealed, "open", _without_opening):
            visit()

    return [each * 1000 for each in usual_of([visit, unsealed], pairs)]


def _write_notes(cast):
    goal = Goal.objects.get(pk=cast.goal.pk)
    check_in = CheckIn.objects.filter(goal=goal)[0]
    for _ in range(NOTES):
        goal = copy_of(goal)
        check_in = copy_of(check_in, goal=goal)


def _without_opening(sealed):
    return words_for(sealed._field.name, sealed._field.limit)


def _without_token(page):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
