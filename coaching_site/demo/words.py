"""What the people of the demonstration write to themselves, their group and one another. All of it is invented.

Days count backwards from today; a negative number lies ahead.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Report:
    """A check-in."""

    days: int
    how_it_went: str
    confidence: int
    what_next: str = ""
    help_wanted: str = ""


@dataclass(frozen=True)
class Reading:
    """A progress reading: asked and given so many days ago; a ``value`` of None is still waited for."""

    author: str
    asked: int
    given: float
    value: int | None
    suggestion: str = ""


@dataclass(frozen=True)
class Aim:
    """A goal; ``shared`` is None for a draft."""

    title: str
    behavior: str
    why: str
    shared: int | None = None
    reports: tuple[Report, ...] = ()
    first_steps: str = ""
    readings: tuple[Reading, ...] = ()
    ended: tuple[int, str, str] | None = None  # days ago, outcome, lesson


@dataclass(frozen=True)
class Step:
    """An action step: written, due, done; ``asker`` is an address, ``done`` None while it is open.

    ``agreed`` is when the asker said that they will ask, ``moved`` (when, from which day, why) that it had another day
    before, and ``kept`` on which days a practice was kept.
    """

    text: str
    written: int
    due: int
    asker: str = ""
    done: int | None = None
    agreed: int | None = None
    moved: tuple[int, int, str] | None = None
    rhythm: str = ""
    kept: tuple[int, ...] = ()


@dataclass(frozen=True)
class Note:
    """A feedback note; ``opened`` is None while it waits."""

    author: str
    recipient: str
    kind: str
    situation: str
    behavior: str
    impact: str
    question: str
    sent: float
    opened: float | None = None


@dataclass(frozen=True)
class Noticed:
    """What somebody noticed in the latest check-in of another, or an offer of help; ``thanked`` None while it waits."""

    author: str
    coachee: str
    text: str
    days: int
    kind: str = "noticed"
    thanked: int | None = None


MEMBER, PEER, FORMER, TWOGROUPS = (f"{name}@demo.example" for name in ("member", "peer", "former", "twogroups"))
FACILITATOR = "facilitator@demo.example"
THABO, HELENA = "thabo.mokoena@meridian.example", "helena.vasconcelos@meridian.example"

NOTICED = (
    Noticed(PEER, MEMBER, "I can call you for two minutes before the Monday round.", 28, kind="help", thanked=27),
    Noticed(THABO, MEMBER, "You said “I opened the discussion”, not “I was asked”.", 14, thanked=13),
    Noticed(PEER, MEMBER, "In the fourth you chose to wait. A year ago you would not have called it a choice.", 7),
    Noticed(MEMBER, PEER, "Two evenings at home. That was not in any of the earlier ones.", 4),
)

# In the journal of member@: for nobody else. How many days ago, the text, and which goal, as a number, it is about.
JOURNAL = (
    (41, "I had the sentence ready and let it pass. It was not the courage that was missing. I waited for a gap that "
         "nobody leaves.", 0),
    (20, "Second to speak, and it felt like first. What helped was that I knew whom I would tell afterwards.", 0),
    (6, "My father never spoke first either. I thought that was modesty. Perhaps he was just as unsure.", None),
    (2, "For the session: say that I am tired of preparing every sentence. Not as a complaint.", 0),
)  # fmt: skip

# The group of member@ -----------------------------------------------------------------------------------------------

AIMS = {
    MEMBER: (
        Aim(
            "Speak first, not last",
            "In our executive meetings I say what I think in the first ten minutes, before anybody asks me.",
            "People wait to hear what Finance thinks, and by then the room has moved on without it.",
            shared=46,
            reports=(
                Report(43, "I had a sentence ready and swallowed it. The meeting was over before I knew.", 3,
                       "Write the sentence down beforehand and put it on top of my papers."),
                Report(36, "Said it once, on Thursday, about the hedge. My voice shook and nobody noticed but me.", 4,
                       "The same on Monday, without papers."),
                Report(29, "A bad week: I was late twice and then only listened.", 4,
                       "Be there five minutes early.", "Somebody to call for two minutes before the Monday round."),
                Report(22, "Priya called before the round. I spoke second. It felt like speaking first.", 6,
                       "Open the discussion of the half-year figures myself."),
                Report(15, "I opened the discussion, and two people disagreed at once. The best one this year.", 7,
                       "Ask what would change their minds instead of explaining again."),
                Report(8, "First to speak in three of four meetings. In the fourth I chose to wait: not the same.", 8,
                       "Watch whether my own team now waits for me.", "Tell me if I begin to speak too much."),
            ),
            first_steps="Write my first sentence down before Monday\nAsk Priya to call me before the round",
            readings=(
                Reading(PEER, 43, 41.5, 0, "Tell us before the meeting that you will. Then we leave you the gap."),
                Reading(TWOGROUPS, 43, 40.5, -1, "Begin with a question if a statement is too much."),
                Reading(THABO, 43, 39.5, 0),
                Reading(PEER, 3, 2.5, 2, "Keep the first sentence as short as on Thursday."),
                Reading(TWOGROUPS, 3, 1.5, 1, "Leave a pause after it. We need a second to follow you."),
                Reading(THABO, 3, 1, 2, "Do it once in a meeting that is not about money."),
                Reading(HELENA, 3, 0, None),
            ),
        ),
        Aim(
            "Leave the office before seven, twice a week",
            "On Tuesdays and Thursdays I am gone at a quarter to seven, and no mail comes from me after that.",
            "My team stays as long as my light is on.",
            shared=110,
            ended=(60, "let_go", "The hour was not the point: they stayed because I rewrote their slides at night."),
        ),
        Aim(
            "Let my team present without me",
            "They take the half-year figures to the board, and I am not in the room.",
            "I know every number, and that is the trouble.",
        ),
    ),
    PEER: (
        Aim(
            "Hand over the Japan account, and leave it handed over",
            "I answer “ask Kenji” when Tokyo writes to me, and I do not look at the thread afterwards.",
            "Kenji will not grow while I am in copy, and I have no evenings left.",
            shared=44,
            reports=(
                Report(33, "Told Tokyo. They thanked me and wrote to me again the same night.", 3,
                       "Answer with one line and his name."),
                Report(26, "Four mails, four one-line answers. I read three of the threads anyway.", 4, "Read none."),
                Report(12, "Kenji lost a small order and told me, after the fact. I asked what he learned. Hard.", 6,
                       "Say nothing to his other customers about it.", "Ask me whether I kept quiet."),
                Report(5, "Quiet for a week. Two evenings at home.", 7, "Let him set the price for the renewal."),
            ),
        ),
    ),
    FORMER: (
        Aim(
            "Listen to the end",
            "I let people finish and then count to two before I answer.",
            "In Gdynia they told me that meetings with me are short because nobody else talks.",
            shared=90,
            reports=(
                Report(85, "I counted. It is a very long time, two.", 4, "Count in the works council too."),
                Report(77, "The works council noticed and asked whether I was ill.", 6, "Tell them why."),
            ),
        ),
    ),
    TWOGROUPS: (
        Aim(
            "Be the boss of people who were my colleagues",
            "I say “I have decided” when I have, and I do not apologize for it in the next sentence.",
            "Since March I lead the four I used to have lunch with, and I still ask them for permission.",
            shared=40,
            reports=(
                Report(32, "Decided the roadmap and said so. Then wrote a message that took half of it back.", 4,
                       "No message after the meeting."),
                Report(18, "No message. One of them stopped talking to me for two days, and then came back.", 5,
                       "Have lunch with them again, as what I am now."),
                Report(4, "We had lunch. It was fine, and a little sad.", 6, "", "How did you do this, those who did?"),
            ),
            readings=(Reading(MEMBER, 2, 0, None), Reading(PEER, 2, 1, 1, "Say it once, and then ask what they need.")),
        ),
    ),
    THABO: (
        Aim(
            "Say no and stay in touch",
            "When I refuse a contract I call the person the same day and say what would make it a yes.",
            "They have begun to sign first and ask Legal later.",
            shared=38,
            reports=(
                Report(30, "Two refusals, one call. The other I wrote, because it was late.", 5,
                       "Call, also when it is late."),
                Report(16, "Three of three. One of them shouted. I am told that this is progress.", 6),
                Report(2, "Sales came to me before signing, for the first time since I am here.", 7,
                       "Thank them for it in the management meeting."),
            ),
        ),
    ),
    HELENA: (
        Aim(
            "Ask before I answer",
            "On the shop floor my first sentence is a question, and I wait for what comes.",
            "I am the engineer who always knows. The plants have stopped thinking when I arrive.",
            shared=35,
            reports=(
                Report(28, "Sorocaba: asked, waited, got a better idea than mine. I nearly corrected it anyway.", 5,
                       "Visit Campinas with the same question."),
                Report(14, "Campinas: silence for a minute, then everything at once.", 6, "",
                       "Better first questions, please."),
                Report(9, "Away all week; nothing to report, and I missed it.", 6),
            ),
        ),
    ),
}  # fmt: skip

STEPS = {
    MEMBER: (
        Step("Ask Priya for feedback on the board memo", 9, -2, asker=PEER, agreed=8),
        Step("Send the agenda of the budget round two days ahead", 9, -6),
        Step("Write down the one sentence before the Monday round", 40, 35, asker=PEER, done=36),
    ),
    PEER: (Step("Let Kenji set the price for the renewal, and do not ask what it is", 5, -1, asker=MEMBER, agreed=4),),
    TWOGROUPS: (
        Step("Tell the four that the release date is decided", 18, 14, asker=THABO, done=15),
        Step(
            "Invite them to lunch, one by one",
            18,
            1,
            asker=HELENA,
            agreed=17,
            moved=(6, 5, "The release took the week; the first two are invited for Thursday"),
        ),  # fmt: skip
    ),
    THABO: (Step("Call Accra about the contract I sent back", 2, -3, asker=TWOGROUPS),),
    HELENA: (
        Step("Write three first questions for Manaus", 14, -5, asker=MEMBER),
        Step("Ask one open question before I say what I think", 8, -20, rhythm="workdays", kept=(6, 5, 2, 1)),
    ),
}

NOTES = (
    Note(
        FACILITATOR, MEMBER, "keep",
        "In our third session, during Thabo’s turn.",
        "You asked him what he was afraid to hear, and then you waited, for a good half minute.",
        "He said the thing that he had come to say. I saw two others write your question down.",
        "What made you trust the silence?",
        sent=52, opened=51,
    ),
    Note(
        MEMBER, PEER, "keep",
        "The Monday on which you called me before the executive round.",
        "You did not tell me what to say. You asked what I would regret not having said.",
        "I went in with one sentence instead of seven, and I spoke second.",
        "",
        sent=21, opened=20,
    ),
    Note(
        PEER, MEMBER, "try",
        "Last session, when Helena told us about the plant in Sorocaba.",
        "You gave her three ways to solve it before she had finished describing it.",
        "She thanked you and stopped. I would have liked to hear where she was going, and I think so would she.",
        "What if you kept the first idea in your pocket until somebody asks for it?",
        sent=1.5,
    ),
    Note(
        TWOGROUPS, THABO, "try",
        "When I said that I had taken my decision back.",
        "You laughed, kindly, and told of a case of your own.",
        "I felt less alone and at the same time a little skipped.",
        "Could you ask one question first, next time?",
        sent=25, opened=24,
    ),
)  # fmt: skip

# The other groups take from these, in turn --------------------------------------------------------------------------

AIMS_OF_OTHERS = (
    ("Give the difficult feedback in the same week", "Nobody hears it from me later than five days after it happened.",
     "I collect grievances until they fill a page, and then I hand over the page."),
    ("End meetings when they are over", "I close when the point is reached, and give the rest of the hour back.",
     "My calendar is full of talk that was finished at half past."),
    ("Let the customer’s anger be", "I listen to a complaint to the end before I say what we will do.",
     "I promise things on the phone that the plant cannot keep."),
    ("Show the draft early", "I send half-finished work to two people by Wednesday.",
     "I polish alone until nobody dares to change anything."),
    ("Ask for help before it burns", "I name one open question in each steering meeting.",
     "My projects look green until the day on which they are red."),
    ("Build somebody who can do my job", "Each week somebody else runs what I would have run.",
     "I have not had two weeks off in four years."),
    ("Disagree in the room", "I say “I see it differently” in the meeting and not in the corridor.",
     "The corridor is where my opinion is known best."),
    ("Work with the other plant, not around it", "I call Izmit before I plan for Izmit.",
     "Both of us buy the same steel twice."),
    ("Speak to the board as I speak to you", "No slides in the first five minutes.",
     "I hide behind charts, and they look at the charts."),
    ("Take the decision that is mine", "I decide what I can decide on the day on which I can.",
     "I pass things upwards that come back unread."),
    ("Learn the names on the night shift", "I spend one night a month on the floor and know whom I speak to.",
     "They keep the place running, and I have met six of them."),
    ("Leave at six on Thursdays", "On Thursdays nobody finds me after six.",
     "My team stays because I stay."),
)  # fmt: skip

REPORTS_OF_OTHERS = (
    ("I tried it twice. The second time nobody looked surprised, which surprised me.",
     "The same, with my own boss in the room."),
    ("Did not get to it. The week was all customs papers.", "Put it into the calendar, as I would a customer."),
    ("It went better than in my head. It usually does; I never believe it beforehand.",
     "Do it before I have had time to think."),
    ("Halfway. I began well and then explained too much.", "Stop after the first sentence."),
    ("Somebody thanked me for it. I did not know what to say.", "Ask what exactly was useful."),
    ("I fell back into the old way on Tuesday, noticed it at once, and said so.", "Notice it one minute earlier."),
    ("Easier with people I do not know well. With the old team it is still theater.",
     "Tell the old team what I am trying."),
    ("A good week. Three times, without effort.", "Do it in the one meeting that I dread."),
)  # fmt: skip

STEPS_OF_OTHERS = (
    "Tell the team what I am trying, and ask them to say when I do not",
    "Book the hour with the plant manager",
    "Ask two people what they see when I do it",
    "Send the draft as it is on Wednesday",
    "Call the customer back before the weekend",
    "Hand the Monday meeting to somebody else",
)

NOTES_OF_OTHERS = (
    ("keep", "The moment in our session when nobody wanted to begin.",
     "You began, with something that had not gone well.", "After that it was easy for the rest of us.",
     "How did you choose what to tell?"),
    ("try", "During my turn, in the round of questions.",
     "Your questions ended with the answer you had in mind.", "I defended myself instead of thinking.",
     "What would you have asked if you had no idea?"),
)  # fmt: skip

PAIR_NAME = "Lantern"
PAIR_LINE = "You asked me once what I would stop doing. I still have no answer, and would like to find it with you."
FIRST_TALK = (
    ("issue", "My old team still comes to me with what their new lead should decide.",
     "I know every answer, which is the trouble. What is strong: I send them on. What is weak: afterwards I look in."),
    ("question", "What happens in you in the minute before you look in?", ""),
    ("answer", "I think of the one time it went wrong. It was four years ago.", ""),
    ("view", "It sounds to me as if they come because your door tells them to. One view.", ""),
    ("reaction", "That fits more than I like. I have never said to them that I am out.",
     "Tell the old team and their lead, in one room, what I no longer decide"),
    ("check", "What will you do when the first of them comes anyway?", ""),
)  # fmt: skip
FIRST_TALK_STEP = "Tell the old team and their lead, in one room, what I no longer decide"
SECOND_TALK = (
    ("issue", "I said yes to the Jakarta launch, and I have nobody to run it.",
     "Strong: I was honest about the date. Weak: I promised before I had asked one person."),
)  # fmt: skip
