"""Pages about oneself, the first start, and accepting a duty."""

from time import time

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import own_words, services, sign_ins
from accounts.adapter import INVITED
from accounts.decorators import person_view, public_view
from accounts.erasing import erase_account
from accounts.forms import EraseForm, FirstStartForm, SettingsForm
from accounts.models import Duty, SignIn
from accounts.receivers import DEVICE_COOKIE, OWN
from common.actor import acting_as
from common.fences import MEMBER
from common.tokens import same_token

INVITATION_IS_OPEN = 60 * 60  # seconds that a browser remembers which invitation brought it to sign-up


@require_http_methods(["GET", "POST"])
@public_view
@login_not_required
def first_start(request, token):
    """On an empty installation, whoever holds the terminal's token founds the organization."""
    if not same_token(settings.COLLOQUY_FIRST_START_TOKEN, token) or services.has_company():
        raise Http404
    form = FirstStartForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            owner = services.found_organization(**form.cleaned_data)
        except services.AlreadyFounded:
            raise Http404 from None
        except services.AddressTaken:
            form.add_error("email", _("Somebody has an account with this address. Choose another."))
        else:
            login(request, owner, backend="allauth.account.auth_backends.AuthenticationBackend")
            record_authentication(request, owner, method="password")
            messages.success(request, _("Your organization is ready. Invite those who will set up programs."))
            return redirect("home")
    return render(request, "accounts/first_start.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@person_view
def settings_page(request):
    """Name and time zone."""
    person = request.user
    form = SettingsForm(
        request.POST if request.method == "POST" else None, initial={"name": person.name, "timezone": person.timezone}
    )
    if request.method == "POST" and form.is_valid():
        services.change_settings(person=person, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("accounts:settings")
    return render(request, "accounts/settings.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@person_view
def second_factor_needed(request):
    """Why somebody with a duty needs a second factor, and where to set one up."""
    return render(request, "accounts/second_factor_needed.html")


@require_GET
@person_view
def sign_in_list(request):
    """Where the person is signed in."""
    rows = list(sign_ins.open_sign_ins_of(request.user, now=timezone.now()))
    own = own_sign_in(request)
    others = [row for row in rows if str(row.pk) != own]
    return render(request, "accounts/sign_ins.html", {"sign_ins": rows, "own": own, "others": others})


@require_POST
@person_view
def sign_in_end(request, sign_in_id):
    """Sign out on one browser."""
    sign_in = get_object_or_404(SignIn.objects.visible_to(request.user), pk=sign_in_id)
    sign_ins.end_sign_ins(SignIn.objects.visible_to(request.user).filter(pk=sign_in.pk), now=timezone.now())
    messages.success(request, _("Signed out there: %(device)s.") % {"device": sign_in.device})
    return redirect("accounts:sign_ins")


@require_POST
@person_view
def sign_ins_end_others(request):
    """Sign out everywhere but here."""
    others = SignIn.objects.visible_to(request.user).exclude(pk=own_sign_in(request))
    sign_ins.end_sign_ins(others, now=timezone.now())
    messages.success(request, _("You are signed in on this browser only."))
    return redirect("accounts:sign_ins")


def own_sign_in(request):
    """The id, as text, of the sign-in that this request comes with; none when its row is gone."""
    return request.session.get(OWN, {}).get("id")


@require_GET
@person_view(fresh=True)
def own_words_page(request):
    """What a copy of one's own words holds, and the ways to take it."""
    return render(request, "accounts/own_words.html", {"sections": own_words.sections()})


@require_POST
@person_view(fresh=True)
def own_words_take(request, form):
    """The copy as one file: a page to read, or JSON."""
    now = timezone.now()
    copy = own_words.take_copy(person=request.user, form=form)
    filename = f"my-words-{timezone.localdate(now):%Y-%m-%d}.{form}"
    return HttpResponse(
        own_words.WRITERS[form](copy, person=request.user, now=now),
        content_type={"html": "text/html; charset=utf-8", "json": "application/json"}[form],
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


@require_http_methods(["GET", "POST"])
@person_view(fresh=True)
def erase(request):
    """What goes and what stays; and, with the address typed once more, the erasure."""
    form = EraseForm(request.POST if request.method == "POST" else None, person=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            erase_account(person=request.user)
        except services.LastOwner:
            words = _("You are the only owner of an organization. Nothing was erased. Under People, invite another.")
            form.add_error(None, words)
        else:
            logout(request)
            response = redirect("accounts:erased")
            response.delete_cookie(DEVICE_COOKIE)
            return response
    return render(request, "accounts/erase.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@public_view
@login_not_required
def erased(request):
    """Where an erasure ends."""
    return render(request, "accounts/erased.html")


@require_GET
@public_view
@login_not_required
def welcome(request, token):
    """What a duty is, and who offers it; the same page for a token that is wrong, used or old."""
    found = services.preview_staff_invitation(token)
    if found is None:
        return render(request, "accounts/invitation_gone.html", status=404)
    organization, role, email, invited_by = found
    context = {
        "organization": organization,
        "duty": Duty(role),
        "email": email,
        "invited_by": invited_by,
        "token": token,
        "is_theirs": has_address(request.user, email),
    }
    return render(request, "accounts/welcome.html", context)


@require_POST
@public_view
@login_not_required
def welcome_start(request, token):
    """From the mail to an account: sign up with the invited address, or sign in."""
    found = services.preview_staff_invitation(token)
    if found is None:
        return render(request, "accounts/invitation_gone.html", status=404)
    return start_from_invitation(request, email=found[2], then=reverse("accounts:welcome", args=[token]))


@require_POST
@person_view
def welcome_accept(request, token):
    """Take the duty."""
    organization = services.accept_staff_invitation(token)
    if organization is None:
        return render(request, "accounts/invitation_gone.html", status=404)
    messages.success(request, _("Welcome to %(name)s.") % {"name": organization.name})
    return redirect("groups:programs", slug=organization.slug)


def start_from_invitation(request, *, email, then, name="", has_account=False):
    """Send an invited person to sign-up, or to sign-in if the address has an account; afterwards to ``then``.

    The token came by mail to this address, so the address counts as verified. A link that somebody handed over has no
    address: its holder signs up with any of their own and confirms it, or says that they have an account.
    """
    request.session[INVITED] = {"email": email, "name": name, "next": then, "until": time() + INVITATION_IS_OPEN}
    if has_account or (email and services.claim_address(email)):
        return redirect("account_login")
    if email:
        get_adapter(request).stash_verified_email(request, email)
    return redirect("account_signup")


def has_address(person, email):
    """Whether this signed-in person has verified the address."""
    if not person.is_authenticated:
        return False
    with acting_as(MEMBER, person=person):
        return person.emailaddress_set.filter(email__iexact=email, verified=True).exists()
