"""The key file and the keys it wraps.

A key file holds key-encryption keys (KEK), the last line being the current one. Each scope (a group, a person, an
organization) has a data key (DEK), wrapped by a KEK in ``common.ScopeKey`` and unwrapped for one ``acting_as`` block.
"""

import base64
import binascii
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import connection
from django.utils import timezone

from common.models import KeyCheck, ScopeKey

NONCE_BYTES = 12
_CHECK_WORDS = b"colloquy: this key file belongs to this database"


class KeyFileError(Exception):
    """The key file cannot be used; the message says why and what to do."""


class SealBroken(Exception):
    """A sealed value did not open: it was changed, moved to another row, column or author, or the key is another."""


class Shredded(SealBroken):
    """The key was destroyed on purpose: what it sealed can never be read again, and nothing new is sealed."""


@dataclass(frozen=True, repr=False)
class KeyFile:
    """The keys of a key file by id, and which one wraps new data keys."""

    keys: dict
    current: str


def make_key_file(path):
    """Write a new key file with one random 256-bit key, readable by its owner only. Raises FileExistsError."""
    key_id, key = new_key()
    text = (
        "# Colloquy's key file. Without it nothing that members wrote can ever be read again: keep a copy apart from\n"
        "# the backups of the database. Who has this file and the database can read everything.\n"
        f"{key_id} {base64.b64encode(key).decode()}\n"
    )
    _write_new(path, text)


def _write_new(path, text):
    """A file that is its owner's alone, on the disk when this returns. Raises FileExistsError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def new_key():
    """(name, key) of a new key for the key file."""
    return f"k{timezone.now():%Y%m%d}-{secrets.token_hex(3)}", secrets.token_bytes(32)


def key_file_with(path, keys):
    """Put ``keys``, name → key, the last being the current one, into the key file: whole, or not at all.

    Comments stay. The file keeps its owner's rights; whoever reads meanwhile reads the old one or the new one. The
    caller holds ``use_key_file(alone=True)``: one at a time, and what one that was killed left beside the file goes.
    """
    comments = [line for line in Path(path).read_text().splitlines() if line.startswith("#")]
    lines = [f"{name} {base64.b64encode(key).decode()}" for name, key in keys.items()]
    beside = f"{path}.new"
    Path(beside).unlink(missing_ok=True)
    _write_new(beside, "\n".join([*comments, *lines, ""]))
    mode = os.stat(path)
    os.chmod(beside, mode.st_mode & 0o777)
    if os.geteuid() == 0:
        os.chown(beside, mode.st_uid, mode.st_gid)
    os.replace(beside, path)
    folder = os.open(os.path.dirname(os.path.abspath(path)), os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read_key_file():
    """The key file of this process. Raises KeyFileError when it is missing or damaged."""
    if not settings.COLLOQUY_KEY_FILE:
        raise KeyFileError("This process has no key file: COLLOQUY_KEY_FILE is not set.")
    return _parse(settings.COLLOQUY_KEY_FILE, _stamp(settings.COLLOQUY_KEY_FILE))


def _stamp(path):
    try:
        stat = os.stat(path)
    except OSError as error:
        raise KeyFileError(
            f"The key file {path} cannot be read ({error.strerror}). Bring it back from where its copy is kept."
        ) from error
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


@lru_cache(maxsize=4)
def _parse(path, stamp):
    keys = {}
    for line in Path(path).read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        try:
            key_id, encoded = line.split()
            keys[key_id] = base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error):
            keys = {}
            break
    if not keys or any(len(key) != 32 for key in keys.values()):
        raise KeyFileError(f"The key file {path} is damaged: each line must be a name and a key. Restore its copy.")
    return KeyFile(keys, list(keys)[-1])


def encrypt(key, plain, associated):
    """AES-256-GCM with a fresh random 96-bit nonce in front of the result."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + key.encrypt(nonce, plain, associated)


def decrypt(key, sealed, associated):
    """The reverse of ``encrypt``. Raises SealBroken."""
    try:
        return key.decrypt(bytes(sealed[:NONCE_BYTES]), bytes(sealed[NONCE_BYTES:]), associated)
    except (InvalidTag, ValueError) as error:
        raise SealBroken("A sealed value does not open: it was changed or moved, or the key is not its own.") from error


# --- Does this key file belong to this database? ---------------------------------------------------------------------


def write_check(key_file):
    """Leave a row by which ``verify_key_file`` recognizes the current key."""
    write_check_of(key_file.current, key_file.keys[key_file.current])


def write_check_of(key_id, key):
    """The same for a key that is about to be put into the key file."""
    sealed = encrypt(AESGCM(key), _CHECK_WORDS, key_id.encode())
    KeyCheck.objects.bulk_create([KeyCheck(kek_id=key_id, sealed=sealed)], ignore_conflicts=True)


