"""From the titles of a file to the columns that a roster has: by their names, or as somebody has matched them."""

import re
import unicodedata
from collections.abc import Sequence

from groups.roster.model import COLUMNS, PARTS_OF_NAME, Notes, short

# Longer than any title that means something, with white space and punctuation around it.
LONGEST_TITLE = 100
OTHER_NAMES = {
    "e_mail": "email",
    "mail": "email",
    "email_address": "email",
    "e_mail_address": "email",
    "work_email": "email",
    "work_e_mail": "email",
    "business_email": "email",
    "mail_address": "email",
    "full_name": "name",
    "display_name": "name",
    "employee": "name",
    "employee_name": "name",
    "participant": "name",
    "participant_name": "name",
    "given_name": "first_name",
    "forename": "first_name",
    "family_name": "last_name",
    "surname": "last_name",
    "team_name": "team",
    "manager": "manager_email",
    "manager_mail": "manager_email",
    "manager_e_mail": "manager_email",
    "managers_email": "manager_email",
    "line_manager": "manager_email",
    "line_manager_email": "manager_email",
    "supervisor_email": "manager_email",
    "reports_to": "manager_email",
    "grade": "level",
    "job_level": "level",
    "management_level": "level",
    "years": "years_in_role",
    "years_in_the_role": "years_in_role",
    "years_in_position": "years_in_role",
    "job_function": "function",
    "place": "location",
    "office": "location",
    "city": "location",
    "site": "location",
    "time_zone": "timezone",
    "tz": "timezone",
    "zone": "timezone",
    "sex": "gender",
    "language": "languages",
    "spoken_languages": "languages",
    "goal": "goals",
    "topics": "goals",
    "development_goals": "goals",
}
ALL_COLUMNS = (*COLUMNS, *PARTS_OF_NAME)


def heading_key(title: str) -> str:
    """The one form of a title, in any case and with any punctuation."""
    plain = unicodedata.normalize("NFKC", title[: LONGEST_TITLE + 1]).replace("’", "'").replace("'", "").casefold()
    return re.sub(r"[\W_]+", "_", plain).strip("_")


def column_for(title: str) -> str | None:
    """The column that a title in the header means, in any case and with common other names, or None."""
    if len(title) > LONGEST_TITLE:
        return None
    key = heading_key(title)
    key = OTHER_NAMES.get(key, key)
    return key if key in ALL_COLUMNS else None


def places_by_name(header: Sequence[str], line: int, notes: Notes) -> dict[str, int]:
    """Where each column stands, by its title; of two the first."""
    columns = [column_for(title) for title in header]
    places: dict[str, int] = {}
    for place, (title, column) in enumerate(zip(header, columns, strict=True)):
        if column in places:
            message = f"There are two columns for “{column}”; we read the first. Remove the one that is wrong."
            notes.warn("column_twice", message, line=line, column=column, value=title)
        elif column is not None:
            places[column] = place
    if "name" in places:
        for part in PARTS_OF_NAME:
            places.pop(part, None)
    return places


def find_places(header: Sequence[str], line: int, notes: Notes, matched: dict[str, int] | None) -> dict[str, int]:
    """Where each column stands, as it was ``matched`` or else by its title; what is not read is told.

    Without an address and a name there is nothing to read, and an error says which of them is missing.
    """
    if matched:
        places = {column: at for column, at in matched.items() if column in ALL_COLUMNS and 0 <= at < len(header)}
    else:
        places = places_by_name(header, line, notes)
    titles = [short(title) for title in header]
    if not places and (any("@" in title for title in titles) or sum(bool(title) for title in titles) < 2):
        message = (
            "The first line has to name the columns, and “email” and “name” have to be among them. "
            "Add that line, or check that this is the right file."
        )
        notes.error("no_header", message, line=line, value=" ".join(titles[:5]))
        return {}
    _tell_extra(header, places, line, notes, known_too=not matched)
    if "email" not in places:
        _tell_missing("email", line, notes)
    if "name" not in places and not set(PARTS_OF_NAME) & set(places):
        _tell_missing("name", line, notes)
    return places


def _tell_extra(header: Sequence[str], places: dict[str, int], line: int, notes: Notes, *, known_too: bool) -> None:
    read = set(places.values())
    unread = [title for at, title in enumerate(header) if at not in read]
    if known_too:  # a column that is there twice has been told already
        unread = [title for title in unread if column_for(title) not in places]
    if extra := [title for title in map(short, unread) if title]:
        named = ", ".join(f"“{title}”" for title in extra[:8])
        more = f" and {len(extra) - 8} more" if len(extra) > 8 else ""
        message = f"We do not use {named}{more}; nothing in {'it' if len(extra) == 1 else 'them'} is imported."
        notes.warn("extra_columns", message, line=line, value=extra[0])


def _tell_missing(column: str, line: int, notes: Notes) -> None:
    message = f"We could not find the column “{column}” in the first line. Add it, or say which column it is."
    notes.error("missing_column", message, line=line, column=column)
