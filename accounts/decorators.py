"""Doors of pages: who may come in, and as which database role the page is made."""

import json
from dataclasses import dataclass
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404

from accounts.models import Duty, Organization, OrganizationRole
from common.actor import acting_as
from common.fences import HR, MEMBER

__all__ = ["load_places", "organization_view", "person_view", "public_view"]


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


def person_view(view):
    """A page about the signed-in person's own things, made as that member."""

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        with acting_as(MEMBER, person=request.user):
            request.places = load_places()
            return view(request, *args, **kwargs)

    wrapper.guard = ("person", None)
    return wrapper


def organization_view(*, roles=tuple(Duty)):
    """A page of an organization at ``/o/<slug>/``, made in the HR database role.

    Whoever has no duty there gets the 404 of an address that does not exist; whoever has, but not one of ``roles``,
    gets 403. The view receives the organization and finds the person's duties in ``request.duties``.
    """

    def decorate(view):
        @wraps(view)
        def wrapper(request, slug, **kwargs):
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
                organization = duties[0].organization
                with acting_as(HR, person=request.user, organization=organization):
                    return view(request, organization, **kwargs)

        wrapper.guard = ("organization", tuple(roles))
        return wrapper

    return decorate
