"""A writing form and what is kept for it: text that was typed and not sent is there again.

A view marked ``@keeps_drafts`` makes its form, calls ``kept_for(request, form)`` and gives the result to its template:
``{% kept_draft kept %}`` stands before ``<form id="writing" …>``. After a successful save it calls ``kept.forget()``.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from common.form_fields import OnceField, WordsField
from common.ids import new_id
from groups.models import Draft, Membership, OwnDesk
from groups.permissions import who_reads_draft
from groups.services import drafts

FIRST_LINES = 160


@dataclass(frozen=True)
class KeptText:
    """One kept draft as it is offered: when it was kept, and how it begins.

    ``query`` is what else the form was opened with, such as whom one answers; it stays with whatever is chosen.
    """

    pk: UUID
    saved_at: datetime
    begins: str
    group_id: UUID | None
    query: str = ""

    @property
    def use_url(self) -> str:
        return f"?{self.query}&draft={self.pk}" if self.query else f"?draft={self.pk}"

    @property
    def drop_url(self) -> str:
        if self.group_id is None:
            return with_query(reverse("groups:own_draft_drop", args=[self.pk]), self.query)
        return with_query(reverse("groups:draft_drop", args=[self.group_id, self.pk]), self.query)


@dataclass
class Kept:
    """What one writing form in one tab knows of drafts.

    ``chosen`` is the text that the form was filled with, ``words`` all of it by field, ``others`` those kept beside it.
    """

    membership: Membership | OwnDesk
    place: str
    tab: str
    earlier: str = ""
    chosen: KeptText | None = None
    words: dict[str, str] = field(default_factory=dict)
    others: list[KeptText] = field(default_factory=list)

    @property
    def writer(self) -> str:
        """The id of whoever opened the form; only they send it."""
        return str(self.membership.person_id)

    @property
    def keep_url(self) -> str:
        if self.membership.group_id is None:
            return reverse("groups:own_draft_keep")
        return reverse("groups:draft_keep", args=[self.membership.group_id])

    @property
    def sign_in_url(self) -> str:
        return reverse("account_login")

    @property
    def circle(self) -> str:
        return who_reads_draft()

    def forget(self) -> None:
        """The text is saved: its draft goes, in the same transaction."""
        drafts.forget_draft(membership=self.membership, place=self.place, tab=self.tab, earlier=self.earlier)


def kept_for(request, form, *, desk: OwnDesk | None = None) -> Kept:
    """The drafts of this form's place; of a form outside groups, at the ``desk`` where it is written.

    A form that is opened, not sent, is filled with the one that is kept. Where several are kept the person chooses
    first, by ``?draft=<id>``; until then the form is as it would be without.
    """
    kept = Kept(desk or request.membership, place_of(request.resolver_match), tab=str(new_id()))
    if request.method == "POST":
        kept.tab = _tab(request.POST.get("draft", "")) or kept.tab
        kept.earlier = request.POST.get("draft_from", "")
        return kept
    rows = list(drafts_at(kept.membership, kept.place))
    wanted = request.GET.get("draft", "")
    chosen = next((row for row in rows if str(row.pk) == wanted), None) or (rows[0] if len(rows) == 1 else None)
    for row in rows:
        values = json.loads(row.fields.open())
        if row == chosen:
            kept.chosen, kept.earlier = _text(row, values, form, request), f"{row.tab}@{row.saved_at.isoformat()}"
            kept.words = values
            fill(form, values)
        else:
            kept.others.append(_text(row, values, form, request))
    return kept


def drafts_at(membership, place):
    """One's own drafts of one form, newest first."""
    own = Draft.objects.visible_to(membership.person_id)
    return own.filter(membership_id=membership.pk, place=place).order_by("-saved_at", "pk")


def fill(form, values):
    """Begin the form with a kept text, all of it: what is not in it was empty. The page's own new id stays."""
    fields = (name for name, one in form.fields.items() if not isinstance(one, OnceField))
    form.initial = {**form.initial, **{name: values.get(name, "") for name in fields}}


def query_of(request) -> str:
    """What a form was opened with, besides the draft that was chosen."""
    query = request.GET.copy()
    query.pop("draft", None)
    return query.urlencode()


def with_query(address: str, query: str) -> str:
    return f"{address}?{query}" if query else address


def _text(row, values, form, request):
    words = [values.get(name, "").strip() for name, one in form.fields.items() if isinstance(one, WordsField)]
    begins = " · ".join(word for word in words if word)
    begins = begins if len(begins) <= FIRST_LINES else begins[: FIRST_LINES - 1].rstrip() + "…"
    return KeptText(row.pk, row.saved_at, begins, row.group_id, query_of(request))


def _tab(text):
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def place_of(match) -> str:
    """The name of a form: its address without the group, such as ``goals:check_in:<goal id>``."""
    return ":".join([match.view_name, *(str(value) for name, value in match.kwargs.items() if name != "group_id")])


def address_of(place: str, group_id) -> str | None:
    """The address of the writing form that a place names in a group, or in none; None for anything else."""
    namespace, _colon, rest = place.partition(":")
    name, *ids = rest.split(":")
    try:
        address = reverse(f"{namespace}:{name}", args=[group_id, *ids] if group_id else ids)
        view = resolve(address).func
    except (NoReverseMatch, Resolver404):
        return None
    return address if getattr(view, "keeps_drafts", False) else None