def verify_key_file(key_file):
    """Raise KeyFileError unless the current key is the one this database was sealed under."""
    check = KeyCheck.objects.filter(kek_id=key_file.current).first()
    if check is None:
        raise KeyFileError(
            f"This database was not sealed under key {key_file.current}. Use the key file that belongs to it, "
            "or run `manage.py keys init` if the database is new."
        )
    try:
        decrypt(AESGCM(key_file.keys[key_file.current]), check.sealed, key_file.current.encode())
    except SealBroken as error:
        raise KeyFileError(
            f"The key named {key_file.current} in the key file is not the one this database was sealed under. "
            "Nothing is written until the right file is back."
        ) from error


def self_test():
    """Verify the key file against the database, and seal and open a random value. Raises KeyFileError, SealBroken."""
    key_file = read_key_file()
    verify_key_file(key_file)
    probe, key = os.urandom(32), AESGCM(key_file.keys[key_file.current])
    if decrypt(key, encrypt(key, probe, b"self-test"), b"self-test") != probe:
        raise SealBroken("The self-test value came back changed.")


# --- Data keys -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scope:
    """Whose data key: ``kind`` is group, person or organization; ids are UUIDs."""

    organization_id: object
    kind: str
    id: object


def newest_data_key(scope):
    """The (version, key) that seals new values of ``scope``; makes the first one.

    Until the transaction ends the key is not retired. Raises KeyFileError, SealBroken.
    """
    known = _recall(scope)
    if known is None:
        use_keys_of(scope)
        row = newest_row(scope) or make_row(scope)
        known = (row.version, unwrap(row))
        _remember(scope, known)
        _remember((scope, row.version), known[1])
    return known


def use_keys_of(scope, *, alone=False):
    """Until the transaction ends no key of ``scope`` is retired or destroyed; ``alone``: nor is one sealed with."""
    _lock(f"keys {scope.organization_id} {scope.kind} {scope.id}", alone)


def use_key_file(*, alone=False):
    """Until the transaction ends no key leaves the key file; ``alone``: nobody wraps a new data key either."""
    _lock("key file", alone)


def _lock(name, alone):
    lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(hashtextextended(%s, 0))", [name])


def data_key(scope, version):
    """The key of ``scope`` in this version. Raises KeyFileError, SealBroken (also when the row may not be seen)."""
    known = _recall((scope, version))
    if known is None:
        row = ScopeKey.objects.filter(**named(scope), version=version).first()
        if row is None:
            raise SealBroken("The key of this value is not to be seen from here.")
        known = unwrap(row)
        _remember((scope, version), known)
    return known


def _remember(name, value):
    """Keep a key until the outermost block ends, with the savepoints in which its row was seen or made."""
    if not hasattr(connection, "colloquy_keys"):
        connection.colloquy_keys = {}
    connection.colloquy_keys[name] = (tuple(connection.savepoint_ids), value)


def _recall(name):
    """A key kept before, unless a savepoint has ended since: its row may have gone with it."""
    savepoints, value = getattr(connection, "colloquy_keys", {}).get(name, ((), None))
    return value if tuple(connection.savepoint_ids[: len(savepoints)]) == savepoints else None


def named(scope):
    """What finds the rows of a scope."""
    return {"organization_id": scope.organization_id, "scope_kind": scope.kind, "scope_id": scope.id}


def newest_row(scope):
    """The newest key of a scope, in whatever state; None while there is none."""
    return ScopeKey.objects.filter(**named(scope)).order_by("-version").first()


def make_row(scope, version=1):
    """A new key for ``scope``, wrapped by the current key of the key file. Raises KeyFileError, SealBroken."""
    use_key_file()
    key_file = read_key_file()
    verify_key_file(key_file)
    row = ScopeKey(**named(scope), version=version)
    wrap(row, secrets.token_bytes(32), key_file)
    ScopeKey.objects.bulk_create([row], ignore_conflicts=True)  # another writer may have been first
    return newest_row(scope) or _refuse(scope)


def _refuse(scope):
    raise SealBroken(f"No key can be made for this {scope.kind} from here.")


def wrap(row, key, key_file):
    """Put a data key into its row, wrapped by the current key of the key file; the caller saves it."""
    row.kek_id = key_file.current
    row.wrapped = encrypt(AESGCM(key_file.keys[key_file.current]), key, _wrapping(row))


def unwrap(row):
    """The data key in a ScopeKey row. Raises KeyFileError, SealBroken."""
    return AESGCM(unwrap_bytes(row))


def unwrap_bytes(row):
    """The data key itself, for wrapping it again. Raises KeyFileError, SealBroken, Shredded."""
    if not row.wrapped:
        raise Shredded(f"The key of this {row.scope_kind} was destroyed; what it sealed can never be read again.")
    kek = read_key_file().keys.get(row.kek_id)
    if kek is None:
        raise KeyFileError(f"The key file has no key {row.kek_id}. Use the key file that belongs to this database.")
    return decrypt(AESGCM(kek), row.wrapped, _wrapping(row))


def _wrapping(row):
    return f"{row.organization_id}|{row.scope_kind}|{row.scope_id}|{row.version}|{row.kek_id}".encode()
