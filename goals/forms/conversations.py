"""What the two of a pair type in a conversation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.form_fields import OnceField, WordsField
from goals.forms.steps import StepForm
from goals.models import ConversationTurn

_Part = ConversationTurn.Part
# Label, help, and whether it may stay empty, because it was said aloud or there is nothing to add.
_TEXT = {
    _Part.ISSUE: (_("What is it about?"), _("The issue as it stands, in a few sentences."), False),
    _Part.QUESTION: (_("Your question"), _("One open question. No advice in it yet."), False),
    _Part.ANSWER: (_("Your answer"), _("A few words are enough. Leave it empty if you said it aloud."), True),
    _Part.VIEW: (_("Your own view"), _("What you see, now that you have asked. It is one view."), False),
    _Part.REACTION: (_("What do you make of it?"), _("What fits, what does not, what is new."), False),
    _Part.CHECK: (
        _("What would you ask or add?"),
        _("What might come in between, what is missing. Leave it empty if nothing is."),
        True,
    ),
}
_MORE = {
    _Part.ISSUE: (
        _("What is strong and what is weak in what you did, or plan?"),
        _("Your own analysis comes first: your coach asks about it before they say what they think."),
    ),
    _Part.REACTION: (_("What could you do?"), _("A solution, or a next step. It becomes your step at the end.")),
}


class TurnForm(forms.Form):
    """One turn: the words, and with an issue or a reaction a second text."""

    key = OnceField()
    text = WordsField(limit=ConversationTurn.text.field.limit, rows=4)
    more = WordsField(limit=ConversationTurn.more.field.limit, rows=4)

    def __init__(self, *args, part, privacy, noting="", **kwargs):
        super().__init__(*args, **kwargs)
        text = self.fields["text"]
        text.label, text.help_text, is_optional = _TEXT[part]
        text.required = not is_optional
        if noting:
            text.label = _("What %(name)s said") % {"name": noting}
            text.help_text = _("In their words. It says that you wrote it down.")
        if part in _MORE:
            self.fields["more"].label, self.fields["more"].help_text = _MORE[part]
        else:
            del self.fields["more"]
        for field in self.fields.values():
            field.privacy = privacy

    def clean(self):
        return {"more": "", **super().clean()}


class ClosingStepForm(StepForm):
    """The step with which a conversation is closed: once, by a day; the coach is offered as the one who asks."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["rhythm"]
        self.fields["asker"].help_text = _("They can agree, or say that it is not them, without a reason.")
