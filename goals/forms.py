"""What a person types about a goal, a check-in or a step."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.form_fields import OnceField, PickField, WordsField
from goals.models import ActionStep, CheckIn, Goal
from goals.selectors import version_of


class DayField(forms.DateField):
    """A day from today on; ``kept`` is the day that the row has already, which may stay."""

    default_error_messages = {
        "required": _("Choose a day."),
        "invalid": _("That is not a date. Choose a day, such as 2027-02-09."),
        "past": _("That day has passed. Choose today or a later day."),
    }

    def __init__(self, **kwargs):
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)

    def begin(self, today, kept=None):
        self.today, self.kept = today, kept
        self.widget.attrs["min"] = min(today, kept or today).isoformat()

    def validate(self, value):
        super().validate(value)
        if value and value < self.today and value != self.kept:
            raise ValidationError(self.error_messages["past"], code="past")


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


class CheckInForm(forms.Form):
    """Four things on one screen; only the first is needed."""

    key = OnceField()
    how_it_went = WordsField(label=_("How did it go?"), limit=CheckIn.how_it_went.field.limit, rows=3)
    confidence = forms.ChoiceField(
        label=_("How confident are you? (optional)"),
        help_text=_("On your own scale. It is compared with nothing but your other check-ins."),
        choices=[(str(number), str(number)) for number in range(11)],
        widget=forms.RadioSelect,
        required=False,
    )
    what_next = WordsField(label=_("What comes next?"), limit=CheckIn.what_next.field.limit, required=False)
    help_wanted = WordsField(label=_("What help do you want?"), limit=CheckIn.help_wanted.field.limit, required=False)

    def __init__(self, *args, privacy, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["confidence"].look = "scale"
        self.fields["confidence"].ends = (_("Not at all"), _("Fully"))
        for name in ("how_it_went", "confidence", "what_next", "help_wanted"):
            self.fields[name].privacy = privacy


class StepForm(forms.Form):
    """A dated commitment, and the peer who will ask about it."""

    key = OnceField()
    text = WordsField(
        label=_("What will you do?"),
        help_text=_("One thing that is done or not done, such as “Ask Priya about the board memo”."),
        limit=ActionStep.text.field.limit,
        rows=2,
    )
    due_on = DayField(label=_("By when?"))
    asker = PickField(
        label=_("Who will ask you about it?"),
        help_text=_("Somebody of your group, who sees their name beside the step."),
        required=False,
    )
    goal = PickField(label=_("Which goal does it serve?"), required=False)

    def __init__(self, *args, today, privacy, peers, goals, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].privacy = privacy
        self.fields["due_on"].begin(today)
        self.fields["asker"].offer(peers, label=lambda peer: peer.person.name, blank=_("Nobody"))
        if goals:
            self.fields["goal"].offer(goals, label=lambda goal: goal.title.open(), blank=_("No particular goal"))
        else:
            del self.fields["goal"]
