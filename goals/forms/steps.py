"""What a person types about a step."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.form_fields import OnceField, PickField, WordsField
from goals.forms.fields import DayField
from goals.models import ActionStep, StepMove


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
    rhythm = forms.ChoiceField(
        label=_("Is it something to do again and again?"),
        help_text=_("Until the day above. Each week falls on the weekday of that day."),
        choices=[("", _("No, once")), *ActionStep.Rhythm.choices],
        required=False,
    )
    asker = PickField(
        label=_("Who will ask you about it?"),
        help_text=_("Somebody here. They can agree, or say that it is not them, without a reason."),
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


class MoveForm(forms.Form):
    """Another day for a step, and why; ``from_on`` is the day that the form was opened with."""

    key = OnceField()
    from_on = forms.DateField(widget=forms.HiddenInput)
    to_on = DayField(label=_("To which day?"))
    why = WordsField(
        label=_("What came in between?"), help_text=_("A few words are enough."), limit=StepMove.why.field.limit, rows=2
    )

    def __init__(self, *args, today, privacy, step, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to_on"].begin(today)
        self.fields["why"].privacy = privacy
        self.initial["from_on"] = step.due_on

    def clean_to_on(self):
        to_on = self.cleaned_data["to_on"]
        if to_on == self.cleaned_data.get("from_on"):
            raise ValidationError(_("That is the day it has now. Choose another day."), code="same")
        return to_on

    def look_again(self, step):
        """Offer what was posted once more, after its writer has seen the day that the step has now."""
        self.data = self.data.copy()
        self.data["from_on"] = step.due_on.isoformat()
        self.add_error(None, _("This step has another day by now. Your words are still here; look at the day again."))


class LetGoForm(forms.Form):
    """A word why a step is let go, or none."""

    why = WordsField(
        label=_("Why do you let it go? (optional)"), limit=ActionStep.why_let_go.field.limit, rows=2, required=False
    )

    def __init__(self, *args, privacy, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["why"].privacy = privacy


class AskForm(forms.Form):
    """Who will ask about a step."""

    asker = PickField(label=_("Who will ask you about it?"), required=True)

    def __init__(self, *args, peers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["asker"].error_messages["required"] = _("Choose somebody from the list.")
        self.fields["asker"].offer(peers, label=lambda peer: peer.person.name, blank=_("Choose a name"))


class AnswerForm(forms.Form):
    """What the peer says who was named."""

    answer = forms.ChoiceField(choices=[("agree", "agree"), ("not_me", "not_me")])


class KeptForm(forms.Form):
    """One day of a practice: kept, or not."""

    on = forms.DateField()
    kept = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
