"""What members work on, and how they keep themselves and one another to it."""

from goals.models.askers import AskerAnswer, AskerAnswerQuerySet
from goals.models.check_ins import CheckIn, CheckInQuerySet
from goals.models.conversations import (
    FOR_THE_COACH,
    ConversationTurn,
    ConversationTurnQuerySet,
    PairConversation,
    PairConversationQuerySet,
)
from goals.models.goals import Goal, GoalQuerySet, text_of
from goals.models.journal import JournalEntry, JournalEntryQuerySet
from goals.models.kept import StepKept, StepKeptQuerySet
from goals.models.links import CheckInLink
from goals.models.moves import StepMove, StepMoveQuerySet
from goals.models.notes import CheckInNote, CheckInNoteQuerySet
from goals.models.partners import CheckInPartner, CheckInPartnerQuerySet, RotationPlace, RotationPlaceQuerySet
from goals.models.readings import ProgressReading, ProgressReadingQuerySet, ReadingRequest, ReadingRequestQuerySet
from goals.models.rhythms import CheckInRhythm, CheckInRhythmQuerySet
from goals.models.steps import ActionStep, ActionStepQuerySet
from goals.models.versions import GoalVersion, GoalVersionQuerySet

__all__ = [
    "ActionStep",
    "ActionStepQuerySet",
    "AskerAnswer",
    "AskerAnswerQuerySet",
    "CheckIn",
    "CheckInLink",
    "CheckInNote",
    "CheckInNoteQuerySet",
    "CheckInPartner",
    "CheckInPartnerQuerySet",
    "CheckInQuerySet",
    "CheckInRhythm",
    "CheckInRhythmQuerySet",
    "ConversationTurn",
    "ConversationTurnQuerySet",
    "FOR_THE_COACH",
    "Goal",
    "GoalQuerySet",
    "GoalVersion",
    "GoalVersionQuerySet",
    "JournalEntry",
    "JournalEntryQuerySet",
    "PairConversation",
    "PairConversationQuerySet",
    "ProgressReading",
    "ProgressReadingQuerySet",
    "ReadingRequest",
    "ReadingRequestQuerySet",
    "RotationPlace",
    "RotationPlaceQuerySet",
    "StepKept",
    "StepKeptQuerySet",
    "StepMove",
    "StepMoveQuerySet",
    "text_of",
]
