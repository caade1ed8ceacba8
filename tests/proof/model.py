"""Who may read what, said a second time: a model of the rules in plain Python, without a database.

The state machine of ``test_state_machine.py`` plays the same moves on it and on the product, and compares. Time is a
count of moves.
"""

from dataclasses import dataclass, field


@dataclass
class Place:
    """A membership."""

    key: object
    person: str
    group: str
    role: str
    founding: bool
    admitted: bool = False
    since: int | None = None  # None: reads the past too
    open: bool = True

    @property
    def reads(self):
        return self.open and self.admitted


@dataclass
class Version:
    """A version of a group's charter."""

    key: object
    made_for: Place | None = None
    by: Place | None = None
    standing: bool = True
    signed: set = field(default_factory=set)  # keys of places


@dataclass
class Row:
    """Something written: ``kind`` is goal, version, check_in, step, note, reading or session."""

    kind: str
    key: object
    group: str
    author: Place | None
    at: int
    shared: bool = True
    closed: int | None = None
    goal: "Row | None" = None
    recipient: Place | None = None


class Model:
    """Places, charters and rows of the world, and what follows from them."""

    def __init__(self, groups):
        self.now = 0
        self.places, self.rows = [], []
        self.consents = set()  # (newcomer's key, consenting place's key)
        self.versions = {group: [] for group in groups}

    # Who is in

    def tick(self):
        self.now += 1

    def open_place(self, person, group):
        return next((p for p in self.places if p.person == person and p.group == group and p.open), None)

    def readers(self, group):
        return [place for place in self.places if place.group == group and place.reads]

    def has_begun(self, group):
        return any(place.admitted for place in self.places if place.group == group)

    def newest(self, group):
        return [version for version in self.versions[group] if version.standing][-1]

    def come(self, place, version=None):
        self.places.append(place)
        if version:
            self.versions[place.group].append(version)

    def sign(self, place):
        self.newest(place.group).signed.add(place.key)
        if place.founding:
            place.admitted = True
        self.settle(place.group)

    def settle(self, group):
        """Newcomers come in when they and all who read have signed the newest version: one after the other."""
        newest = self.newest(group)
        for place in [p for p in self.places if p.group == group and p.open and not p.admitted and not p.founding]:
            everybody = {reader.key for reader in self.readers(group)} | {place.key}
            if everybody <= newest.signed:
                place.admitted, place.since = True, self.now

    def end(self, place):
        place.open = False
        if not place.admitted:
            for version in self.versions[place.group]:
                if version.made_for is place:
                    version.standing = False
        self.settle(place.group)

    def can_decline(self, version, group):
        everybody = {reader.key for reader in self.readers(group)}
        is_first = version is self.versions[group][0]
        return (
            version is self.newest(group) and not version.made_for and not is_first and not everybody <= version.signed
        )

    def agree(self, newcomer, place):
        self.consents.add((newcomer.key, place.key))
        others = [reader for reader in self.readers(newcomer.group) if reader is not newcomer]
        if all((newcomer.key, other.key) in self.consents for other in others):
            newcomer.since = None

    # Who reads what

    def readable(self, person):
        """Keys of all rows that a person may read now."""
        return {row.key for row in self.rows if self._may_read(person, row)}

    def _may_read(self, person, row):
        place = self.open_place(person, row.group)
        if place is None or not place.reads:
            return False
        if row.kind in ("note", "reading"):
            return place in (row.author, row.recipient)
        if row.kind == "version":
            return self._may_read(person, row.goal)
        if row.author is place:
            return True
        after = place.since is None or row.at > place.since
        if row.kind == "session":
            return after
        open_or_later = row.closed is None or place.since is None or row.closed > place.since
        if row.kind == "check_in":
            return after
        return row.shared and open_or_later

    # What goes

    def withdraw(self, places):
        """What these places wrote is gone."""
        self.rows = [row for row in self.rows if row.author not in places or row.kind == "session"]
