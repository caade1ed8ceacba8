"""The shared components: each tag renders one template of ``templates/components/``.

They get values, never a request, and query nothing. What they are given is escaped; only markup that a
template wrapped in a block tag passes through. ``/styleguide/`` shows every one of them.
"""

import re
import zlib
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.templatetags.drawing import ROW, arcs, bars, hue, initials, zone_words

register = template.Library()

TONES = ("plain", "pine", "clay", "amber", "brick", "sky")
# What django.contrib.messages calls its levels.
TONE_OF_LEVEL = {"debug": "plain", "info": "sky", "success": "pine", "warning": "amber", "error": "brick"}
# Icons that point where a button leads: they stand behind its words.
ONWARD = ("arrow-right", "chevron-right", "chevron-down")


def _tone(name):
    """The name of a tone, also from a message level ("success Extra" included); a typing error fails loudly."""
    first = (str(name or "plain").split() or ["plain"])[-1]
    tone = TONE_OF_LEVEL.get(first, first)
    if tone not in TONES:
        raise template.TemplateSyntaxError(f"Unknown tone {name!r}; choose from {', '.join(TONES)}.")
    return tone


def _render(component, **context):
    return render_to_string(f"components/{component}.html", context)


@lru_cache
def icon_names():
    """The names in the sprite, read once."""
    found = finders.find("img/icons.svg") or Path(settings.STATIC_ROOT or "") / "img/icons.svg"
    return frozenset(re.findall(r'<symbol id="([a-z0-9-]+)"', Path(found).read_text(encoding="utf-8")))


# Small things ---------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name, *, extra=""):
    """A decorative icon, always beside a word: ``{% icon "eye" %}``."""
    if name not in icon_names():
        raise template.TemplateSyntaxError(f"No icon {name!r} in static/img/icons.svg.")
    return _render("icon", href=f"{static('img/icons.svg')}#{name}", extra=extra)


@register.simple_tag
def badge(label, tone="plain"):
    """A short state in words: ``{% badge "On track" tone="pine" %}``."""
    return _render("badge", label=label, tone=_tone(tone))


@register.simple_tag
def privacy_line(words, *, id=""):
    """Who can read this, beside an eye; the words come from the permission code: ``{% privacy_line circle %}``."""
    return _render("privacy_line", words=words, id=id)


@register.simple_tag
def ring(chairs=6, *, clay=1, size="medium", label=""):
    """The motif: chairs around a table, one of them clay. ``clay=0`` colors none; a label makes it a picture."""
    return _render("ring", arcs=arcs(max(1, int(chairs)), int(clay)), size=size, label=label)


@register.simple_tag
def person(who=None, *, id="", name="", size="medium", note="", plain=False):
    """Initials in a round with the name beside it: ``{% person membership.person note="facilitator" %}``.

    The hue is fixed by the id. ``plain=True`` leaves out the visible name (for a row of rounds; it stays for
    screen readers). Without an object: ``{% person id=some_id name=some_name %}``.
    """
    key = id or getattr(who, "pk", "")
    shown = name or getattr(who, "name", "") or ("" if who is None else str(who)) or _("Someone who has left")
    context = {"name": shown, "initials": initials(shown), "hue": hue(key), "size": size, "note": note, "plain": plain}
    return _render("person", **context)


# Time -----------------------------------------------------------------------------------------------------------


@register.simple_tag
def moment(value, zone=None, *, until=None, style="long"):
    """A moment with its zone in words: ``{% moment session.starts_at group.zone until=session.ends_at %}``.

    Without a zone it is shown in the reader's own (the active one) and says "your time"; another zone is named.
    ``style="short"`` gives "Tue 9 Feb, 16:00"; ``style="time"`` the time of day only.
    """
    if not value:
        return ""
    mine = timezone.get_current_timezone()
    theirs = ZoneInfo(zone) if isinstance(zone, str) and zone else zone or mine
    local = timezone.localtime(value, theirs)
    pattern = {"long": "l j F Y, H:i", "short": "D j M, H:i", "time": "H:i"}[style]
    text = date_format(local, pattern)
    if until:
        end = timezone.localtime(until, theirs)
        text += "–" + date_format(end, "H:i" if end.date() == local.date() else pattern)
    html = '<time datetime="{}">{} <span class="zone">({})</span></time>'
    return format_html(html, value.isoformat(), text, zone_words(theirs, mine))


