"""Sealed text: encrypted in Python before SQL sees it, opened by an explicit call through its row."""

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from common.keys import Scope, SealBroken, data_key, decrypt, encrypt, newest_data_key

FORMAT = 1
PADDING = 256
_HEAD = 5  # format byte and key version
_COLUMN_OF_SCOPE = {"door": "group_id"}  # a group has two keys: its own, and the one for what is read at its door


class Ciphertext(bytes):
    """Bytes that came out of sealing or out of the database; the only thing a sealed column accepts."""


class _Unsealed:
    """A text assigned to a row and not saved yet."""

    __slots__ = ("text",)

    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return "<sealed>"

    def __reduce__(self):
        raise TypeError("Sealed text cannot be pickled.")


class Sealed:
    """What a sealed attribute reads as: prints ``<sealed>``, cannot be pickled or serialized, and opens when asked."""

    __slots__ = ("_field", "_instance", "_value")

    def __init__(self, instance, field, value):
        self._instance, self._field, self._value = instance, field, value

    def open(self):
        """The text. Raises SealBroken when the value was changed or moved, or its key may not be seen from here."""
        if isinstance(self._value, _Unsealed):
            return self._value.text
        return self._field.unseal(self._instance, self._value)

    def _place(self):
        return type(self._instance), self._instance.pk, self._field.name

    def __str__(self):
        return "<sealed>"

    __repr__ = __str__

    def __reduce__(self):
        raise TypeError("Sealed text cannot be pickled.")

    def __bool__(self):
        raise TypeError("Whether a sealed text is empty is known only after opening it.")


class _SealedAttribute(DeferredAttribute):
    def __get__(self, instance, cls=None):
        if instance is None:
            return self
        value = super().__get__(instance, cls)
        return value if value is None or isinstance(value, Sealed) else Sealed(instance, self.field, value)

    def __set__(self, instance, value):
        if isinstance(value, Sealed):
            if value._place() != (type(instance), instance.pk, self.field.name):
                raise TypeError("A sealed value belongs to its row and column; open it and assign the text.")
            value = value._value
        elif isinstance(value, str):
            value = _Unsealed(value)
        elif value is not None and not isinstance(value, Ciphertext):
            raise TypeError(f"A sealed attribute takes text, not {type(value).__name__}.")
        instance.__dict__[self.field.attname] = value


class SealedTextField(models.Field):
    """Text behind the fourth wall.

    ``scope`` names whose key seals it (``group``, ``door``, ``person``, ``organization``: the row's ``<scope>_id``, and
    for the door of a group ``group_id``); ``author`` names the foreign key to who wrote it; ``limit`` is the most
    characters. Every row is sealed, empty texts too, so that a stolen table does not tell who left a field blank.
    """

    descriptor_class = _SealedAttribute
    empty_strings_allowed = False

    def __init__(self, *args, scope, author, limit=4000, **kwargs):
        self.scope, self.author, self.limit = scope, author, limit
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "scope": self.scope, "author": self.author, "limit": self.limit}

    def get_internal_type(self):
        return "BinaryField"

    def get_lookup(self, lookup_name):
        """Sealed columns cannot be compared, so they have no lookups; Django answers with a FieldError."""
        return

    def get_transform(self, lookup_name):
        return

    def from_db_value(self, value, expression, connection):
        return None if value is None else Ciphertext(value)

    def pre_save(self, model_instance, add):
        value = model_instance.__dict__.get(self.attname)
        if isinstance(value, _Unsealed):
            value = self.seal(model_instance, value.text)
            model_instance.__dict__[self.attname] = value
        return value

    def get_db_prep_value(self, value, connection, prepared=False):
        if value is None:
            return None
        if not isinstance(value, Ciphertext):
            raise TypeError(f"{self.name} is sealed: assign the text to the row and save it.")
        return connection.Database.Binary(bytes(value))

    def value_to_string(self, obj):
        raise TypeError(f"{self.name} is sealed and is never serialized.")

    def formfield(self, **kwargs):
        raise TypeError(f"{self.name} is sealed: use a plain form whose initial value was opened on purpose.")

    def seal(self, instance, text):
        """Pad, encrypt and bind ``text`` to this row, column and author. Raises ValueError when it is too long."""
        if len(text) > self.limit:
            raise ValueError(f"{self.name} holds at most {self.limit} characters.")
        version, key = newest_data_key(self._scope(instance))
        plain = text.encode("utf-8", "surrogatepass")
        plain = len(plain).to_bytes(4, "big") + plain
        plain += b"\0" * (-len(plain) % PADDING)
        head = bytes([FORMAT]) + version.to_bytes(4, "big")
        return Ciphertext(head + encrypt(key, plain, self._associated(instance, version)))

    def unseal(self, instance, value):
        """The reverse of ``seal``. Raises SealBroken."""
        if len(value) <= _HEAD or value[0] != FORMAT:
            raise SealBroken("A sealed value has an unknown format.")
        version = int.from_bytes(value[1:_HEAD], "big")
        plain = decrypt(data_key(self._scope(instance), version), value[_HEAD:], self._associated(instance, version))
        return plain[4 : 4 + int.from_bytes(plain[:4], "big")].decode("utf-8", "surrogatepass")

    @property
    def scope_column(self):
        """The column of the row that holds the id of whose key seals it."""
        return _COLUMN_OF_SCOPE.get(self.scope, f"{self.scope}_id")

    def _scope(self, instance):
        return Scope(instance.organization_id, self.scope, getattr(instance, self.scope_column))

    def _associated(self, instance, version):
        parts = (
            instance.organization_id,
            self.scope,
            getattr(instance, self.scope_column),
            instance._meta.db_table,
            self.column,
            instance.pk,
            getattr(instance, f"{self.author}_id"),
            version,
        )
        return "|".join(map(str, parts)).encode()
