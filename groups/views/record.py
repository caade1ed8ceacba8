"""What was changed in a group: its entries of the audit trail."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.selectors import names_of
from common import audit
from groups import permissions, selectors
from groups.decorators import group_view

PAGE = 50


@require_GET
@group_view()
def group_audit(request, group):
    """Who came, who left, who changed what, newest first: to everybody who reads the group, from any time."""
    page = Paginator(selectors.audit_of(group), PAGE).get_page(request.GET.get("page"))
    entries = list(page)
    context = {
        "group": group,
        "page": page,
        "lines": audit.lines(entries, names_of(audit.people_in(entries)), unknown=_("Somebody outside the group")),
        "circle": permissions.who_reads_record(selectors.facilitator_names(group)),
    }
    return render(request, "groups/audit.html", context)
