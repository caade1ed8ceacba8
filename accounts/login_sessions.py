"""Sign-ins in the database, by the hash of their key: a stolen table or dump signs nobody in."""

import hashlib

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone


def stored(session_key):
    """What the table holds of a key: 160 bits of its SHA-256, in as many characters as Django's column has."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:40]


class SessionStore(DatabaseStore):
    """Django's database sessions; the cookie holds the key, the table only its hash.

    ``SESSION_ENGINE`` names this module, and Django looks for a class of this name in it.
    """

    def _get_session_from_db(self):
        row = self._good().first()
        if row is None:
            self._session_key = None
        return row

    async def _aget_session_from_db(self):
        row = await self._good().afirst()
        if row is None:
            self._session_key = None
        return row

    def _good(self):
        return self.model.objects.filter(session_key=stored(self.session_key), expire_date__gt=timezone.now())

    def exists(self, session_key):
        return super().exists(stored(session_key))

    async def aexists(self, session_key):
        return await super().aexists(stored(session_key))

    def create_model_instance(self, data):
        row = super().create_model_instance(data)
        row.session_key = stored(row.session_key)
        return row

    async def acreate_model_instance(self, data):
        row = await super().acreate_model_instance(data)
        row.session_key = stored(row.session_key)
        return row

    def delete(self, session_key=None):
        key = session_key or self.session_key
        if key:
            super().delete(stored(key))

    async def adelete(self, session_key=None):
        key = session_key or self.session_key
        if key:
            await super().adelete(stored(key))
