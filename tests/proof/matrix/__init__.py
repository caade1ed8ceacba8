"""The role × URL matrix, one module per app: who gets which status at each address.

Each module has ``ADDRESSES``: name of the address → Address. ``tests/proof/test_matrix.py`` walks the resolver: an
address that is not listed fails, and so does a listed one that does not exist.
"""

from dataclasses import dataclass, field
from typing import Any

from tests.world import CAST


@dataclass
class Address:
    """``kwargs(world)`` fills the address; ``methods`` maps GET/POST to cast → status; ``data(world)`` is posted."""

    methods: dict
    kwargs: Any = lambda world: {}
    data: Any = lambda world: {}
    why: str = ""  # for public addresses: why anybody may open it
    guard: str = field(default="group")

    def __post_init__(self):
        """Who is not signed in is sent to sign-in; whoever posts gets what they posted back."""
        if "POST" in self.methods and not self.why and self.methods["POST"]["nobody"] == 302:
            self.methods = {**self.methods, "POST": {**self.methods["POST"], "nobody": 401}}


def statuses(default, **by_name):
    """A status for each of the cast: ``default`` unless named (spaces in names as underscores)."""
    table = dict.fromkeys(CAST, default)
    for name, status in by_name.items():
        table[name.replace("_", " ")] = status
    return table


def group_page(ok=200, **by_name):
    """Everybody who reads the group: ``ok``; the unsigned go to the charter, nobody to sign-in, others see nothing.

    *newcomer* is answered as *unsigned*, unless named.
    """
    table = {"nobody": 302, "member": ok, "peer": ok, "both": ok, "facilitator": ok, "unsigned": 302, **by_name}
    return statuses(404, **{"newcomer": table["unsigned"], **table})


def own_page(ok=200, **by_name):
    """Everybody signed in: ``ok``."""
    return statuses(ok, **{"nobody": 302, **by_name})


def office_page(ok=200, **by_name):
    """Everybody with a duty in the organization: ``ok``; narrow it with ``coach=403`` and so on.

    *other facilitator* is answered as *coach*, unless named.
    """
    table = {"nobody": 302, "hr": ok, "owner": ok, "coach": ok, "facilitator": ok, **by_name}
    return statuses(404, **{"other_facilitator": table["coach"], **table})


def anybody(ok=200, **by_name):
    """A public page."""
    return statuses(ok, **by_name)
