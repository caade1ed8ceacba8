"""Checking in by the link of a mail: one writes without signing in, and reads nothing."""

from dataclasses import dataclass, field

from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import gives_text_back, public_view
from common.ids import new_id
from common.posted_back import posted_back
from goals import permissions, services
from goals.forms import CheckInForm
from goals.views.asking import posted, status_of
from groups.forms import DraftForm
from groups.permissions import who_reads_draft
from groups.services import drafts


@dataclass
class KeptBehindLink:
    """What the page knows of the text that is kept while somebody types: where to send it, and nothing more."""

    keep_url: str
    tab: str
    place: str = "by-link"
    earlier: str = ""
    writer: str = ""
    chosen: None = None
    others: list = field(default_factory=list)

    @property
    def circle(self) -> str:
        return who_reads_draft()

    @property
    def sign_in_url(self) -> str:
        return reverse("account_login")


@require_http_methods(["GET", "POST"])
@never_cache
@public_view
@gives_text_back
@login_not_required
def check_in_by_link(request, token):
    """Four things on one screen; the page holds no word of anybody, and looking changes nothing."""
    form = CheckInForm(posted(request), privacy=permissions.who_reads_check_in_by_link())
    try:
        if form.is_valid():
            services.check_in_by_link(token=token, **form.cleaned_data)
            return render(request, "goals/check_in_saved.html")
        if not services.is_open(token):
            raise services.LinkGone
    except services.LinkGone:
        return render(request, "goals/check_in_link_gone.html", {"posted": posted_back(request)}, status=404)
    kept = KeptBehindLink(reverse("goals:check_in_link_keep", args=[token]), tab=str(new_id()))
    return render(request, "goals/check_in_by_link.html", {"form": form, "kept": kept}, status=status_of(form))


@require_POST
@never_cache
@public_view
@login_not_required
def check_in_link_keep(request, token):
    """Keep what is being typed where its writer finds it once signed in; the answer says nothing of what is there."""
    form = DraftForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"wrong": sorted(form.errors)}, status=422)
    words = {name: text for name, text in form.cleaned_data["words"].items() if name in CheckInForm.base_fields}
    try:
        services.keep_behind_link(token=token, words=words, now=timezone.now())
    except services.LinkGone:
        return JsonResponse({}, status=404)
    except drafts.DraftTooLong:
        return JsonResponse({"most": drafts.MOST_CHARACTERS}, status=413)
    return JsonResponse({"others": 0})
