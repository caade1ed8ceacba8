"""Forms about programs, rosters and proposals."""

from datetime import timedelta
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.forms import zone_choices
from common.form_fields import OnceField, WordsField
from groups.charter_words import MOST_CLAUSES, TEXT_LIMIT, TITLE_LIMIT, packed
from groups.models import Charter, Draft, Membership, Rhythm
from groups.models.pairs import LINE_LIMIT
from groups.roster import COLUMNS, MAX_BYTES, PARTS_OF_NAME
from groups.roster_words import COLUMN_LABELS

MOST_GROUPS = 20  # for one person at the same time


class ProgramForm(forms.Form):
    """A program and the rules by which its groups are formed."""

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("Members see it, for example “Leading at scale 2027”.")
    )
    starts_on = forms.DateField(label=_("Starts"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(label=_("Ends"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zone_choices,
        help_text=_("Groups meet in it unless they choose another."),
    )
    size_min = forms.IntegerField(label=_("Smallest group"), min_value=3, max_value=12, initial=4)
    size_target = forms.IntegerField(label=_("Usual group"), min_value=3, max_value=12, initial=6)
    size_max = forms.IntegerField(label=_("Largest group"), min_value=3, max_value=12, initial=8)
    level_band = forms.IntegerField(
        label=_("Levels apart, at most"),
        min_value=0,
        max_value=9,
        initial=1,
        help_text=_("People of one group are roughly equal: 1 allows neighboring levels."),
    )

    def clean(self):
        data = super().clean()
        sizes = [data.get("size_min"), data.get("size_target"), data.get("size_max")]
        if None not in sizes and sizes != sorted(sizes):
            self.add_error("size_target", _("The usual size lies between the smallest and the largest."))
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("A program ends after it starts."))
        return data


class RosterForm(forms.Form):
    """A roster file. What was ``sent`` in all is refused without being read when it is beyond the limit."""

    TOO_LARGE = _("This file is larger than 5 MB, which is the limit. A roster of 5,000 people is smaller than that.")

    file = forms.FileField(
        label=_("Roster"),
        widget=forms.ClearableFileInput(
            attrs={"accept": ".xlsx,.csv,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
        ),
        help_text=_("An Excel (xlsx) or CSV file. You see every row before anything is written."),
    )

    def __init__(self, *args, sent=0, **kwargs):
        super().__init__(*args, **kwargs)
        if sent > MAX_BYTES:  # nobody kept the file of such a request, so it is missing
            self.fields["file"].error_messages["required"] = self.TOO_LARGE

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(self.TOO_LARGE)
        return file


class ColumnsForm(forms.Form):
    """Which of a file's headings is which column; ``reading`` says what their names made us think."""

    NONE = ""

    def __init__(self, *args, reading, **kwargs):
        super().__init__(*args, **kwargs)
        titles = [
            (str(at), title or _("Column %(n)s, without a title") % {"n": at + 1})
            for at, title in enumerate(reading.headings)
        ]
        for column in ("email", "name", *PARTS_OF_NAME, *COLUMNS[2:]):
            self.fields[column] = forms.TypedChoiceField(
                label=COLUMN_LABELS[column],
                choices=[(self.NONE, _("Not in this file")), *titles],
                coerce=int,
                empty_value=None,
                required=False,
                initial=reading.places.get(column, self.NONE),
                widget=forms.Select(attrs={"class": "form-select"}),
            )
            self.fields[column].has_default = True

    def columns(self):
        """Column → which of the headings."""
        return {column: at for column, at in self.cleaned_data.items() if at is not None}

    def clean(self):
        data = super().clean()
        if data.get("email") is None:
            self.add_error(
                "email", _("Say which column holds the e-mail addresses. Nobody can be invited without one.")
            )
        if all(data.get(column) is None for column in ("name", *PARTS_OF_NAME)):
            self.add_error("name", _("Say which column holds the names, or choose first name and last name below."))
        taken = {}
        for column, at in self.columns().items():
            if at in taken:
                self.add_error(
                    column,
                    _("This column is chosen for “%(other)s” as well. Choose another for one of them.")
                    % {"other": COLUMN_LABELS[taken[at]]},
                )
            taken.setdefault(at, column)
        return data


class DraftForm(forms.Form):
    """What the page of a writing form sends while somebody types: every field by name, as JSON."""

    place = forms.CharField(max_length=Draft._meta.get_field("place").max_length)
    tab = forms.UUIDField()
    by = forms.UUIDField(required=False)
    earlier = forms.CharField(required=False, max_length=80)
    words = forms.JSONField(required=False)

    def clean_tab(self):
        return str(self.cleaned_data["tab"])

    def clean_words(self):
        words = self.cleaned_data["words"] or {}
        if not isinstance(words, dict) or not all(isinstance(value, str) for value in words.values()):
            raise forms.ValidationError(_("Names and texts only."))
        return words


class LeaveForm(forms.Form):
    """Whether what one wrote stays with the group; without an answer it stays."""

    STAYS, GOES = "stays", "goes"
    words = forms.ChoiceField(
        label=_("What you wrote here"),
        choices=[
            (STAYS, _("It stays with the group: your shared goals, check-ins, steps, and the notes you wrote")),
            (GOES, _("It goes with me: all of it is erased for good, also the notes others have from me")),
        ],
        required=False,
        initial=STAYS,
        widget=forms.RadioSelect,
    )
    words.has_default = True  # so it is not called optional

    def __init__(self, *args, is_pair=False, **kwargs):
        super().__init__(*args, **kwargs)
        if is_pair:
            self.fields["words"].choices = [
                (
                    self.STAYS,
                    _("It stays for the other one: your shared goals, check-ins, steps, and the notes you wrote"),
                ),
                (
                    self.GOES,
                    _("It goes with me: all of it is erased for good, also the notes the other one has from me"),
                ),
            ]


class RhythmForm(forms.Form):
    """How often the two mean to talk."""

    rhythm = forms.TypedChoiceField(
        label=_("How often you talk"), choices=Rhythm.choices, coerce=int, initial=Rhythm.TWO_WEEKS, empty_value=None
    )


class PairTermsForm(RhythmForm):
    """A rhythm, and the day on which the two decide again; between tomorrow and a year from ``today``."""

    decide_on = forms.DateField(
        label=_("When you decide again"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("On that day both of you are asked: go on, change the rhythm, or stop."),
    )

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["decide_on"].initial = today + timedelta(weeks=12)

    def clean_decide_on(self):
        day = self.cleaned_data["decide_on"]
        if not self.today < day <= self.today + timedelta(days=366):
            raise forms.ValidationError(_("Choose a day after today, within a year."))
        return day


class RenewForm(PairTermsForm):
    """How to go on."""

    field_order = ("key", "rhythm", "decide_on")
    key = OnceField()


class PairInvitationForm(PairTermsForm):
    """Whom to invite, with a personal line. Without an address the invitation is a link."""

    field_order = ("key", "email", "line", "rhythm", "decide_on")
    key = OnceField()
    email = forms.EmailField(
        label=_("Your colleague's e-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("We send them one mail. Leave it empty to get a link that you hand over yourself."),
    )
    line = WordsField(
        label=_("A personal line"),
        limit=LINE_LIMIT,
        rows=3,
        required=False,
        help_text=_("Why them, or what you would like to think about together. It is not in the mail."),
    )


class RemoveForm(forms.Form):
    """Why somebody is removed: one of a list."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=Membership.Reason.choices,
        widget=forms.RadioSelect,
        help_text=_("The person is told the reason; the group only that they were removed."),
        error_messages={"required": _("Choose a reason. Nothing has happened yet.")},
    )


class FacilitatorForm(forms.Form):
    """Who is to facilitate a group that is there; ``offers`` are all who have the duty and are not in the group."""

    person = forms.ChoiceField(
        label=_("Facilitator"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose somebody."), "invalid_choice": _("Choose one of these.")},
    )

    def __init__(self, *args, offers, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {str(one.load.person.pk): one.load.person for one in offers}
        self.fields["person"].choices = [(str(one.load.person.pk), _in_words(one)) for one in offers]

    @property
    def chosen(self):
        """Who it is to be."""
        return self.people[self.cleaned_data["person"]]


class LoadsForm(forms.Form):
    """How many groups each takes on; ``loads`` are everybody with the facilitator's duty."""

    def __init__(self, *args, loads, **kwargs):
        super().__init__(*args, **kwargs)
        self.loads = loads
        told = _("Write a number from 0 to %(most)s.") % {"most": MOST_GROUPS}
        for load in loads:
            self.fields[self._name(load)] = forms.IntegerField(
                label=_("Groups that %(name)s takes on") % {"name": load.person.name},
                min_value=0,
                max_value=MOST_GROUPS,
                initial=load.most,
                widget=forms.NumberInput(attrs={"class": "form-control"}),
                error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), told),
            )

    @staticmethod
    def _name(load):
        return f"most_{load.person.pk}"

    def rows(self):
        """Each load with its field."""
        return [(load, self[self._name(load)]) for load in self.loads]

    def most(self):
        """Person's id → how many groups they take on."""
        return {load.person.pk: self.cleaned_data[self._name(load)] for load in self.loads}


def _in_words(offer):
    load = offer.load
    has = ngettext("%(has)s of %(most)s group", "%(has)s of %(most)s groups", load.most) % {
        "has": load.has,
        "most": load.most,
    }
    if offer.suits:
        why = _("nothing stands against it")
    elif offer.forbidden or offer.against:
        why = " ".join((*offer.forbidden, *offer.against))
    else:
        why = _("has no room")
    return f"{load.person.name} · {has} · {why}"


class MergeForm(forms.Form):
    """Who of a group goes to which other: ``participant.group``, with commas between them."""

    to = forms.CharField(max_length=2_000)

    def clean_to(self):
        pairs = [part.partition(".") for part in self.cleaned_data["to"].split(",")]
        try:
            targets = {UUID(participant): UUID(group) for participant, _dot, group in pairs}
        except ValueError as error:
            raise forms.ValidationError("Not a way into other groups.") from error
        if len(targets) < len(pairs):
            raise forms.ValidationError("Somebody goes to two groups.")
        return targets


class CharterForm(forms.Form):
    """The clauses of a charter as numbered rows of a name and a text; rows that are left empty drop.

    All rows are fields; ``rows`` says how many of them the page shows, besides those that hold something.
    """

    key = OnceField()
    rows = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, clauses=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("rows", len(clauses))
        for number in range(1, MOST_CLAUSES + 1):
            self.fields[f"title_{number}"] = WordsField(label=_("In a few words"), limit=TITLE_LIMIT, required=False)
            self.fields[f"text_{number}"] = WordsField(
                label=_("What it means"), limit=TEXT_LIMIT, rows=3, required=False
            )
        for number in range(1, len(clauses) + 1):  # a clause that is there is not called optional
            self.fields[f"title_{number}"].has_default = self.fields[f"text_{number}"].has_default = True
        for number, (title, text) in enumerate(clauses, start=1):
            self.initial |= {f"title_{number}": title, f"text_{number}": text}

    def typed(self):
        """What stands in the rows that the page shows, as it was typed.

        Of what was sent nothing that holds something is left out, whatever ``rows`` says.
        """
        values = [(self[f"title_{n}"].value() or "", self[f"text_{n}"].value() or "") for n in self._numbers()]
        filled = [at for at, row in enumerate(values, start=1) if any(row)] if self.is_bound else []
        return values[: max(self._shown(), *filled, 1)]

    def shown_rows(self):
        """(number, name field, text field) of each row that the page shows."""
        return [(n, self[f"title_{n}"], self[f"text_{n}"]) for n in range(1, len(self.typed()) + 1)]

    def can_grow(self):
        return len(self.typed()) < MOST_CLAUSES

    def _shown(self):
        shown = str(self["rows"].value() or "")
        return min(int(shown), MOST_CLAUSES) if shown.isascii() and shown.isdigit() and len(shown) < 3 else 0

    @staticmethod
    def _numbers():
        return range(1, MOST_CLAUSES + 1)

    def clean(self):
        data = super().clean()
        clauses = []
        for number in self._numbers():
            title, text = data.get(f"title_{number}"), data.get(f"text_{number}")
            if title and text == "":
                self.add_error(f"text_{number}", _("Say in a sentence or two what this clause means."))
            if text and title == "":
                self.add_error(f"title_{number}", _("Give this clause a name of a few words."))
            if title and text:
                clauses.append((title, text))
        if not clauses and not self.errors:
            raise forms.ValidationError(_("A charter has at least one clause."))
        if len(packed(clauses)) > Charter.clauses.field.limit:
            raise forms.ValidationError(_("All clauses together are too long. Shorten some of them."))
        data["clauses"] = clauses
        return data
