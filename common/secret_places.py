"""Where small sealed secrets are kept, so that changing keys finds them: an app registers its tables when ready."""

from dataclasses import dataclass

from django.apps import apps

from common.secret_values import key_id_of, rewrap_secret


@dataclass(frozen=True)
class Place:
    """JSON column ``column`` of the model ``label``; in it the values under ``names`` are sealed for ``purpose``."""

    label: str
    column: str
    names: tuple
    purpose: str


PLACES = set()


def register(place):
    """Called once when the app that keeps the secrets is ready."""
    PLACES.add(place)


def key_ids():
    """The names of the keys under which secrets are sealed now."""
    return {key_id_of(row[place.column][name]) for place, row, name in _secrets()}


def rewrap_batch(current, limit):
    """Seal up to ``limit`` rows of secrets that are under another key than ``current`` again; how many rows it was.

    Raises SealBroken, KeyFileError.
    """
    due = {(place, row["pk"]) for place, row, name in _secrets() if key_id_of(row[place.column][name]) != current}
    for place, pk in sorted(due, key=str)[:limit]:
        model = apps.get_model(place.label)
        row = model.objects.only("pk", place.column).select_for_update().get(pk=pk)
        data = getattr(row, place.column)
        for name in place.names:
            if name in data:
                data[name] = rewrap_secret(data[name], place.purpose)
        row.save(update_fields=[place.column])
    return min(len(due), limit)


def _secrets():
    for place in PLACES:
        for row in apps.get_model(place.label).objects.values("pk", place.column).iterator():
            for name in place.names:
                if name in row[place.column]:
                    yield place, row, name
