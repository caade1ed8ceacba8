"""Agenda templates: what happens in a session, block by block, and what each role does in it.

A template is data. ``blocks_for`` turns it into the blocks of one session for so many people: blocks that go
around the table last so many minutes for each.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace


class AgendaError(ValueError):
    """No such agenda, or not for so many people; the text is for the person who plans."""


@dataclass(frozen=True, slots=True)
class Block:
    """One timed part of a session.

    ``instruction`` is for everybody, the others for one role each; a coachee turn has ``steps``, which add up to
    its minutes, and ``seat`` says which of the turns it is, from 1.
    """

    kind: str
    title: str
    minutes: int
    instruction: str
    per_person: bool = False
    minutes_each: int = 0
    for_coachee: str = ""
    for_coach: str = ""
    for_facilitator: str = ""
    prompts: tuple[str, ...] = ()
    steps: tuple["Block", ...] = ()
    seat: int = 0


@dataclass(frozen=True, slots=True)
class Agenda:
    """A template; ``minutes`` is what it takes with ``people`` people."""

    key: str
    title: str
    summary: str
    people: int
    people_min: int
    people_max: int
    blocks: tuple[Block, ...]

    @property
    def minutes(self) -> int:
        return total_minutes(blocks_for(self.key, self.people))


ARRIVE = Block(
    "arrive",
    "Arrive",
    5,
    "Put away what you came from. What is said here stays here; say it aloud once, together.",
    for_facilitator="Welcome everybody by name, recall the agreement in one sentence, and say how the time is planned.",
    prompts=("What would you like to leave outside the door?",),
)
CLEAR_AIR = Block(
    "clear_air",
    "Clearing the air",
    10,
    "Something stands between you that is better said than carried. Say what happened and what it did; listen to the "
    "end before you answer.",
    for_facilitator="Say why there is time for it, without a name. Whoever raised it speaks if they like. End with "
    "what you agree from now on, and mark it as handled.",
    prompts=("What would let us go on together?",),
)
CHECK_IN = Block(
    "check_in",
    "Check-in",
    0,
    "One after the other, say how you are and what is on your mind. Nobody comments; everybody listens.",
    per_person=True,
    minutes_each=2,
    for_facilitator="Start with somebody new each time. Give the same time to each, and thank without judging.",
    prompts=("What has your attention today?", "What went differently than you expected since we met?"),
)
STEPS_REVIEW = Block(
    "steps_review",
    "What became of your steps",
    0,
    "Say what you tried since last time, what came of it, and what you learned. Not done is an answer too.",
    per_person=True,
    minutes_each=2,
    for_coach="If you were the one to ask about a step, ask now.",
    for_facilitator="Keep it to what was tried and what was learned. Reasons and advice can wait for a turn.",
    prompts=("What did you do?", "What would you do the same way again?"),
)
TURN_STEPS = (
    Block(
        "present",
        "The issue",
        5,
        "The coachee describes the issue and what they make of it themselves. The others listen without a word.",
        for_coachee="Tell what happens, your own part in it, and what you would like from the group.",
        for_coach="Listen for what matters to them. Keep your questions for the next step.",
        for_facilitator="Protect the coachee's time. Nobody interrupts.",
        prompts=("What makes this matter now?", "What have you tried, and what came of it?"),
    ),
    Block(
        "clarify",
        "Questions to understand",
        5,
        "Ask short questions about facts only: who, what, since when.",
        for_coachee="Answer briefly. “I don't know” is a good answer.",
        for_coach="Ask what you need to know to understand, not to prove a point.",
        for_facilitator="Stop hidden advice: a question that begins with “have you tried” waits.",
        prompts=("Who else has a part in this?", "What exactly was said?"),
    ),
    Block(
        "questions",
        "Questions only",
        10,
        "Ask open questions that help the coachee think. No advice yet, no stories of your own.",
        for_coachee="Think aloud. You may leave a question unanswered.",
        for_coach="One question at a time, then wait. Silence is work in progress.",
        for_facilitator="Turn advice back into a question, and offer the floor to those who have not asked.",
        prompts=(
            "What have you not said yet?",
            "What would you do if you were not afraid of the answer?",
            "What does this say about what you need?",
        ),
    ),
    Block(
        "consult",
        "The group thinks aloud",
        7,
        "The coachee turns away and only listens. The others think together about what they heard and would try.",
        for_coachee="Turn your chair or switch off your camera. Write down what strikes you; do not answer.",
        for_coach="Talk about the coachee with the care you would want. Offer ideas as ideas; disagree if you do.",
        for_facilitator="Keep the talk among the group. See that kind and difficult thoughts both get said.",
        prompts=("What did we hear between the lines?", "What would each of us try?"),
    ),
    Block(
        "response",
        "What helped",
        4,
        "The coachee comes back and says what was useful and which ways are open now.",
        for_coachee="Say what struck you, what does not fit, and what you could do. You owe nobody an explanation.",
        for_coach="Listen. Do not defend your idea.",
        for_facilitator="Let the coachee have the word, and end the debate before it begins.",
        prompts=("What do you see now that you did not see before?",),
    ),
    Block(
        "action",
        "One step and who will ask",
        4,
        "The coachee chooses one step, the day by which it is done, and the person who will ask about it.",
        for_coachee="Make it small enough to do and clear enough that others could notice it.",
        for_coach="If you are the one who will ask, put the day in your calendar.",
        for_facilitator="Do not close the turn before step, day and name are said.",
        prompts=("What is the first thing you will do?", "How will we know that it is done?"),
    ),
)
TURN = Block(
    "turn",
    "Coachee turn",
    sum(step.minutes for step in TURN_STEPS),
    "One of you brings an issue; the others help them think. The steps follow one another on the screen.",
    for_coachee="This time is yours. Bring what is open, not what is solved.",
    for_coach="You are there for the coachee's thinking, not for your answer.",
    for_facilitator="Say whose turn it is, and lead from step to step.",
    steps=TURN_STEPS,
)
FEEDBACK = Block(
    "feedback",
    "Feedback in the room",
    10,
    "Tell somebody what you saw them do today and what it did to you. Then one thing to keep or to try.",
    for_coachee="Say what you heard and thank them. There is nothing to defend.",
    for_coach="Say what you saw, not what you think they are. Neither praise alone nor criticism alone.",
    for_facilitator="Go first if nobody does. Those who asked to be watched for something come first.",
    prompts=("When you …, I noticed …, and it made me …",),
)
COMMITMENTS = Block(
    "commitments",
    "What each takes along",
    0,
    "One sentence each: what you will do before we meet again, and who will ask you about it.",
    per_person=True,
    minutes_each=1,
    for_facilitator="See that every step has a day and a name, and that it is written down.",
    prompts=("What will you do, by when, and who asks?",),
)
CLOSE = Block(
    "close",
    "Pulse and close",
    5,
    "Answer the short questions on how safe it felt to speak, when they are due. Confirm when you meet next.",
    for_facilitator="Name the day of the next session and whose turns it will have. End on time.",
    prompts=("What was different about today?",),
)

PAIR_BLOCKS = (
    Block(
        "present",
        "The issue and your own view",
        10,
        "The coachee describes one issue and what they think of it: what went well, what did not, what they plan.",
        for_coachee="Give your own analysis before you hear another: strengths and weaknesses of what you did or plan.",
        for_coach="Listen to the end. Your own view has its time later.",
        prompts=("What happened?", "What did you do well, and what would you do differently?"),
    ),
    Block(
        "questions",
        "Questions first",
        12,
        "The coach asks. No advice before there has been at least one real question.",
        for_coachee="Take your time with each question, and say so when one misses the point.",
        for_coach="Ask what opens: what, how, what else. One question, then silence.",
        prompts=("What is the real difficulty for you?", "What else could be going on?"),
    ),
    Block(
        "consult",
        "What the coach thinks",
        8,
        "The coach shares their own thinking, then asks what the coachee makes of it.",
        for_coachee="Take what is useful and say what does not fit.",
        for_coach="Offer it as one view, and ask how it lands.",
        prompts=("How does that sound to you?",),
    ),
    Block(
        "response",
        "A way forward",
        8,
        "The coachee suggests a solution or the next steps.",
        for_coachee="Say what you will do, in your own words.",
        for_coach="Hold back: the solution belongs to the coachee.",
        prompts=("What would a good next step look like?",),
    ),
    Block(
        "probe",
        "Look at it again",
        7,
        "The coach probes the plan, adds to it, and checks that it holds.",
        for_coachee="Change the plan where it does not hold.",
        for_coach="Ask what could get in the way. Add what is missing, briefly.",
        prompts=("What could stop you?", "Whose help would make it easier?"),
    ),
    Block(
        "action",
        "One step with a date",
        5,
        "The coachee writes down one step and its date. The conversation is complete when it is written. "
        "Next time you change roles.",
        for_coachee="Write the step, the date, and how the other will notice.",
        for_coach="Agree on when you will ask about it.",
        prompts=("What exactly will you do, and by when?",),
    ),
)

AGENDAS: dict[str, Agenda] = {
    agenda.key: agenda
    for agenda in (
        Agenda(
            "group_120",
            "Group session, two turns",
            "Check-in, your steps, two coachee turns, feedback and commitments.",
            people=6,
            people_min=3,
            people_max=12,
            blocks=(
                ARRIVE,
                CHECK_IN,
                STEPS_REVIEW,
                replace(TURN, title="First coachee turn", seat=1),
                replace(TURN, title="Second coachee turn", seat=2),
                FEEDBACK,
                COMMITMENTS,
                CLOSE,
            ),
        ),
        Agenda(
            "group_90",
            "Group session, one turn",
            "The shorter form: one coachee turn, and more time for feedback.",
            people=6,
            people_min=3,
            people_max=12,
            blocks=(
                ARRIVE,
                CHECK_IN,
                STEPS_REVIEW,
                replace(TURN, seat=1),
                replace(FEEDBACK, minutes=15),
                COMMITMENTS,
                CLOSE,
            ),
        ),
        Agenda(
            "pair_50",
            "Pair conversation",
            "One of you is the coachee, the other asks. Next time you change roles.",
            people=2,
            people_min=2,
            people_max=3,
            blocks=PAIR_BLOCKS,
        ),
    )
}
SHORTEST = 5  # when room is made for something else
DEFAULT_AGENDA = "group_120"
CHOICES = [(agenda.key, agenda.title) for agenda in AGENDAS.values()]


def blocks_for(key: str, people: int) -> tuple[Block, ...]:
    """The blocks of one session for so many people, in order. Raises AgendaError.

    Facilitators count only if they take part themselves. The total follows the people: with four the default
    session takes 110 minutes, with eight 130.
    """
    if key not in AGENDAS:
        raise AgendaError("This agenda does not exist. Choose one from the list.")
    agenda = AGENDAS[key]
    if not agenda.people_min <= people <= agenda.people_max:
        raise AgendaError(f"“{agenda.title}” is for {agenda.people_min} to {agenda.people_max} people.")
    return tuple(
        replace(block, minutes=block.minutes_each * people) if block.per_person else block for block in agenda.blocks
    )


def make_room(blocks: Iterable[Block], minutes: int) -> list[int]:
    """How long each lasts when so many minutes are taken from the longest, one at a time.

    Turns around the table keep theirs, and nothing gets shorter than five minutes: then less is taken.
    """
    left = [block.minutes for block in blocks]
    free = [place for place, block in enumerate(blocks) if not block.is_per_person]
    for _minute in range(minutes):
        longest = max(free, key=lambda place: left[place], default=None)
        if longest is None or left[longest] <= SHORTEST:
            break
        left[longest] -= 1
    return left


def total_minutes(blocks: Iterable[Block]) -> int:
    """How long the blocks last together."""
    return sum(block.minutes for block in blocks)
