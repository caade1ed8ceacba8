"""What a person types in a note, or below one."""

from feedback.forms.air import FlagForm, PlanForm
from feedback.forms.answers import AnswerForm
from feedback.forms.help import HelpForm
from feedback.forms.introductions import IntroductionForm
from feedback.forms.mirrors import MirrorForm, PickForm
from feedback.forms.notes import NoteForm
from feedback.forms.requests import AskForm
from feedback.forms.sharing import ShareForm
from feedback.forms.watching import ClosingNoteForm, WatchForm

__all__ = [
    "AnswerForm",
    "AskForm",
    "ClosingNoteForm",
    "FlagForm",
    "HelpForm",
    "IntroductionForm",
    "MirrorForm",
    "NoteForm",
    "PickForm",
    "PlanForm",
    "ShareForm",
    "WatchForm",
]
