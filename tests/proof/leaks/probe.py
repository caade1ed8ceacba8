"""Looks at the connection before and after every page, from the thread that makes it."""

import json
from dataclasses import astuple

from django.db import connection

from tests.proof.leaks.ways import left

HEADER = "X-Left-Behind"


class ContextProbe:
    """Writes into each answer which connection served it, and what was left on it before and after."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        before = astuple(left())
        connection_id = connection.connection.info.backend_pid
        response = self.get_response(request)
        response[HEADER] = json.dumps([connection_id, before, astuple(left())])
        return response
