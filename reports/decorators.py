"""The door of the report: the same page for members, HR and owners, made in one and the same database role."""

from functools import wraps

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404

from accounts.decorators import lacks_second_factor, load_places, to_second_factor
from accounts.models import Organization, OrganizationRole
from common.actor import acting_as
from common.fences import MEMBER, REPORT
from groups.models import Membership
from reports.permissions import READERS, is_office_reader


def report_view(*, office_only=False):
    """A page of numbers about an organization at ``/o/<slug>/``, made in the report's database role.

    It opens for owners and HR and, unless it is for the ``office_only``, for whoever has an open membership there.
    Somebody with another duty alone gets 403, everybody else the 404 of an address that does not exist; who lacks a
    second factor where their duty requires one is told so. The view finds the person's duties in ``request.duties``.
    """

    def decorate(view):
        @wraps(view)
        def wrapper(request, slug, **kwargs):
            with acting_as(MEMBER, person=request.user):
                request.places = load_places()
                organization = _as_seen_by(request.user).filter(slug=slug, kind=Organization.Kind.COMPANY).first()
                if organization is None:
                    raise Http404
                request.duties = frozenset(organization.duties)
                if not is_office_reader(request.duties) and (office_only or not organization.has_me_as_member):
                    raise PermissionDenied if request.duties else Http404
                if request.duties and lacks_second_factor(request.user):
                    return to_second_factor()
                with acting_as(REPORT, person=request.user, organization=organization):
                    return view(request, organization, **kwargs)

        wrapper.guard = ("organization", READERS)
        return wrapper

    return decorate


def _as_seen_by(person):
    """Organizations with the person's ``duties`` in each, and whether they are a member of a group there."""
    duties = OrganizationRole.objects.filter(person=person, organization=OuterRef("pk"))
    memberships = Membership.objects.current(person).filter(organization=OuterRef("pk"))
    return Organization.objects.annotate(
        duties=ArraySubquery(duties.values("role")), has_me_as_member=Exists(memberships)
    )
