"""The words of the trust page. They say what the product does today; ``docs/trust.md`` names the test behind each."""

from django.utils.translation import gettext_lazy as _

# (the promise, what it means, how it is shown to hold)
PROMISES = (
    (
        _("What is said in your group stays in your group"),
        _(
            "Nobody outside it can read what was written in it, through the product: not HR, not the owner, no "
            "facilitator of another group, no former member, no other organization. Somebody new reads nothing until"
            " they and everybody else have signed, and then, of what is older, only goals and steps that are still "
            "open, unless all agree to more."
        ),
        _(
            "Every address of this site is asked for by each kind of visitor, and the database is asked directly as "
            "each of them. Each guard is also taken away once, to show that the test would notice."
        ),
    ),
    (
        _("A stolen database, dump or backup shows no word and no rating"),
        _(
            "What you write is encrypted before it reaches the database. The key is in a file that the database does"
            " not have, and every text is tied to its place and its author, so that it cannot be moved."
        ),
        _("The stored bytes are searched for the words; every bit of a sealed text is flipped and must fail to open."),
    ),
    (
        _("HR sees numbers about taking part, and you can see the same page"),
        _(
            "How many were invited, joined, signed and met, by group. No number is made from what you write, and "
            "nobody’s name is attached. The database refuses your words to the role in which these pages run."
        ),
        _("The page that a member opens is compared with the one HR opens, byte by byte."),
    ),
    (
        _("Nothing you send is lost"),
        _(
            "When a page says that something is saved, it is stored. What you are typing is kept as a draft that "
            "only you can read, and is still there after an error or a lost connection."
        ),
        _("Every form to write in must keep drafts, or a test fails; two tabs on one text are tried out too."),
    ),
    (
        _("Not for evaluation"),
        _(
            "No ratings of people for others to see, no rankings, no moods worked out from words, no “view as”, and "
            "no copy of one person’s words for anybody but that person. These are not built, also when asked for."
        ),
        _("There is no such address: the list of all addresses, and who may open each, is part of the tests."),
    ),
    (
        _("Who decided what is on record"),
        _(
            "Who came, who left, who was given a duty: your group reads what concerns it. Entries can be added but "
            "not changed or deleted, by no role of the product, and each is chained to the one before."
        ),
        _("Entries are changed, deleted and swapped past the product, and the check of the chain must find each."),
    ),
)

# What a stolen database shows, and what it takes to read more.
HOLES = (
    _(
        "The database alone, or a backup of it, shows who is in which group, names and addresses, the roster, states"
        " and dates, titles and places of sessions, answers and attendance, that somebody wrote something, when, to "
        "whom, and about how long it is. It does not show what."
    ),
    _(
        "The database together with the key file shows everything. They are kept, and backed up, apart from one "
        "another."
    ),
    _("The key file alone shows nothing."),
)

LIMITS = (
    _(
        "Your organization runs the server. Whoever can change the running program, or holds both the database and "
        "the key file, can read everything. No software that an employer runs can promise otherwise."
    ),
    _("An attacker who runs code of their own inside the program can act as anybody who uses it."),
    _(
        "Whoever controls your mailbox can reset your password. A passkey or a one-time code stands in their way: "
        "you can set one up in your settings. A sign-in on a new device is announced to you by mail. No mail holds "
        "what you wrote."
    ),
    _(
        "Somebody can have more than one part. A person from HR who is also named your facilitator reads your group "
        "once they have signed, as any facilitator does. You are told who facilitates before you join."
    ),
    _("Numbers about taking part have no lower limit. In a small group they can point at somebody."),
    _("People can repeat what they have read. The charter is what stands against that."),
)

THINGS = {
    "accounts.Organization": _("Organizations"),
    "accounts.OrganizationRole": _("Duties"),
    "accounts.Person": _("People: name and address"),
    "accounts.SignIn": _("Where somebody is signed in"),
    "accounts.StaffInvitation": _("Invitations to duties"),
    "coaching_sessions.AgendaBlock": _("Agendas"),
    "coaching_sessions.Attendance": _("Answers to invitations, and who was there"),
    "coaching_sessions.CoachingSession": _("Sessions"),
    "common.AuditEntry": _("The record of who decided what"),
    "common.AuditLink": _("The chain of that record"),
    "common.KeyCheck": _("How a key file is recognized"),
    "common.ScopeKey": _("Keys, each locked by the key file"),
    "feedback.FeedbackNote": _("Feedback notes"),
    "feedback.FeedbackRequest": _("Who asked whom how they came across, and about what"),
    "feedback.HelpRequest": _("Requests for help with a note"),
    "feedback.WatchedBehavior": _("What members want watched in a session"),
    "feedback.AirFlag": _("What members raised to clear the air, until it is handled"),
    "feedback.Introduction": _("What members told their group about themselves"),
    "feedback.Mirror": _("Mirrors: the words one picked for oneself"),
    "feedback.MirrorAsk": _("Who was asked for words for a mirror, and until when"),
    "feedback.MirrorChoice": _("Mirrors: the words a peer picked"),
    "feedback.NoteAnswer": _("Answers, questions and replies below notes"),
    "goals.ActionStep": _("Action steps"),
    "goals.CheckIn": _("Check-ins"),
    "goals.Goal": _("Goals"),
    "goals.GoalVersion": _("Earlier words of goals"),
    "goals.ProgressReading": _("Progress readings"),
    "goals.ReadingRequest": _("Who was asked for a reading, and until when"),
    "goals.JournalEntry": _("Journals"),
    "goals.AskerAnswer": _("Who agreed to ask about a step"),
    "goals.StepKept": _("Days on which a practice was kept"),
    "goals.StepMove": _("Moves of steps, with why"),
    "goals.CheckInLink": _("Links of reminders, by hash"),
    "goals.CheckInNote": _("What peers noticed in check-ins"),
    "goals.CheckInPartner": _("Partners for check-ins"),
    "goals.RotationPlace": _("Who takes turns as partners"),
    "goals.ConversationTurn": _("What the two of a pair say in a conversation"),
    "goals.PairConversation": _("Conversations of pairs: whose turn it is, and since when"),
    "goals.CheckInRhythm": _("When somebody is asked, and when they are away"),
    "groups.Charter": _("Charters"),
    "groups.CharterSignature": _("Signatures of charters"),
    "groups.CoachingGroup": _("Groups"),
    "groups.Draft": _("Drafts"),
    "groups.Formation": _("Proposals of groups"),
    "groups.Invitation": _("Invitations to groups"),
    "groups.Membership": _("Who is in which group"),
    "groups.PairInvitation": _("Invitations to be a pair"),
    "groups.PairTerms": _("Rhythms of pairs, and when they decide again"),
    "groups.Participant": _("The roster"),
    "groups.ParticipantProfile": _("When participants are free, their languages and topics, as they say themselves"),
    "groups.DeclaredConflict": _("Who is not to be in one group with whom; not who of them said so"),
    "groups.PastConsent": _("Agreement to open the past to a newcomer"),
    "groups.Program": _("Programs"),
    "groups.RosterColumns": _("Which column is which in roster files with certain headings, by their hash"),
    "groups.RosterUpload": _("Roster files, until they are decided"),
    "nudges.Nudge": _("Messages that are owed"),
    "nudges.Unsubscription": _("Which messages somebody stopped"),
    "reports.RhythmRelease": _("How many people of a program kept a rhythm, in bands"),
    "nudges.WorkerPulse": _("When the worker was last seen"),
}
