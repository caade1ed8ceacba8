"""Open questions for whoever coaches and does not know how to begin: a few at a time, in a fixed order."""

from django.utils.translation import gettext as _

SHOWN = 3


def questions_to_begin_with(turns_taken: int) -> list[str]:
    """Three of them; with each turn of the conversation the next ones."""
    questions = [
        _("What makes it matter to you now?"),
        _("What have you tried so far, and what came of it?"),
        _("What have you not said yet?"),
        _("What would the other person say about it?"),
        _("What is your own part in it?"),
        _("When does it go well, and what is different then?"),
        _("What would be good enough?"),
        _("What are you avoiding?"),
        _("What would you advise somebody else who told you this?"),
        _("If nothing changed for a year, what would that cost?"),
        _("What is in your hands, and what is not?"),
        _("What would you do if you were a little braver?"),
    ]
    first = (turns_taken * SHOWN) % len(questions)
    return (questions + questions)[first : first + SHOWN]
