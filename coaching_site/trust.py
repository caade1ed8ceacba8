"""What this product promises and what it cannot, for members before they join and for reviewers.

The tables are made from the code that keeps them: the permission functions of each app, and the grants that each model
declares (``tests/proof/test_declarations.py`` compares those with the database).
"""

from django.apps import apps
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from accounts.decorators import load_places, public_view
from coaching_site.trust_text import HOLES, LIMITS, PROMISES, THINGS
from common.actor import acting_as
from common.fences import HR, KEEPER, MEMBER, REPORT, SELF, SIGNIN, WORKER, RowSecurity
from common.sealed import SealedTextField
from groups.permissions import line_circle, pair_circle, who_reads_record, who_sees_what
from sessions.permissions import circle_of_video_link, what_hr_sees

WALLS = {
    model: constraint
    for model in apps.get_models()
    for constraint in model._meta.constraints
    if isinstance(constraint, RowSecurity)
}
VERBS = {
    "SELECT": (gettext_lazy("read"), gettext_lazy("read in part")),
    "INSERT": (gettext_lazy("add"), gettext_lazy("add in part")),
    "UPDATE": (gettext_lazy("change"), gettext_lazy("change in part")),
    "DELETE": (gettext_lazy("delete"), gettext_lazy("delete in part")),
}
# Whose grants count for a role: member and HR have those of sign-in besides their own.
ROLES = {
    MEMBER: {MEMBER, SIGNIN},
    HR: {HR, SIGNIN},
    WORKER: {WORKER},
    SELF: {SELF},
    REPORT: {REPORT},
    KEEPER: {KEEPER},
}


def may(constraint, role):
    """What a role may do to a table, in words; row security narrows it to some rows."""
    grants = [grant for grant in constraint.grants if grant.role in ROLES[role]]
    whole = {verb for grant in grants for verb in grant.verbs}
    in_part = {verb for grant in grants for verb in grant.columns} - whole
    words = [
        str(all_of_it if verb in whole else some)
        for verb, (all_of_it, some) in VERBS.items()
        if verb in whole | in_part
    ]
    return ", ".join(words) or "–"


def sealed_fields(model):
    """The names of a model's sealed columns."""
    return [field.name for field in model._meta.concrete_fields if isinstance(field, SealedTextField)]


def table_of_grants():
    """(what, [what each role may], whether it has sealed columns) of every fenced table, from the models."""
    return [
        (THINGS[model._meta.label], [may(constraint, role) for role in ROLES], bool(sealed_fields(model)))
        for model, constraint in WALLS.items()
    ]


def circles():
    """(what, who reads it): the words that the pages show beside what members write, from the same functions."""
    return [
        *who_sees_what([]),
        (_("Sessions: title, time, place, answers, who was there"), _("Your group") + ". " + what_hr_sees()),
        (_("The link to a call"), circle_of_video_link()),
        (_("What was changed in the group: who came, who left"), who_reads_record([])),
        (_("The personal line with which you invite somebody to be a pair"), line_circle()),
        (_("What is written in a pair"), pair_circle()),
    ]


@require_GET
@public_view
@login_not_required
def trust_page(request):
    """Anybody may read it: it names nobody. The navigation is that of who is signed in."""
    if request.user.is_authenticated:
        with acting_as(MEMBER, person=request.user):
            request.places = load_places()
    context = {
        "promises": PROMISES,
        "limits": LIMITS,
        "holes": HOLES,
        "circles": circles(),
        "grants": table_of_grants(),
    }
    return render(request, "trust.html", context)