@register.simple_tag
def day(value, *, style="long"):
    """A day: ``{% day step.due_on %}``, or ``style="short"`` for "Tue 9 Feb"."""
    if not value:
        return ""
    text = date_format(value, {"long": "l j F Y", "short": "D j M"}[style])
    return format_html('<time datetime="{}">{}</time>', value.isoformat()[:10], text)


# Acting ---------------------------------------------------------------------------------------------------------


@register.simple_tag
def button(label, *, href="", kind="primary", icon="", name="", value="", type="submit", form="", what=""):
    """A button, or a link in its clothes: ``{% button "Open" href=url kind="quiet" icon="arrow-right" %}``.

    Kinds: primary, secondary, quiet, danger. ``what`` is added for screen readers ("Close" + "“Call Priya”").
    """
    looks = {"label": label, "kind": kind, "icon": icon, "icon_last": icon in ONWARD, "what": what}
    return _render("button", href=href, name=name, value=value, type=type, form=form, **looks)


def _token(context):
    """The token without which no form of the page is taken; an ``{% include … only %}`` has to hand it on."""
    return context["csrf_token"]


@register.simple_tag(takes_context=True)
def post_button(context, action, label, *, kind="secondary", icon="", name="", value="", what=""):
    """A form of one button, for an act without fields: ``{% post_button url "Close step" what=step_title %}``."""
    fields = {"action": action, "label": label, "kind": kind, "icon": icon, "name": name, "value": value, "what": what}
    return _render("post_button", csrf_token=_token(context), **fields)


@register.simple_block_tag(takes_context=True)
def confirm(context, content, *, title, action, label, cancel, kind="danger", name="", value=""):
    """A box that asks before an act: ``{% confirm title=… action=url label=… cancel=back %}…{% endconfirm %}``."""
    fields = {"title": title, "action": action, "label": label, "cancel": cancel, "kind": kind, "content": content}
    fields |= {"name": name, "value": value}
    return _render("confirm", csrf_token=_token(context), **fields)


@register.simple_tag(takes_context=True)
def account_menu(context, *, name="", settings_url="", id=""):
    """The menu of one's own account: settings, sign out."""
    return _render("account_menu", csrf_token=context.get("csrf_token", ""), name=name, settings_url=settings_url)


@register.simple_tag
def place(target, label, icon, path):
    """One link of the navigation; says whether it is where the reader stands."""
    current = ""
    if path == target:
        current = "page"
    elif target != "/" and str(path).startswith(str(target)):
        current = "true"
    return _render("place", target=target, label=label, icon=icon, current=current)


@register.simple_tag
def pagination(page, *, params=""):
    """Earlier and later pages of a Paginator page: ``{% pagination page_obj params="q=harbor" %}``."""
    if not page.has_other_pages():
        return ""
    return _render("pagination", page=page, prefix=f"?{params}&" if params else "?")


# Holding --------------------------------------------------------------------------------------------------------


@register.simple_block_tag
def card(content, *, title="", tone="plain", level=2, href=""):
    """A thing one can act on: ``{% card title="…" tone="clay" %} … {% endcard %}``; not for every paragraph."""
    return _render("card", content=content, title=title, tone=_tone(tone), heading=_heading(level), href=href)


