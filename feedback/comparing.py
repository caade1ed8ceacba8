"""What members have in common and where they differ: counted from the topics they ticked, in plain sight."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.topics import TOPICS, shown
from groups.models import Membership

_COUNTS = {
    2: gettext_lazy("Two"), 3: gettext_lazy("Three"), 4: gettext_lazy("Four"), 5: gettext_lazy("Five"),
    6: gettext_lazy("Six"), 7: gettext_lazy("Seven"), 8: gettext_lazy("Eight"), 9: gettext_lazy("Nine"),
    10: gettext_lazy("Ten"), 11: gettext_lazy("Eleven"), 12: gettext_lazy("Twelve"),
}  # fmt: skip


@dataclass(frozen=True)
class TopicRow:
    """One topic that somebody ticked: ``marks`` says of each member, in their order, whether they did."""

    label: str
    marks: tuple[bool, ...]
    sentence: str

    @property
    def count(self) -> int:
        return sum(self.marks)


@dataclass(frozen=True)
class Comparison:
    """The members who ticked topics, and the topics: first those that most have in common."""

    members: tuple[Membership, ...]
    rows: tuple[TopicRow, ...]

    @property
    def common(self) -> tuple[TopicRow, ...]:
        """Ticked by at least two."""
        return tuple(row for row in self.rows if row.count > 1)

    @property
    def apart(self) -> tuple[TopicRow, ...]:
        """Ticked by one, where there is anybody to differ from."""
        return tuple(row for row in self.rows if row.count == 1) if len(self.members) > 1 else ()


def compare(ticked: Sequence[tuple[Membership, Sequence[str]]], *, reader: Membership, in_pair: bool) -> Comparison:
    """``ticked`` are members with the keys of their topics; who ticked none is left out."""
    ticked = [(member, set(topics)) for member, topics in ticked if topics]
    members = tuple(member for member, _topics in ticked)
    order = list(TOPICS)
    order += sorted({topic for _member, topics in ticked for topic in topics} - set(order))
    rows = []
    for topic in order:
        marks = tuple(topic in topics for _member, topics in ticked)
        if any(marks):
            label = shown([topic])[0]
            rows.append(TopicRow(label, marks, _in_words(label, members, marks, reader, in_pair)))
    return Comparison(members, tuple(sorted(rows, key=lambda row: -row.count)))


def _in_words(label, members, marks, reader, in_pair):
    """One sentence, said to a member, or to somebody who is not among those who tick."""
    who = [member for member, is_marked in zip(members, marks, strict=True) if is_marked]
    is_among = any(member.pk == reader.pk for member in members)
    if len(who) == 1:
        if who[0].pk == reader.pk:
            return _("Only you picked “%(topic)s”.") % {"topic": label}
        return _("Only %(name)s picked “%(topic)s”.") % {"name": who[0].person.name, "topic": label}
    count = str(_COUNTS.get(len(who), len(who)))
    if in_pair:
        return _("Both of you picked “%(topic)s”.") % {"topic": label}
    if is_among:
        return _("%(count)s of you picked “%(topic)s”.") % {"count": count, "topic": label}
    return _("%(count)s members picked “%(topic)s”.") % {"count": count, "topic": label}
