"""What a person types in their journal."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.form_fields import OnceField, WordsField
from goals.models import JournalEntry
from goals.selectors import version_of_entry


class EntryForm(forms.Form):
    """An entry, and the goal of one's own that it is about; ``entry`` when one rewords it."""

    key = OnceField()
    text = WordsField(label=_("What do you want to remember?"), limit=JournalEntry.text.field.limit, rows=10)
    goal_ref = forms.ChoiceField(label=_("Is it about one of your goals?"), required=False)
    version = forms.CharField(widget=forms.HiddenInput, required=False)  # of the words that one rewords

    def __init__(self, *args, privacy, goals, entry=None, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [("", _("No particular goal")), *((str(goal.pk), goal.title.open()) for goal in goals)]
        if entry:
            about = entry.goal_ref.open()
            self.initial |= {"text": entry.text.open(), "goal_ref": about, "version": version_of_entry(entry)}
            if about not in dict(choices):
                choices.append((about, _("A goal that you can no longer open")))
        self.fields["text"].privacy = privacy
        self.fields["goal_ref"].choices = choices
        if len(choices) == 1:
            del self.fields["goal_ref"]
        del self.fields["key" if entry else "version"]

    def clean(self):
        return {"goal_ref": "", **super().clean()}

    def look_again(self, entry):
        """Offer what was posted once more, after its writer has seen the words that the entry has now."""
        self.data = self.data.copy()
        self.data["version"] = version_of_entry(entry)


class JournalSearchForm(forms.Form):
    """Words to look for; they are posted, so that none is in an address."""

    words = WordsField(label=_("Look for"), limit=200)

    def __init__(self, *args, privacy, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["words"].widget.attrs |= {"type": "search", "autocomplete": "off"}
        self.fields["words"].privacy = privacy
