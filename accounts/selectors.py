"""Reads about people that are used twice."""

from accounts.models import Person


def names_of(ids):
    """The names of those of these people whom the acting person may know, by id."""
    return dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))
