"""What the columns of a roster are called where people read about them."""

from django.utils.translation import gettext_lazy as _

COLUMN_LABELS = {
    "email": _("E-mail address"),
    "name": _("Name"),
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "team": _("Team"),
    "manager_email": _("Manager's address"),
    "level": _("Level"),
    "years_in_role": _("Years in the role"),
    "function": _("Function"),
    "location": _("Place"),
    "timezone": _("Time zone"),
    "gender": _("Gender"),
    "languages": _("Languages"),
    "goals": _("Goals"),
}


def as_shown(value):
    """A participant's value in words; empty where there is none."""
    if isinstance(value, list | tuple):
        return ", ".join(value)
    return "" if value is None else str(value)
