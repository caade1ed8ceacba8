"""Sign-ins in the database, by the hash of their key: a stolen table or dump signs nobody in, and says nothing.

What a session remembers (a code that was mailed, the secret of an app that is being set up, a form that waits until
somebody has shown who they are) is encrypted under its key, which only the browser has.
"""

import base64
import hashlib

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from common.keys import SealBroken, decrypt, encrypt


def stored(session_key):
    """What the table holds of a key: 160 bits of its SHA-256, in as many characters as Django's column has."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:40]


def open_sessions(now):
    """The rows of sign-ins that still work."""
    return SessionStore.get_model_class().objects.filter(expire_date__gt=now)


def delete_sessions(hashes):
    """End the sign-ins with these hashes: their next request is nobody's."""
    SessionStore.get_model_class().objects.filter(session_key__in=hashes).delete()


def _cipher(session_key):
    salt, info = settings.SECRET_KEY.encode(), b"colloquy login session"
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(session_key.encode()))


class SessionStore(DatabaseStore):
    """Django's database sessions; the cookie holds the key, the table only its hash and what was encrypted under it.

    ``SESSION_ENGINE`` names this module, and Django looks for a class of this name in it.
    """

    def encode(self, session_dict):
        key = self._get_or_create_session_key()
        plain = self.serializer().dumps(session_dict)
        return base64.b64encode(encrypt(_cipher(key), plain, stored(key).encode())).decode()

    def decode(self, session_data):
        """What the session remembers; nothing when the row is not this key's, so that nobody is signed in."""
        key = self.session_key
        try:
            sealed = base64.b64decode(session_data, validate=True)
            return self.serializer().loads(decrypt(_cipher(key), sealed, stored(key).encode()))
        except (SealBroken, ValueError):
            return {}

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
