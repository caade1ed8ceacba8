"""Words that are like no others, and where each of them was written."""

import secrets
from dataclasses import dataclass, field

LETTERS = "bcdfghjklmnpqrstvwxz"
WEDGES = range(0x12000, 0x12300)  # cuneiform: for columns that hold but two or four characters


def letters(count):
    return "".join(secrets.choice(LETTERS) for _ in range(count))


@dataclass
class Book:
    """``words`` by name; those of sealed columns by (table, column, state) too, and whether they are kept there."""

    mark: str = field(default_factory=lambda: letters(14))
    words: dict = field(default_factory=dict)
    sealed: dict = field(default_factory=dict)
    wedges: str = field(default_factory=lambda: "".join(chr(secrets.choice(WEDGES)) for _ in range(2)))

    def word(self, name):
        """A new word, which holds the mark."""
        assert name not in self.words, name
        self.words[name] = f"{self.mark}{letters(6)}"
        return self.words[name]

    def row(self, table, state, *columns, is_kept=True):
        """Texts for the sealed columns of one row, each with a word of its own."""
        texts = {}
        for column in columns:
            word = self.word(f"{table}.{column}, {state}")
            self.sealed[table, column, state] = word, is_kept
            texts[column] = f"We said {word} & “waited”."
        return texts

    def short(self, table, column, state, length):
        """For a column that holds ``length`` characters: each such word begins with the same two wedges."""
        word = (self.wedges * 2)[:length]
        self.sealed[table, column, state] = word, True
        return word


# In which states a row of each table is written. A table with sealed columns that is missing here fails the proof.
STATES = {
    "goals_goal": {"draft", "shared", "reworded", "closed", "let go", "erased"},
    "goals_goalversion": {"replaced", "erased"},
    "goals_progressreading": {"given", "erased"},
    "goals_checkin": {"on an open goal", "on a closed goal", "erased"},
    "goals_conversationturn": {"said"},
    "goals_actionstep": {"open", "closed", "let go", "erased"},
    "goals_stepmove": {"moved", "erased"},
    "goals_checkinnote": {"standing", "thanked", "taken back", "erased"},
    "feedback_feedbacknote": {"unopened", "opened", "erased"},
    "feedback_noteanswer": {"answered", "erased"},
    "feedback_feedbackrequest": {"asked", "declined", "erased"},
    "feedback_watchedbehavior": {"named", "reworded", "taken back", "erased"},
    "feedback_airflag": {"raised", "to the group", "taken back", "handled", "erased"},
    "feedback_introduction": {"shared", "reworded", "taken back", "erased"},
    "feedback_helprequest": {"asked", "taken back", "erased"},
    "groups_charter": {"in force", "declined", "proposed"},
    "groups_draft": {"kept", "sent", "dropped", "of the journal"},
    "goals_journalentry": {"written", "reworded", "deleted"},
}
# Columns that hold words in states of their own.
STATES_OF_A_COLUMN = {
    ("goals_conversationturn", "text"): {"said", "erased"},
    ("feedback_noteanswer", "text"): {"answered", "asked", "replied", "erased"},
    ("goals_actionstep", "why_let_go"): {"let go", "taken back", "erased"},
    ("goals_goal", "lesson"): {"closed", "let go"},
}
# Columns for which a few characters must do, and the only state in which they hold any of ours.
SHORT = {
    ("goals_checkin", "confidence"): "by hand",
    ("goals_progressreading", "value"): "by hand",
    ("feedback_feedbacknote", "kind"): "by hand",
    ("feedback_introduction", "topics"): "by hand",  # from a list
    ("feedback_mirror", "words"): "by hand",  # from a list
    ("feedback_mirrorchoice", "words"): "by hand",
    ("goals_journalentry", "goal_ref"): "by hand",  # an id, which no form takes from anybody's hand
}


def wanted(columns):
    """(table, column, state) of all that is to be written, for these (table, column). Raises KeyError for a new one."""
    return {(table, column, state) for table, column in columns for state in states_of(table, column)}


def states_of(table, column):
    """In which states of a row this column holds words."""
    if (table, column) in SHORT:
        return [SHORT[table, column]]
    return STATES_OF_A_COLUMN.get((table, column)) or STATES[table]
