"""Small secrets that the application itself must read, such as those of authenticator apps: sealed under the key file.

They are read before anybody is known, so they cannot be under a group's or a person's key. Each value says which key of
the file sealed it, so that `keys rotate` can seal it again under the current one.
"""

import base64
import binascii

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from common.actor import acting_as
from common.fences import MEMBER
from common.keys import KeyFileError, SealBroken, decrypt, encrypt, read_key_file, verify_key_file

FORMAT = 1


def seal_secret(text: str, purpose: str) -> str:
    """Seal ``text`` for one ``purpose``, as ASCII. Raises KeyFileError: nothing is sealed under a wrong key file."""
    key_file = read_key_file()
    with acting_as(MEMBER):
        verify_key_file(key_file)
    return _seal(key_file, text, purpose)


def open_secret(value: str, purpose: str) -> str:
    """The text of a sealed value. Raises SealBroken, also for another purpose, and KeyFileError."""
    key_id, sealed = _parts(value)
    return decrypt(_key(read_key_file(), key_id, purpose), sealed, _associated(key_id, purpose)).decode()


def rewrap_secret(value: str, purpose: str) -> str:
    """The same secret sealed under the current key; the caller has verified the key file. Raises as ``open_secret``."""
    key_file = read_key_file()
    if key_id_of(value) == key_file.current:
        return value
    return _seal(key_file, open_secret(value, purpose), purpose)


def key_id_of(value: str) -> str:
    """Which key of the key file sealed a value. Raises SealBroken."""
    return _parts(value)[0]


def _seal(key_file, text, purpose):
    key_id = key_file.current
    name = key_id.encode()
    sealed = encrypt(_key(key_file, key_id, purpose), text.encode(), _associated(key_id, purpose))
    return base64.urlsafe_b64encode(bytes([FORMAT, len(name)]) + name + sealed).decode()


def _parts(value):
    try:
        raw = base64.urlsafe_b64decode(value.encode("ascii"))
        if raw[0] != FORMAT:
            raise SealBroken("A sealed secret has an unknown format.")
        end = 2 + raw[1]
        return raw[2:end].decode("ascii"), raw[end:]
    except (binascii.Error, UnicodeError, IndexError) as error:
        raise SealBroken("This is not a sealed secret.") from error


def _key(key_file, key_id, purpose):
    """A key for this purpose alone: what is sealed for one cannot be opened for another, whatever else goes wrong."""
    if key_id not in key_file.keys:
        raise KeyFileError(f"The key file has no key {key_id}. Use the key file that belongs to this database.")
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"colloquy secret|{purpose}".encode())
    return AESGCM(derivation.derive(key_file.keys[key_id]))


def _associated(key_id, purpose):
    return f"{FORMAT}|{key_id}|{purpose}".encode()
