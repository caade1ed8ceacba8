"""Changing keys while people write: rotate, reencrypt, retire, shred. Each may be killed at any moment and run again.

- ``rotate``: a new key in the key file; every data key is wrapped by it.
- ``reencrypt``: every scope gets a data key that is younger than the current key of the key file, and every text is
  sealed again under it.
- ``retire``: data keys that seal nothing any more are destroyed, and keys that wrap nothing leave the key file.
- ``shred``: the data keys of one scope are destroyed, and with them what they seal.

All of it runs as the keeper, in transactions of ``BATCH`` rows.
"""

from dataclasses import dataclass
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Count, F, Max, Q
from django.utils import timezone

from common import audit, keys, secret_places
from common.actor import acting_as
from common.fences import KEEPER
from common.models import KeyCheck, ScopeKey
from common.sealed import SealedTextField

BATCH = 200


class StillInUse(Exception):
    """Something is still sealed under what should go; the message says what to run first."""


@dataclass(frozen=True)
class SealedColumn:
    """One sealed column of one model."""

    model: type
    field: SealedTextField


def sealed_columns(kind=None):
    """Every sealed column there is, or those whose scope is of ``kind``."""
    return [
        SealedColumn(model, field)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, SealedTextField) and kind in (None, field.scope)
    ]


def as_keeper(work, *arguments):
    """Run one step as the keeper, in a transaction of its own."""
    with acting_as(KEEPER):
        return work(*arguments)


# rotate --------------------------------------------------------------------------------------------------------------


def rotate(*, say=print):
    """A new key for the key file, and every data key and small secret wrapped by it; goes on where it was killed.

    Raises KeyFileError, SealBroken when the key file does not belong to the database; then nothing has changed.
    """
    key_file = keys.read_key_file()
    as_keeper(keys.verify_key_file, key_file)
    if as_keeper(_wrapped_by_others, key_file.current) or not _add_key(key_file):
        current = keys.read_key_file().current
        as_keeper(_note, "keys_rotation_resumed", None, {"key": current})  # it may have been killed before its entry
        say(f"Going on with the rotation to {current}.")
    else:
        say(f"The key file has a new key, {keys.read_key_file().current}. Copy the file to where its copy is kept.")
    done = 0
    while count := as_keeper(_wrap_batch):
        done += count
    say(f"{done} data keys and secrets are wrapped by {keys.read_key_file().current}.")
    return done


def _add_key(key_file):
    """Whether a new key is in the key file; not when another rotation was first."""
    name, key = keys.new_key()
    # The database knows the key before any process can read it from the file: nothing is ever sealed under a stranger.
    as_keeper(keys.write_check_of, name, key)
    return as_keeper(_put_last, key_file.current, name, key)


def _put_last(before, name, key):
    keys.use_key_file(alone=True)
    key_file = keys.read_key_file()  # as it is now: another command may have changed it while this one waited
    if key_file.current != before:
        return False
    _note("keys_rotated", None, {"key": name})
    keys.key_file_with(settings.COLLOQUY_KEY_FILE, {**key_file.keys, name: key})
    return True


def _wrapped_by_others(current):
    return _others(current).exists() or bool(secret_places.key_ids() - {current})


def _others(current):
    return ScopeKey.objects.filter(retired_at=None).exclude(kek_id=current)


def _wrap_batch():
    keys.use_key_file()
    key_file = keys.read_key_file()
    rows = list(_others(key_file.current).order_by("pk").select_for_update(skip_locked=True)[:BATCH])
    for row in rows:
        keys.wrap(row, keys.unwrap_bytes(row), key_file)
        row.save(update_fields=["kek_id", "wrapped"])
    return len(rows) or secret_places.rewrap_batch(key_file.current, BATCH)


# reencrypt -----------------------------------------------------------------------------------------------------------


def reencrypt(*, scope=None, say=print):
    """Seal texts again under newer data keys; goes on where it was killed. Returns how many texts it sealed.

    Without ``scope`` each scope gets a new data key unless its newest is younger than the current key of the key file;
    with one, that scope gets one, unless it has a younger key already whose older ones are not retired.
    """
    key_file = keys.read_key_file()
    as_keeper(keys.verify_key_file, key_file)
    due = as_keeper(_unchanged, scope) if scope else as_keeper(_older_than, key_file.current)
    made = sum(as_keeper(_renew, due[start : start + BATCH]) for start in range(0, len(due), BATCH))
    say(f"{made} new data keys.")
    done = 0
    for one in [scope] if scope else as_keeper(scopes_in_change):
        for column in sealed_columns(one.kind):
            while count := as_keeper(_reseal_batch, column, one):
                done += count
    say(f"{done} texts are sealed under the newest keys.")
    return done


def _older_than(current):
    """Scopes whose newest data key is older than a key of the key file."""
    since = KeyCheck.objects.get(kek_id=current).created_at
    newest = _by_scope(ScopeKey.objects.all()).annotate(made=Max("created_at"))
    return [_scope(row) for row in newest.filter(made__lt=since, alive__gt=0)]


def _unchanged(scope):
    """The scope, unless it has no key, or a change of it is under way."""
    return [scope] if ScopeKey.objects.filter(_ALIVE, **keys.named(scope)).count() == 1 else []


def _renew(scopes):
    """Give each scope a younger data key, but none whose keys were destroyed meanwhile; how many it was."""
    made = 0
    for scope in scopes:
        keys.use_keys_of(scope)
        newest = keys.newest_row(scope)
        if newest.retired_at is None:
            keys.make_row(scope, newest.version + 1)
            made += 1
    return made


def scopes_in_change():
    """Scopes with more than one data key that is not retired."""
    return [_scope(row) for row in _by_scope(ScopeKey.objects.filter(_ALIVE)).filter(alive__gt=1)]


