"""Every component in each of its states on one page, for people who build pages; not part of the product."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from common.templatetags.ui import icon_names

ACCENTS = ("pine", "clay", "amber", "brick", "sky")
SWATCHES = ["paper", "surface", "sunk", "ink", "soft", "line", "control-line"]
SWATCHES += [name for accent in ACCENTS for name in (accent, f"{accent}-bg")]


class SampleForm(forms.Form):
    """One field of each kind, some of them wrong."""

    text = forms.CharField(label="What happened", widget=forms.Textarea, help_text="One moment, as you saw it.")
    place = forms.CharField(label="Place", required=False)
    email = forms.EmailField(label="E-mail")
    on = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))
    method = forms.ChoiceField(label="Method", choices=[("group", "Group session"), ("troika", "Troika")])
    roster = forms.FileField(label="Roster (CSV)", required=False)
    zone = forms.CharField(label="Time zone", required=False, widget=forms.TextInput(attrs={"data-timezone": ""}))
    wanted = forms.BooleanField(label="Remind me the day before", required=False)
    reach = forms.ChoiceField(
        label="Who should ask you about it?",
        widget=forms.RadioSelect,
        choices=[("m", "Marek Nowak"), ("p", "Priya Rao")],
    )
    answer = forms.ChoiceField(
        label="Will you come?",
        widget=forms.RadioSelect,
        choices=[("yes", "I’m coming"), ("late", "Late"), ("no", "Can’t come")],
    )
    words = forms.MultipleChoiceField(
        label="Which words describe Amara?",
        help_text="Pick two.",
        widget=forms.CheckboxSelectMultiple,
        choices=[("calm", "Calm"), ("clear", "Clear"), ("curious", "Curious"), ("warm", "Warm")],
    )
    confidence = forms.ChoiceField(
        label="How confident are you?", widget=forms.RadioSelect, choices=[(str(n), str(n)) for n in range(11)]
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].privacy = "You and Amara"
        self.fields["answer"].look = "segmented"
        self.fields["words"].look = "picks"
        self.fields["confidence"].privacy = "Your group and Jonas (facilitator)"
        self.fields["confidence"].look = "scale"
        self.fields["confidence"].ends = ("Not at all", "Fully")


def _people():
    names = [
        "Amara Obi",
        "Marek Nowak",
        "Priya Rao",
        "Lin Zhao",
        "Sofia Lindqvist",
        "Tomás Herrera-Quintana",
        "Jonas Weber",
    ]
    return [SimpleNamespace(pk=f"person-{number}", name=name) for number, name in enumerate(names)]


def _kept(moment):
    text = {"saved_at": moment, "use_url": "#forms", "drop_url": "#forms"}
    return SimpleNamespace(
        keep_url="#forms", place="", tab="", earlier="", writer="", circle="Only you", sign_in_url="#forms",
        chosen=SimpleNamespace(**text, begins="Twice this week"),
        others=[SimpleNamespace(**text, begins="I asked Lin before I answered")],
    )  # fmt: skip


@require_GET
@login_not_required
def styleguide(request):
    """Show the components where pages are built: with DEBUG or embedded services, nowhere else."""
    if not (settings.DEBUG or settings.COLLOQUY_EMBEDDED):
        raise Http404

    start = datetime(2027, 2, 9, 15, 0, tzinfo=UTC)
    filled = {
        "answer": "yes",
        "confidence": "6",
        "text": "On Tuesday the budget talk went round in circles.",
        "method": "group",
    }
    wrong = SampleForm({"text": "", "email": "amara", "on": "soon", "answer": "", "confidence": ""})
    wrong.add_error(None, "We could not save this yet. Your text is kept: look at the fields marked below.")
    context = {
        "form": SampleForm(initial=filled),
        "wrong": wrong,
        "kept": _kept(start),
        "swatches": SWATCHES,
        "tones": ["plain", *ACCENTS],
        "kinds": ["primary", "secondary", "quiet", "danger"],
        "people": _people(),
        "hues": range(1, 9),
        "icons": sorted(icon_names()),
        "start": start,
        "end": start + timedelta(hours=2),
        "due": date(2027, 2, 12),
        "saw": "You waited, a long time for you, and then asked one short question.\nYou did not add a second one.",
        "page_obj": Paginator(range(90), 30).page(2),
        "funnel": [
            {"label": "Invited", "value": 48, "total": 48},
            {"label": "Joined", "value": 44, "total": 48},
            {"label": "Signed the charter", "value": 41, "total": 48},
            {"label": "Came to a session", "value": 36, "total": 48},
            {"label": "Checked in", "value": None, "total": 48, "why": "withheld: fewer than 5 people"},
        ],
    }
    return render(request, "styleguide.html", context)


styleguide.guard = ("public", None)
