"""Doors of pages: who may come in, and as which database role the page is made."""

import json
from dataclasses import dataclass
from functools import wraps

from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.shortcuts import redirect

from accounts.adapter import has_authenticated_lately
from accounts.mfa import FACTORS
from accounts.models import Duty, Organization, OrganizationRole
from common.actor import acting_as
from common.fences import HR, MEMBER

__all__ = [
    "lacks_second_factor",
    "load_places",
    "organization_view",
    "person_view",
    "public_view",
    "to_second_factor",
]


@dataclass(frozen=True)
class Office:
    """A duty of the signed-in person in one organization."""

    slug: str
    name: str
    role: str


@dataclass(frozen=True)
class Places:
    """What the navigation offers: whether the person is a member or facilitates, and their offices."""

    is_member: bool
    is_facilitator: bool
    offices: tuple


def load_places():
    """The places of the person on whose behalf the current block runs; one query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT is_member, is_facilitator, offices FROM my_places()")
        is_member, is_facilitator, offices = cursor.fetchone()
        offices = json.loads(offices)
    return Places(is_member, is_facilitator, tuple(Office(**office) for office in offices))


def public_view(view):
    """Mark a page that anybody may open; it is listed with its reason in the matrix of addresses."""
    view.guard = ("public", None)
    return view


def gives_text_back(view):
    """A public page that gives what was typed back where the browser's token was too old."""
    view.gives_text_back = True
    return view


def lacks_second_factor(person):
    """Whether somebody with a duty must set up a second factor first: one query, none where it is not required."""
    return settings.COLLOQUY_REQUIRE_SECOND_FACTOR and not is_mfa_enabled(person, FACTORS)


def to_second_factor():
    """To the page that says why, and where to set one up."""
    return redirect("accounts:second_factor_needed")


def ask_again(request, fresh):
    """Send whoever signed in a while ago to show once more who they are, and back; what they posted waits for them.

    ``fresh`` is True for every method, or the one that needs it. It is asked before anything is looked up, so the
    answer tells nothing about what is there.
    """
    if (fresh is True or fresh == request.method) and not has_authenticated_lately(request):
        raise ReauthenticationRequired


def person_view(view=None, *, fresh=False):
    """A page about the signed-in person's own things, made as that member; ``fresh`` as in ``ask_again``."""

    def decorate(view):
        @wraps(view)
        def wrapper(request, *args, **kwargs):
            ask_again(request, fresh)
            with acting_as(MEMBER, person=request.user):
                request.places = load_places()
                return view(request, *args, **kwargs)

        wrapper.guard = ("person", None)
        return wrapper

    return decorate(view) if view else decorate


def organization_view(*, roles=tuple(Duty), fresh=False):
    """A page of an organization at ``/o/<slug>/``, made in the HR database role; ``fresh`` as in ``ask_again``.

    Whoever has no duty there gets the 404 of an address that does not exist; whoever has, but not one of ``roles``,
    gets 403; who lacks a second factor where one is required is told so. The view receives the organization and finds
    the person's duties in ``request.duties``.
    """

    def decorate(view):
        @wraps(view)
        def wrapper(request, slug, **kwargs):
            ask_again(request, fresh)
            with acting_as(MEMBER, person=request.user):
                request.places = load_places()
                duties = OrganizationRole.objects.filter(
                    person=request.user, organization__slug=slug, organization__kind=Organization.Kind.COMPANY
                ).select_related("organization")
                duties = list(duties)
                if not duties:
                    raise Http404
                request.duties = frozenset(duty.role for duty in duties)
                if not request.duties & set(roles):
                    raise PermissionDenied
                if lacks_second_factor(request.user):
                    return to_second_factor()
                organization = duties[0].organization
                with acting_as(HR, person=request.user, organization=organization):
                    return view(request, organization, **kwargs)

        wrapper.guard = ("organization", tuple(roles))
        return wrapper

    return decorate
