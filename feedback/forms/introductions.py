"""What a member tells the group about themselves."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.form_fields import TickedField, WordsField
from feedback.models import Introduction
from feedback.models.introductions import WORDS
from feedback.topics import MOST, TOPICS

QUESTIONS = {
    "working_on": (_("What I am working on"), _("At work, or in how you work.")),
    "misread": (_("What people misread about me"), _("What they take it for, and what it is.")),
    "thinking": (_("What helps me think"), _("Questions, silence, a walk, a blunt word.")),
    "call_out": (_("What to call me out on"), _("What you would like to be told when they see it.")),
    "outside": (_("Something outside of work"), _("Whatever you like them to know.")),
}


class IntroductionForm(forms.Form):
    """Five short questions and some topics; each may be left out, but not all of them."""

    topics = TickedField(
        label=_("Which of these are on your mind?"),
        help_text=_("Up to six. Your group sees who picked the same, and who picked something else."),
        choices=list(TOPICS.items()),
        required=False,
        error_messages={"invalid_choice": _("One of those is not on the list. Look at the list again.")},
    )

    def __init__(self, *args, privacy, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topics"].look = "picks"
        for name in WORDS:
            label, hint = QUESTIONS[name]
            limit = getattr(Introduction, name).field.limit
            self.fields[name] = WordsField(label=label, help_text=hint, limit=limit, rows=2, required=False)
        for field in self.fields.values():
            field.privacy = privacy

    def clean_topics(self):
        topics = list(dict.fromkeys(self.cleaned_data["topics"]))
        if len(topics) > MOST:
            raise ValidationError(
                _("You picked %(count)s. Pick up to six, those that matter most now.") % {"count": len(topics)}
            )
        return topics

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not any(cleaned.values()):
            raise ValidationError(_("Nothing is written or picked yet. One answer or one topic is enough."))
        return cleaned

    def shared(self):
        """What the form says, as the service takes it."""
        return {"words": {name: self.cleaned_data[name] for name in WORDS}, "topics": self.cleaned_data["topics"]}
