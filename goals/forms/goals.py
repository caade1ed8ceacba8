"""What a person types about a goal."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.form_fields import OnceField, WordsField
from goals.forms.fields import DayField
from goals.models import Goal
from goals.selectors import version_of


class GoalForm(forms.Form):
    """A learning goal; ``goal`` when one rewords it."""

    key = OnceField()
    title = WordsField(
        label=_("What do you want to learn or do differently?"),
        help_text=_("In a few words, such as “Speak first, not last”."),
        limit=Goal.title.field.limit,
    )
    behavior = WordsField(
        label=_("What would we see?"),
        help_text=_("The behavior that others could notice when you do it."),
        limit=Goal.behavior.field.limit,
        rows=3,
    )
    why = WordsField(label=_("Why does it matter?"), limit=Goal.why.field.limit, rows=3, required=False)
    target_on = DayField(label=_("By when?"))
    version = forms.CharField(widget=forms.HiddenInput, required=False)  # of the words that one rewords

    def __init__(self, *args, today, privacy, goal=None, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("title", "behavior", "why"):
            self.fields[name].privacy = privacy
            if goal:
                self.initial[name] = getattr(goal, name).open()
        if goal:
            self.initial |= {"target_on": goal.target_on, "version": version_of(goal)}
        del self.fields["key" if goal else "version"]
        self.fields["target_on"].begin(today, kept=goal and goal.target_on)

    def look_again(self, goal):
        """Offer what was posted once more, after its writer has seen the words that the goal has now."""
        self.data = self.data.copy()
        self.data["version"] = version_of(goal)
