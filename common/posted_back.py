"""What somebody posted, handed back to them when it could not be taken."""

import re
from dataclasses import dataclass

# What a page writes into its own forms: sent again with the rest, and no words of anybody.
MACHINE_FIELDS = {"csrfmiddlewaretoken", "key", "version", "draft", "draft_from", "draft_by"}
_SECRET = re.compile("password", re.I)
_ID = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}", re.I)


@dataclass(frozen=True)
class PostedBack:
    """``fields`` are sent again as they are, ``texts`` shown; files and passwords are never given back."""

    fields: list[tuple[str, str]]
    texts: list[str]
    has_files: bool


def posted_back(request) -> PostedBack:
    """The posted fields of a request, without its token, passwords and files."""
    posted = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and not _SECRET.search(name)
        for value in values
    ]
    words = [value for name, value in posted if name not in MACHINE_FIELDS and not _ID.fullmatch(value)]
    return PostedBack(fields=posted, texts=[text for text in words if text.strip()], has_files=bool(request.FILES))
