"""What a person types about a goal."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.form_fields import OnceField, WordsField
from goals.forms.fields import DayField
from goals.models import Goal, text_of
from goals.prompts import prompts_for
from goals.selectors import version_of

WORDS = ("title", "behavior", "why", "first_steps")


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
    first_steps = WordsField(
        label=_("What could be first steps?"),
        help_text=_("One a line. Once the goal is shared, you can make each of them a step with a day."),
        limit=Goal.first_steps.field.limit,
        rows=3,
        required=False,
    )
    version = forms.CharField(widget=forms.HiddenInput, required=False)  # of the words that one rewords

    def __init__(self, *args, today, privacy, goal=None, **kwargs):
        super().__init__(*args, **kwargs)
        for name in WORDS:
            self.fields[name].privacy = privacy
            if goal:
                self.initial[name] = text_of(getattr(goal, name))
        if goal:
            self.initial |= {"target_on": goal.target_on, "version": version_of(goal)}
        del self.fields["key" if goal else "version"]
        self.fields["target_on"].begin(today, kept=goal and goal.target_on)

    looked_at = has_questions = False

    def wants_questions(self):
        """Whether its writer asked to look at it once more; then what was posted is offered as it is, with questions.

        Nothing is checked and nothing is stored.
        """
        if not self.is_bound or "look" not in self.data:
            return False
        typed = {name: self.data.get(name, "") for name in self.fields}
        self.is_bound, self.initial = False, typed
        found = prompts_for(**{name: typed[name] for name in ("behavior", "why", "first_steps")})
        for name, questions in found.items():
            self.fields[name].questions = questions
        self.looked_at, self.has_questions = True, bool(found)
        return True

    def look_again(self, goal):
        """Offer what was posted once more, after its writer has seen the words that the goal has now."""
        self.data = self.data.copy()
        self.data["version"] = version_of(goal)


class GoalDayForm(forms.Form):
    """The day of a goal whose words stay as they are."""

    target_on = DayField(label=_("By when?"))

    def __init__(self, *args, today, goal, **kwargs):
        super().__init__(*args, initial={"target_on": goal.target_on}, **kwargs)
        self.fields["target_on"].begin(today, kept=goal.target_on)


class CloseGoalForm(forms.Form):
    """How a goal ended, and what was learned."""

    outcome = forms.ChoiceField(
        label=_("How does it end?"),
        choices=[(Goal.Outcome.REACHED, _("Reached")), (Goal.Outcome.LET_GO, _("I let it go"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    lesson = WordsField(
        label=_("What did you learn?"),
        help_text=_("A sentence is enough. Needed when you let a goal go: it is what you keep of it."),
        limit=Goal.lesson.field.limit,
        rows=4,
        required=False,
    )

    def __init__(self, *args, privacy, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["outcome"].look = "segmented"
        self.fields["lesson"].privacy = privacy

    def clean(self):
        values = super().clean()
        if values.get("outcome") == Goal.Outcome.LET_GO and "lesson" in values and not values["lesson"]:
            self.add_error("lesson", _("Write a sentence about what you learned. Why now is not the time will do."))
        return values
