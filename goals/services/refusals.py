"""What is refused, by name."""


class GoalAlreadyShared(Exception):
    """An earlier request has shared the goal, or it is closed."""


class GoalClosed(Exception):
    """The goal is closed; its wording and its check-ins stay as they are."""


class GoalChanged(Exception):
    """The goal's words are not those that the form was opened with."""


class GoalNotShared(Exception):
    """Check-ins and steps belong to goals that the group can read."""


class StepAlreadyClosed(Exception):
    """An earlier request has closed the step."""


class DayHasPassed(Exception):
    """A date must be today or later, in the zone of whoever set it."""


class NotAPeer(Exception):
    """Only somebody else who reads the group now can be the one who asks."""


class StepMoved(Exception):
    """The step's day is not the one that the form was opened with."""


class SameDay(Exception):
    """A move goes to another day."""


class TooLateToReopen(Exception):
    """A close can be taken back for a few minutes, once."""


class NotAsked(Exception):
    """Somebody else is to ask about the step, or nobody, or it is closed."""


class AlreadyAnswered(Exception):
    """Whoever has said that it is not them is not asked again."""


class NotADayOfPractice(Exception):
    """The practice does not fall on that day, or the day is long past or ahead."""


class TooManyGoals(Exception):
    """As many shared goals are open as one works on at a time."""


class WordingFrozen(Exception):
    """Peers have given readings on these words: new ones are a new version."""


class LessonMissing(Exception):
    """Whoever lets a goal go says what was learned."""


class NobodyLeftToAsk(Exception):
    """Everybody who was chosen has been asked in this round."""


class RequestEnded(Exception):
    """The request was answered, declined or taken back, or its last day has passed."""


class EntryChanged(Exception):
    """The entry of the journal was reworded since its form was opened."""


class PairHasEnded(Exception):
    """One of the two has ended the pair."""


class NobodyThere(Exception):
    """The other one has not signed yet, or has left."""


class ConversationOpen(Exception):
    """A pair has one conversation at a time, and it is open."""


class NotTheTurn(Exception):
    """Something else is waited for by now."""


class NotYourTurn(Exception):
    """It is the other one who writes this."""


class ConversationLetGo(Exception):
    """One of the two has let the conversation go; nothing is added to it any more."""


class StepMissing(Exception):
    """A conversation is closed with a step that has a day."""
