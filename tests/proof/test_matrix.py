"""Who gets which answer at every address: the resolver is walked, and an address that is not listed fails."""

from importlib import import_module

import pytest
from django.db import transaction
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from tests.proof.matrix import Address
from tests.world import CAST

MODULES = ("site", "accounts", "groups", "sessions", "goals", "feedback", "nudges", "reports")
# allauth's own pages, by the prefix of their names: they run without a context and see sign-in tables only.
ALLAUTH = ("account_", "mfa_")


def routes(patterns=None, namespace=""):
    """Every named address of the resolver as (name, view)."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(
                pattern.url_patterns, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            )
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", pattern.callback


def listed():
    return {
        name: address
        for module in MODULES
        for name, address in import_module(f"tests.proof.matrix.{module}").ADDRESSES.items()
    }


ADDRESSES = listed()
OURS = {name: view for name, view in routes() if not name.startswith(ALLAUTH)}


def test_every_address_is_listed_and_every_listed_address_exists():
    assert set(OURS) == set(ADDRESSES)


def test_an_unlisted_address_is_noticed():
    names = {name for name, _view in routes([URLPattern(get_resolver().url_patterns[0].pattern, print, name="new")])}

    assert names - set(ADDRESSES) == {"new"}


@pytest.mark.parametrize(("name", "view"), list(OURS.items()), ids=list(OURS))
def test_every_address_has_a_guard(name, view):
    assert getattr(view, "guard", None), f"{name} has no guard"
    assert (view.guard[0] == "public") == bool(ADDRESSES[name].why), f"{name}: public addresses say why, others do not"


def test_every_address_lists_all_of_the_cast():
    assert {
        name for name, address in ADDRESSES.items() for table in address.methods.values() if set(table) != set(CAST)
    } == set()


CASES = [(name, method) for name, address in ADDRESSES.items() for method in address.methods]


@pytest.mark.parametrize(("name", "method"), CASES, ids=[f"{name} {method}" for name, method in CASES])
def test_the_cast_at_the_door(as_person, world, name, method):
    address: Address = ADDRESSES[name]
    url = reverse(name, kwargs=address.kwargs(world))
    got = {}

    for caller in CAST:
        client = as_person(world.people[caller])
        data = address.data(world) if method == "POST" else {}
        with transaction.atomic():
            got[caller] = (
                client.generic(method, url).status_code
                if method not in {"GET", "POST"}
                else getattr(client, method.lower())(url, data).status_code
            )
            transaction.set_rollback(True)

    assert got == address.methods[method]


@pytest.mark.parametrize("name", list(ADDRESSES))
def test_other_methods_are_refused(as_person, world, name):
    address = ADDRESSES[name]
    url = reverse(name, kwargs=address.kwargs(world))

    for method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - set(address.methods):
        assert as_person(world.people["member"]).generic(method, url).status_code == 405, method