@register.simple_block_tag
def notice(content, *, tone="sky", title="", urgent=False):
    """Something to know (sky), to mind (amber), that went wrong (brick), that is done (pine)."""
    icon_of = {"amber": "exclamation-triangle", "brick": "exclamation-circle", "pine": "check-circle"}
    tone = _tone(tone)
    looks = {"tone": tone, "icon": icon_of.get(tone, "info-circle"), "urgent": urgent}
    return _render("notice", content=content, title=title, **looks)


@register.simple_block_tag
def empty_state(content, *, title, level=2, chairs=6):
    """Nothing here yet, and what to do next."""
    return _render("empty_state", content=content, title=title, heading=_heading(level), chairs=chairs)


@register.simple_block_tag
def page_header(content, *, title, lead="", kicker="", back="", back_label=""):
    """The one h1 of a page, a lead, and its actions inside the tag."""
    words = {"title": title, "lead": lead, "kicker": kicker, "back": back, "back_label": back_label or _("Back")}
    return _render("page_header", actions=content if content.strip() else "", **words)


@register.simple_block_tag
def facts(content, *, compact=False):
    """Facts in two columns: ``{% facts %}{% fact "Where" %}…{% endfact %}{% endfacts %}``."""
    return _render("facts", content=content, compact=compact)


@register.simple_block_tag
def fact(content, term):
    """One fact; left out when there is nothing to say."""
    return _render("fact", content=content, term=term) if content.strip() else ""


@register.simple_block_tag
def steps(content, *, label=""):
    """Steps in order, or a checklist; holds ``{% step %}`` rows."""
    return _render("steps", content=content, label=label)


@register.simple_block_tag
def step(content, *, title, done=False, now=False, note=""):
    """One row: done, the one to do now, or later; detail and buttons inside."""
    return _render("step", content=content, title=title, done=done, now=now and not done, note=note)


@register.simple_block_tag
def table(content, *, caption, hide_caption=False):
    """A table that scrolls inside its own frame on a phone; thead and tbody inside."""
    return _render("table", content=content, caption=caption, hide_caption=hide_caption, id=_id("table", caption))


@register.simple_block_tag
def letter(content, *, sender, recipient="", sender_id="", kind="", date=None, title="", level=2, privacy=""):
    """A feedback note that reads like a letter; ``{% letter_part %}`` rows inside."""
    kinds = {"keep": pgettext("feedback", "Keep doing this"), "try": pgettext("feedback", "Something to try")}
    about = {"sender": sender, "sender_id": sender_id, "recipient": recipient, "date": date, "privacy": privacy}
    return _render("letter", content=content, title=title, heading=_heading(level), kind=kinds.get(kind, kind), **about)


@register.simple_tag
def letter_part(prompt, words):
    """One prompt and what was written under it; left out when empty."""
    return _render("letter_part", prompt=prompt, words=words) if str(words or "").strip() else ""


@register.simple_block_tag
def margin_column(content):
    """The margin beside the text: who, when, what is private. No content, no column."""
    return _render("margin_column", content=content) if content.strip() else ""


def _heading(level):
    if int(level) not in (2, 3, 4):
        raise template.TemplateSyntaxError("A component's heading is of level 2, 3 or 4: the page has the h1.")
    return f"h{int(level)}"


def _id(kind, *parts):
    """An id that is the same each time the same thing is rendered."""
    return f"{kind}-{zlib.crc32('|'.join(map(str, parts)).encode()):08x}"


# Forms ----------------------------------------------------------------------------------------------------------


@register.simple_tag
def field(bound, *, privacy=""):
    """One field of a form in our layout: ``{% field form.text privacy=circle %}``.

    A form may say so itself: ``self.fields["text"].privacy = circle``, and ``.look = "segmented"`` or ``"scale"``
    (with ``.ends = (low, high)``) for a radio field, or ``"picks"`` for one of which several are ticked.
    """
    describe(bound, privacy)
    look = getattr(bound.field, "look", "")
    if look == "segmented":
        return segmented(bound)
    if look == "picks":
        return _render("picks", **_radios(bound))
    if look == "scale":
        low, high = getattr(bound.field, "ends", ("", ""))
        return scale(bound, low=low, high=high)
    return _render("field", field=bound, form_show_labels=True, form_show_errors=True)


