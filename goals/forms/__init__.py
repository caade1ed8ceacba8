"""What a person types about a goal, a check-in, a step or a reading."""

from goals.forms.check_ins import CheckInForm
from goals.forms.conversations import ClosingStepForm, TurnForm
from goals.forms.fields import DayField
from goals.forms.goals import CloseGoalForm, GoalDayForm, GoalForm
from goals.forms.journal import EntryForm, JournalSearchForm
from goals.forms.notes import CheckInNoteForm
from goals.forms.readings import AskForReadingsForm, ReadingForm
from goals.forms.rhythms import PartnerForm, RhythmForm
from goals.forms.steps import AnswerForm, AskForm, KeptForm, LetGoForm, MoveForm, StepForm

__all__ = [
    "AnswerForm",
    "AskForReadingsForm",
    "AskForm",
    "CheckInForm",
    "CheckInNoteForm",
    "CloseGoalForm",
    "ClosingStepForm",
    "DayField",
    "EntryForm",
    "GoalDayForm",
    "GoalForm",
    "JournalSearchForm",
    "KeptForm",
    "LetGoForm",
    "MoveForm",
    "PartnerForm",
    "ReadingForm",
    "RhythmForm",
    "StepForm",
    "TurnForm",
]
