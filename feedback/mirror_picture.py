"""The four panes of a mirror, from the words of its owner and those of peers."""

from collections.abc import Sequence
from dataclasses import dataclass

from feedback.mirror_words import WORDS, shown


@dataclass(frozen=True)
class Word:
    """One word, whether its owner picked it, and which peers did."""

    label: str
    is_own: bool
    names: tuple[str, ...]

    @property
    def count(self) -> int:
        return len(self.names)


@dataclass(frozen=True)
class Panes:
    """Words both picked, those of peers only, those of the owner only, and all that nobody picked."""

    open: tuple[Word, ...]
    blind: tuple[Word, ...]
    hidden: tuple[Word, ...]
    unknown: tuple[Word, ...]

    @property
    def picked(self) -> tuple[Word, ...]:
        return self.open + self.blind + self.hidden


def panes(own: Sequence[str], picked: Sequence[tuple[str, Sequence[str]]]) -> Panes:
    """``own`` are the owner's words, ``picked`` each peer's name with theirs; often picked ones come first."""
    names = {word: [] for word in WORDS}
    for name, words in picked:
        for word in words:
            names.setdefault(word, []).append(name)
    rows = [Word(shown([word])[0], word in own, tuple(who)) for word, who in names.items()]
    rows.sort(key=lambda word: -word.count)
    return Panes(
        open=tuple(word for word in rows if word.is_own and word.names),
        blind=tuple(word for word in rows if not word.is_own and word.names),
        hidden=tuple(word for word in rows if word.is_own and not word.names),
        unknown=tuple(word for word in rows if not word.is_own and not word.names),
    )