_ALIVE = Q(retired_at=None)


def _by_scope(rows):
    return rows.values("organization_id", "scope_kind", "scope_id").annotate(
        newest=Max("version"), alive=Count("pk", filter=_ALIVE)
    )


def _scope(row):
    return keys.Scope(row["organization_id"], row["scope_kind"], row["scope_id"])


def _reseal_batch(column, scope):
    """Seal a batch of one column again, each only if nobody has changed it meanwhile; how many were found."""
    field, table = column.field, connection.ops.quote_name(column.model._meta.db_table)
    name = connection.ops.quote_name(field.column)
    newest = keys.newest_data_key(scope)[0]
    found = _under_other_keys(column, scope, newest)[:BATCH]
    wanted = ("pk", "organization_id", field.scope_column, f"{field.author}_id", field.attname)
    with connection.cursor() as cursor:
        for row in column.model.objects.filter(pk__in=found).only(*wanted):
            before = row.__dict__[field.attname]
            sealed = field.seal(row, field.unseal(row, before))
            cursor.execute(
                f"UPDATE {table} SET {name} = %s WHERE id = %s AND {name} = %s",  # noqa: S608  # our own names only
                [bytes(sealed), row.pk, bytes(before)],
            )
    return len(found)


def _under_other_keys(column, scope, newest):
    """Ids of rows whose value names another version of the key; oldest ids first."""
    field, quote = column.field, connection.ops.quote_name
    name = quote(field.column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {quote(column.model._meta.db_table)} "  # noqa: S608  # our own names only
            f"WHERE {quote(field.scope_column)} = %s AND organization_id = %s "
            f"AND substring({name} FROM 2 FOR 4) <> %s ORDER BY id LIMIT %s",
            [scope.id, scope.organization_id, newest.to_bytes(4, "big"), BATCH],
        )
        return [pk for (pk,) in cursor.fetchall()]


# retire --------------------------------------------------------------------------------------------------------------


def retire(*, say=print):
    """Destroy data keys that seal nothing any more, and drop keys that wrap nothing from the key file.

    Raises StillInUse, having done what could be done, when texts are still sealed under older keys.
    """
    key_file = keys.read_key_file()
    as_keeper(keys.verify_key_file, key_file)
    busy = [scope for scope in as_keeper(scopes_in_change) if not as_keeper(_retire_older, scope)]
    dropped = as_keeper(_drop_unused)
    say(f"Out of the key file: {', '.join(sorted(dropped)) or 'nothing'}.")
    if busy:
        raise StillInUse(
            f"{len(busy)} scopes still have texts under older keys. Run `keys reencrypt`, then this again."
        )


def _retire_older(scope):
    """Whether nothing is sealed under the older keys of a scope, which are then destroyed."""
    keys.use_keys_of(scope, alone=True)  # whoever seals with an older key has committed by now, or begins after this
    newest = keys.newest_row(scope).version
    if any(_under_other_keys(column, scope, newest) for column in sealed_columns(scope.kind)):
        return False
    older = ScopeKey.objects.filter(_ALIVE, **keys.named(scope), version__lt=newest)
    older.update(retired_at=timezone.now(), wrapped=b"")
    return True


def _drop_unused():
    keys.use_key_file(alone=True)  # whoever wraps a new data key has committed by now, or begins after this
    key_file = keys.read_key_file()  # as it is now: a rotation may have added a key while the scopes were gone through
    dropped = _unused_names(key_file)
    if dropped:
        _note("keys_retired", None, {"keys": sorted(dropped)})
        KeyCheck.objects.filter(kek_id__in=dropped).delete()
        left = {name: key for name, key in key_file.keys.items() if name not in dropped}
        keys.key_file_with(settings.COLLOQUY_KEY_FILE, left)
    return dropped


def _unused_names(key_file):
    wrapping = ScopeKey.objects.filter(retired_at=None).values_list("kek_id", flat=True)
    return set(key_file.keys) - {key_file.current} - set(wrapping) - secret_places.key_ids()


# shred ---------------------------------------------------------------------------------------------------------------


def shred(scope, *, say=print):
    """Destroy every data key of one scope: what they seal can never be read again, and nothing new is sealed there.

    Backups that hold the wrapped keys still open with the key file, until they are gone or the key file has changed.
    """
    count = as_keeper(_destroy, scope)
    say(f"{count} keys of {scope.kind} {scope.id} are destroyed.")
    return count


def _destroy(scope):
    keys.use_keys_of(scope, alone=True)
    rows = ScopeKey.objects.filter(**keys.named(scope)).exclude(wrapped=b"")
    count = rows.update(wrapped=b"", retired_at=timezone.now(), version=F("version"))
    if count:
        _note("keys_shredded", scope, {"scope": f"{scope.kind}:{scope.id}"})
    return count


def find_scope(name):
    """The scope that ``kind:id`` names, if it has keys. Raises LookupError with a sentence."""
    kind, _, pk = name.partition(":")
    row = as_keeper(lambda: ScopeKey.objects.filter(scope_kind=kind, scope_id=pk).first()) if _is_uuid(pk) else None
    if row is None:
        raise LookupError(f"There is no key of {name!r}. A scope is named group:ID, door:ID or person:ID.")
    return keys.Scope(row.organization_id, row.scope_kind, row.scope_id)


def _is_uuid(text):
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _note(act, scope, facts):
    group = scope.id if scope and scope.kind in {"group", "door"} else None
    audit.record(
        act,
        circle=audit.Circle.BOTH if group else audit.Circle.OFFICE,
        organization_id=scope and scope.organization_id,
        group_id=group,
        **facts,
    )
