"""Finding words in one's own journal: calculations on opened text, in memory only."""

import unicodedata
from dataclasses import dataclass

AROUND = 90  # characters that are shown on either side of what was found


@dataclass(frozen=True)
class Found:
    """The place where the first of the wanted words stands: what is before it, the words themselves, what is after."""

    before: str
    words: str
    after: str


def folded(text: str) -> tuple[str, list[int]]:
    """The text without case and accents, and for each of its characters the place in ``text`` that it came from."""
    characters, places = [], []
    for place, character in enumerate(text):
        for part in unicodedata.normalize("NFKD", character.casefold()):
            for plain in part.casefold():
                if not unicodedata.combining(plain):
                    characters.append(plain)
                    places.append(place)
    return "".join(characters), places


def words_of(query: str) -> list[str]:
    """The words that somebody looks for, each folded; marks that fold to nothing are no words."""
    return [word for word in folded(query)[0].split() if word]


def find(text: str, words: list[str]) -> Found | None:
    """Where ``words`` stand in ``text``; None unless each of them is somewhere in it."""
    plain, places = folded(text)
    if not words or any(word not in plain for word in words):
        return None
    at, word = min((plain.index(word), word) for word in words)
    begin, end = places[at], places[at + len(word) - 1] + 1
    while end < len(text) and unicodedata.combining(text[end]):  # an accent of its own goes with its letter
        end += 1
    first, last = max(0, begin - AROUND), min(len(text), end + AROUND)
    before, after = text[first:begin], text[end:last]
    return Found(f"…{before}" if first else before, text[begin:end], f"{after}…" if last < len(text) else after)
