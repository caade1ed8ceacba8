"""What a person types about a goal, a check-in or a step."""

from goals.forms.check_ins import CheckInForm
from goals.forms.fields import DayField
from goals.forms.goals import GoalForm
from goals.forms.notes import CheckInNoteForm
from goals.forms.rhythms import PartnerForm, RhythmForm
from goals.forms.steps import AnswerForm, AskForm, KeptForm, LetGoForm, MoveForm, StepForm

__all__ = [
    "AnswerForm",
    "AskForm",
    "CheckInForm",
    "CheckInNoteForm",
    "DayField",
    "GoalForm",
    "KeptForm",
    "LetGoForm",
    "MoveForm",
    "PartnerForm",
    "RhythmForm",
    "StepForm",
]
