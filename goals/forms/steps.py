"""What a person types about a step."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.form_fields import OnceField, PickField, WordsField
from goals.forms.fields import DayField
from goals.models import ActionStep


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
