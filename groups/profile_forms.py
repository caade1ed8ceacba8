"""The form behind the link of a mail: what a participant says of themselves."""

from zoneinfo import ZoneInfo

from django import forms
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from accounts.forms import zone_choices
from groups import permissions
from groups.models import Style, Topic
from groups.roster.cells import as_address
from groups.roster.model import LIMITS, LISTS
from groups.services.profiles import MOST_NAMED

FIRST_HOUR, LAST_HOUR = 6, 22
MOST_TOPICS = 3


class ProfileForm(forms.Form):
    """Hours, languages, topics, style, and whom they would rather not sit with; nothing is required."""

    timezone = forms.ChoiceField(label=_("Your time zone"), choices=zone_choices)
    free = forms.TypedMultipleChoiceField(coerce=int, choices=[(hour, hour) for hour in range(7 * 24)], required=False)
    languages = forms.CharField(
        label=_("Languages in which you can think and speak"),
        max_length=400,
        required=False,
        help_text=_("For example: en, de. All of a group have one in common."),
    )
    topics = forms.MultipleChoiceField(
        label=_("What you want to work on"),
        choices=Topic.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Up to three. A group is better with different ones."),
    )
    style = forms.ChoiceField(
        label=_("How you take part"),
        choices=[("", _("I would rather not say")), *Style.choices],
        widget=forms.RadioSelect,
        required=False,
    )
    named = forms.CharField(
        label=_("Whom you would rather not sit with"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
        required=False,
        help_text=_("Their work mail addresses, one on each line. You need no reason."),
    )
    take_back = forms.BooleanField(required=False)

    def __init__(self, *args, profile, **kwargs):
        initial = {
            "timezone": profile.timezone,
            "free": profile.free,
            "languages": ", ".join(profile.languages),
            "topics": profile.topics,
            "style": profile.style,
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["named"].privacy = permissions.who_reads_named()
        for name in ("timezone", "style", "topics", "languages"):
            self.fields[name].has_default = True
        if profile.completed_at is None:  # until they have said it, the browser knows best where they are
            self.fields["timezone"].widget.attrs["data-timezone"] = "replace"
        if profile.named:
            self.fields["take_back"].label = _("Take back the %(n)s I named before") % {"n": profile.named}
        else:
            del self.fields["take_back"]

    def week(self):
        """(hour, [(hour of the week, day in words, is free)]) of each line of the grid."""
        chosen = {str(hour) for hour in self["free"].value() or ()}
        hours = sorted({*range(FIRST_HOUR, LAST_HOUR), *(int(one) % 24 for one in chosen if one.isdigit())})
        return [
            (hour, [(24 * day + hour, WEEKDAYS[day], str(24 * day + hour) in chosen) for day in range(7)])
            for hour in hours
        ]

    @staticmethod
    def days():
        """(short, long) of each day, Monday first."""
        return [(WEEKDAYS_ABBR[day], WEEKDAYS[day]) for day in range(7)]

    def clean_languages(self):
        found = {}
        for part in self.cleaned_data["languages"].replace(";", ",").replace("\n", ",").split(","):
            if text := " ".join(part.split()):
                found.setdefault(text.casefold(), text)
        if len(found) > LISTS["languages"] or any(len(text) > LIMITS["languages"] for text in found):
            raise forms.ValidationError(_("That is more than fits. Name the languages with commas between them."))
        return list(found.values())

    def clean_timezone(self):
        return ZoneInfo(self.cleaned_data["timezone"]).key

    def clean_topics(self):
        topics = self.cleaned_data["topics"]
        if len(topics) > MOST_TOPICS:
            raise forms.ValidationError(_("Choose up to three, those that matter most now."))
        return topics

    def clean_named(self):
        named = []
        for text in self.cleaned_data["named"].replace(",", "\n").replace(";", "\n").split("\n"):
            if not (text := text.strip()):
                continue
            address = as_address(text)
            if address is None:
                raise forms.ValidationError(
                    _("“%(text)s” is not a mail address. Write it like name@company.com, one on each line.")
                    % {"text": text[:60]}
                )
            named.append(address)
        if len(named) > MOST_NAMED:
            raise forms.ValidationError(_("At most ten at a time."))
        return list(dict.fromkeys(named))

    def answers(self):
        """What is kept, for the service."""
        return {"take_back": False, **self.cleaned_data}
