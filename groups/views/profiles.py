"""Profiles: the office asks for them, participants fill them in by the link of a mail, without signing in."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import gives_text_back, organization_view, public_view
from groups import permissions
from groups.models import Program
from groups.profile_forms import ProfileForm
from groups.services import forming
from groups.services import profiles as services


@require_POST
@organization_view()
def profiles_ask(request, organization, program_id):
    """Mail the link to who was never asked, and remind who has not answered."""
    program = get_object_or_404(Program, pk=program_id, organization=organization)
    people = list(forming.free_participants(program))
    asked, reminded, lately = services.ask_for_profiles(program=program, participants=people, now=timezone.now())
    said = []
    if asked:
        said.append(ngettext("%(n)s person is asked.", "%(n)s people are asked.", asked) % {"n": asked})
    if reminded:
        said.append(ngettext("%(n)s person is reminded.", "%(n)s people are reminded.", reminded) % {"n": reminded})
    if lately:
        said.append(
            ngettext(
                "%(n)s was asked less than three days ago and gets no mail yet.",
                "%(n)s were asked less than three days ago and get no mail yet.",
                lately,
            )
            % {"n": lately}
        )
    messages.success(request, " ".join(said) or _("Everybody who is in no group yet has answered. Nobody was asked."))
    return redirect("groups:program", slug=organization.slug, program_id=program.pk)


@require_http_methods(["GET", "POST"])
@never_cache
@public_view
@gives_text_back
@login_not_required
def profile(request, token):
    """One's own form, and nobody else's; whom one named is not in it. Looking changes nothing."""
    try:
        found = services.open_profile(token)
        form = ProfileForm(request.POST if request.method == "POST" else None, profile=found)
        if request.method == "POST" and form.is_valid():
            services.save_profile(token=token, **form.answers())
            return render(request, "groups/profile_saved.html", {"profile": found, "named": form.cleaned_data["named"]})
    except services.LinkGone:
        return render(request, "groups/profile_gone.html", status=404)
    context = {
        "profile": found,
        "form": form,
        "circle": permissions.who_reads_profile(),
        "kept_days": settings.COLLOQUY_ROSTER_KEPT_DAYS,
    }
    return render(request, "groups/profile.html", context, status=422 if form.errors else 200)