@register.simple_tag
def form_fields(form):
    """All fields of a form, hidden ones included, with the errors that belong to no field on top."""
    return _render("form_fields", form=form, fields=[field(bound) for bound in form])


@register.simple_tag(takes_context=True)
def kept_draft(context, kept):
    """What is kept of a writing form, and the line that says so; stands before ``<form id="writing" …>``.

    ``kept`` comes from ``groups.drafting.kept_for``.
    """
    return _render("kept_draft", csrf_token=_token(context), kept=kept)


def describe(bound, privacy=""):
    """Remember who can read the field and tie that line, help and errors to the input."""
    privacy = privacy or getattr(bound.field, "privacy", "")
    if not privacy or bound.is_hidden:
        return bound
    bound.field.privacy = privacy
    ids = [f"{bound.auto_id}_helptext"] if bound.help_text else []
    ids += [f"{bound.auto_id}_error"] if bound.errors else []
    ids += [f"{bound.auto_id}_questions"] if getattr(bound.field, "questions", ()) else []
    bound.field.widget.attrs["aria-describedby"] = " ".join([*ids, f"{bound.auto_id}_privacy"])
    return bound


@register.simple_tag
def segmented(bound):
    """A radio field as a row of big targets: ``{% segmented form.answer %}``."""
    return _render("segmented", **_radios(bound))


@register.simple_tag
def scale(bound, *, low="", high=""):
    """A radio field with short labels as one row, such as 0–10: ``{% scale form.confidence low=… high=… %}``."""
    return _render("scale", low=low, high=high, **_radios(bound))


def _radios(bound):
    describe(bound)
    rows = [
        {**radio.data, "label": radio.choice_label, "id": radio.id_for_label, "checked": radio.data["selected"]}
        for radio in bound
    ]
    words = {"legend": bound.label, "help_text": bound.help_text, "errors": bound.errors}
    about = {"name": bound.html_name, "id": bound.auto_id, "required": bound.field.required}
    return {"rows": rows, "privacy": getattr(bound.field, "privacy", ""), **words, **about}


@register.simple_tag
def rsvp(value="", *, name="answer", legend="", id="rsvp"):
    """Will you come: yes, late or no, as big targets without a form object: ``{% rsvp my_answer name="answer" %}``."""
    labels = {"yes": _("I’m coming"), "late": _("Late"), "no": _("Can’t come")}
    rows = [
        {"label": words, "id": f"{id}_{key}", "value": key, "checked": key == value} for key, words in labels.items()
    ]
    return _render("segmented", rows=rows, name=name, legend=legend or _("Will you come?"), id=id, required=True)


# Pictures of numbers --------------------------------------------------------------------------------------------


@register.simple_tag
def bar_chart(rows, *, title, desc="", label_head="", value_head="", total_head="", tone="pine"):
    """Horizontal bars as SVG, with the same numbers as a table below: ``{% bar_chart rows title="Attendance" %}``.

    Each row is a dict or an object with label, value and total (optional: the largest value is used, and the
    table has no total). ``value`` None is a withheld cell: no bar, and ``why`` says the reason.
    """
    drawn = bars(rows)
    heads = {
        "label_head": label_head or _("What"),
        "value_head": value_head or _("Number"),
        "total_head": total_head or _("Out of"),
    }
    numbers = {"bars": drawn, "height": len(drawn) * ROW, "has_totals": any(bar["total"] is not None for bar in drawn)}
    words = {"title": title, "desc": desc, "tone": _tone(tone), "id": _id("chart", title, drawn)}
    return _render("bar_chart", **words, **numbers, **heads)
