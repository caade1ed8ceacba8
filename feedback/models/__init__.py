"""What members tell one another, one to one."""

from feedback.models.air import AirFlag, AirFlagQuerySet
from feedback.models.answers import NoteAnswer, NoteAnswerQuerySet
from feedback.models.help import HelpRequest, HelpRequestQuerySet
from feedback.models.introductions import Introduction, IntroductionQuerySet
from feedback.models.mirrors import (
    Mirror,
    MirrorAsk,
    MirrorAskQuerySet,
    MirrorChoice,
    MirrorChoiceQuerySet,
    MirrorQuerySet,
)
from feedback.models.notes import FeedbackNote, FeedbackNoteQuerySet
from feedback.models.requests import FeedbackRequest, FeedbackRequestQuerySet
from feedback.models.watching import WatchedBehavior, WatchedBehaviorQuerySet

__all__ = [
    "AirFlag",
    "AirFlagQuerySet",
    "FeedbackNote",
    "FeedbackNoteQuerySet",
    "FeedbackRequest",
    "FeedbackRequestQuerySet",
    "HelpRequest",
    "HelpRequestQuerySet",
    "Introduction",
    "IntroductionQuerySet",
    "Mirror",
    "MirrorAsk",
    "MirrorAskQuerySet",
    "MirrorChoice",
    "MirrorChoiceQuerySet",
    "MirrorQuerySet",
    "NoteAnswer",
    "NoteAnswerQuerySet",
    "WatchedBehavior",
    "WatchedBehaviorQuerySet",
]
