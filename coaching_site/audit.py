"""The trail of an organization, for its owners: who did what, as a page and as a file."""

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from accounts.decorators import organization_view
from accounts.models import Duty
from accounts.selectors import names_of
from common import audit
from common.csv_guard import guarded_csv
from common.models import AuditEntry
from groups.models import CoachingGroup

PAGE = 50
owner_view = organization_view(roles=(Duty.OWNER,))
DUTIES = ("organization_founded", "staff_invited", "staff_invitation_withdrawn", "duty_taken", "duty_ended")
PROGRAMS = ("program_created", "program_ended", "roster_accepted")
# What an owner may ask for: its words, and which entries those are.
SUBJECTS = {
    "": (gettext_lazy("Everything"), Q()),
    "duties": (gettext_lazy("Duties"), Q(act__in=DUTIES)),
    "programs": (gettext_lazy("Programs and rosters"), Q(act__in=PROGRAMS)),
    "groups": (gettext_lazy("Groups, and who is in them"), Q(group_id__isnull=False)),
}


class SubjectChoice(forms.Form):
    """Which acts to show."""

    use_required_attribute = False  # the empty choice is one: everything
    about = forms.ChoiceField(
        label=gettext_lazy("About"), choices=[(name, words) for name, (words, _which) in SUBJECTS.items()]
    )


def entries_of(organization, about):
    """The entries that the organization's owners read, newest first; ``about`` that is unknown is everything."""
    circles = [AuditEntry.Circle.OFFICE, AuditEntry.Circle.BOTH]
    _words, which = SUBJECTS.get(about, SUBJECTS[""])
    return AuditEntry.objects.filter(which, organization_id=organization.pk, circle__in=circles).order_by("-at", "-id")


def lines_of(entries):
    """Each entry as (line, name of its group or ""); two queries, however many there are."""
    entries = list(entries)
    group_ids = {entry.group_id for entry in entries if entry.group_id}
    groups = dict(CoachingGroup.objects.filter(pk__in=group_ids).values_list("pk", "name"))
    found = audit.lines(entries, names_of(audit.people_in(entries)))
    return [(line, groups.get(line.entry.group_id, "")) for line in found]


@require_GET
@owner_view
def audit_page(request, organization):
    """Who did what in the organization, newest first."""
    about = request.GET.get("about", "")
    page = Paginator(entries_of(organization, about), PAGE).get_page(request.GET.get("page"))
    context = {
        "organization": organization,
        "page": page,
        "lines": lines_of(page),
        "form": SubjectChoice(initial={"about": about}),
        "query": f"about={about}" if about in SUBJECTS and about else "",
    }
    return render(request, "people/audit.html", context)


@require_GET
@owner_view
def audit_csv(request, organization):
    """The same as a file."""
    rows = [
        [entry.at.isoformat(), entry.act, line.words, group, entry.actor_id, entry.subject_id, entry.group_id, entry.pk]
        for line, group in lines_of(entries_of(organization, request.GET.get("about", "")))
        for entry in [line.entry]
    ]
    head = [_("When"), _("Act"), _("What happened"), _("Group"), _("Who"), _("Whom"), _("Group id"), _("Entry")]
    filename = f"audit-{organization.slug}-{timezone.localdate():%Y-%m-%d}.csv"
    return HttpResponse(
        guarded_csv([head, *rows]),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )
