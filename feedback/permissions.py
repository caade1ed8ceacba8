"""Who may write and open notes, and the words that say who reads them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from feedback.models import AirFlag, FeedbackNote, FeedbackRequest, MirrorAsk, NoteAnswer
from feedback.near import is_day_before
from groups.models import CoachingGroup, Membership
from groups.permissions import group_circle, is_facilitator, is_pair, runs_sessions
from sessions.models import CoachingSession

DAYS_FOR_NOTES = 7  # after a session


def can_write_note(membership: Membership) -> bool:
    """Whoever reads the group may write to a peer in it while it goes on, the facilitator too."""
    is_reading = membership.admitted_at is not None and membership.left_at is None
    return is_reading and membership.group.state == CoachingGroup.State.ACTIVE


def can_open_note(membership: Membership, note: FeedbackNote) -> bool:
    """Only the person it was written to opens a note."""
    return note.recipient_id == membership.pk


def can_take_note_back(membership: Membership, note: FeedbackNote) -> bool:
    """Only its author takes a note back."""
    return note.author_id == membership.pk


def can_read_letter(membership: Membership, note: FeedbackNote) -> bool:
    """The author reads it as written; the recipient once they have opened it; others once it is shared with them."""
    if can_open_note(membership, note):
        return note.opened_at is not None
    return note.author_id == membership.pk or can_read_as_shared(membership, note)


def can_read_as_shared(membership: Membership, note: FeedbackNote) -> bool:
    """Who is neither of the two reads what is shared with the group, or with its facilitator where they are that."""
    circle = FeedbackNote.Circle
    if membership.pk in (note.author_id, note.recipient_id) or note.recipient.left_at is not None:
        return False
    return note.shared_with == circle.GROUP or note.shared_with == circle.FACILITATOR and is_facilitator(membership)


def can_ask_for_help(membership: Membership, note: FeedbackNote, facilitators: Sequence[Membership]) -> bool:
    """Who has opened a note asks for help with it where somebody else than its author facilitates the group."""
    return can_share_note(membership, note) and bool(facilitators)


def can_share_note(membership: Membership, note: FeedbackNote) -> bool:
    """Only its recipient shares a note, once they have opened it and while the group goes on."""
    return can_open_note(membership, note) and note.opened_at is not None and can_write_note(membership)


def can_write_below(membership: Membership, note: FeedbackNote, part: str) -> bool:
    """Its receiver answers a note and asks about it; its author replies to what was asked."""
    by = note.author_id if part == NoteAnswer.Part.REPLY else note.recipient_id
    return by == membership.pk and can_write_note(membership)


def who_reads_hints() -> str:
    """Hints about a note are for whoever writes it, before it is sent."""
    return _("Only you")


def who_reads_note(other: Membership | None = None) -> str:
    """Who can read a note, said to one of the two; ``other`` is the other one, or nobody yet."""
    if other is None:
        return _("You and the person you write to; they may share it")
    return _("You and %(name)s") % {"name": other.person.get_short_name()}


def who_reads_shared(circle: str, facilitators: Sequence[str], two: Sequence[str]) -> str:
    """Who can read a note that is shared; ``two`` are the names of its author and its recipient."""
    if circle == FeedbackNote.Circle.GROUP:
        return group_circle(facilitators)
    names = ", ".join(dict.fromkeys([*two, *facilitators]))
    return _("Only %(names)s, and whoever else facilitates your group") % {"names": names}


def circles_to_share_with(
    facilitators: Sequence[str], two: Sequence[str], *, has_facilitator: bool
) -> list[tuple[str, str]]:
    """With whom a note can be shared, each with who reads it then; ``has_facilitator`` besides the two."""
    circle = FeedbackNote.Circle
    offered = [circle.FACILITATOR, circle.GROUP] if has_facilitator else [circle.GROUP]
    return [(one.value, who_reads_shared(one, facilitators, two)) for one in offered]


def who_reads_help(facilitators: Sequence[str]) -> str:
    """Who can read a request for help, said to whoever asks; ``facilitators`` are names."""
    names = _(", ").join(facilitators)
    return _("You and %(names)s (facilitator)") % {"names": names}


def who_reads_help_asked(asker: Membership) -> str:
    """The same, said to whoever facilitates."""
    return _("You, %(name)s, and whoever else facilitates your group; not its author") % {
        "name": asker.person.get_short_name()
    }


def can_answer_request(membership: Membership, request: FeedbackRequest) -> bool:
    """Only the peer who was asked writes or declines."""
    return request.peer_id == membership.pk and can_write_note(membership)


def can_withdraw_request(membership: Membership, request: FeedbackRequest) -> bool:
    """Only whoever asked takes it back."""
    return request.membership_id == membership.pk


def who_reads_request(other: Membership | None = None) -> str:
    """Who can read a request, said to one of the two; ``other`` is the other one, or those who are asked."""
    if other is None:
        return _("You and whom you ask")
    return _("You and %(name)s") % {"name": other.person.get_short_name()}


def can_name_behavior(membership: Membership) -> bool:
    """A member who reads the group names what to watch for in a session of theirs; who facilitates does not."""
    return membership.role == Membership.Role.MEMBER and can_write_note(membership)


def is_near(coaching_session: CoachingSession, now: datetime) -> bool:
    """From the day before the session on, where it is held."""
    return is_day_before(coaching_session.starts_at, coaching_session.timezone, now)


def is_naming_open(coaching_session: CoachingSession, now: datetime) -> bool:
    """From the day before until it ends."""
    stands = not coaching_session.cancelled_at and not coaching_session.is_over(now)
    return stands and is_near(coaching_session, now)


def is_close_open(coaching_session: CoachingSession, now: datetime) -> bool:
    """From when the session begins until a week after it: then its page leads through notes to one another."""
    last = coaching_session.ends_at + timedelta(days=DAYS_FOR_NOTES)
    return not coaching_session.cancelled_at and coaching_session.has_begun(now) and now < last


def who_reads_behavior(group: CoachingGroup, facilitators: Sequence[str]) -> str:
    """Who reads what somebody wants watched: everybody who reads the group. ``facilitators`` are names."""
    return group_circle(None if is_pair(group) else list(facilitators))


def can_pick_words(membership: Membership, ask: MirrorAsk) -> bool:
    """Only the peer who was asked picks words for a mirror, or declines."""
    return ask.peer_id == membership.pk


def who_reads_mirror() -> str:
    """One's own words, and the picture, are for oneself."""
    return _("Only you")


def who_reads_picks(asker: Membership) -> str:
    """Who reads the words that a peer picks, said to the peer."""
    return _("You; and %(name)s under your name, when at least two have picked") % {
        "name": asker.person.get_short_name()
    }


def can_introduce(membership: Membership) -> bool:
    """A member who reads the group tells it about themselves while it goes on; who facilitates does not."""
    return membership.role == Membership.Role.MEMBER and can_write_note(membership)


def can_take_introduction_back(membership: Membership) -> bool:
    """A member takes back what they told the group, also when it has ended."""
    return membership.role == Membership.Role.MEMBER


def who_reads_introduction(facilitators: Sequence[str] | None) -> str:
    """Everybody who reads the group; ``facilitators`` are names, None in a pair."""
    return group_circle(facilitators)


def can_raise_flag(membership: Membership) -> bool:
    """A member who reads the group raises what stands in the way while it goes on; who facilitates plans with it."""
    return membership.role == Membership.Role.MEMBER and can_write_note(membership)


def can_handle_flags_of_others(membership: Membership) -> bool:
    """Who facilitates, and in a pair either of the two, says of what is raised to them that it is handled."""
    return runs_sessions(membership)


def can_handle_flag(membership: Membership, flag: AirFlag) -> bool:
    """The same, and whoever raised it."""
    return flag.membership_id == membership.pk or can_handle_flags_of_others(membership)


def circles_of_flags(facilitators: Sequence[str] | None) -> list[tuple[str, str]]:
    """To whom one can raise it, each with who reads it then; ``facilitators`` are names, None in a pair."""
    circle = AirFlag.Circle
    to_group = (circle.GROUP.value, group_circle(facilitators))
    return [(circle.FACILITATOR.value, who_reads_help(facilitators)), to_group] if facilitators else [to_group]


def who_reads_words_of_flag(circles: Sequence[tuple[str, str]]) -> str:
    """Who reads the words, said before it is raised to one of these circles."""
    return circles[0][1] if len(circles) == 1 else _("You and whom you choose above")


def who_reads_flag(is_to_group: bool, facilitators: Sequence[str] | None) -> str:
    """Who reads it, said to whoever raised it."""
    if is_to_group or not facilitators:
        return group_circle(facilitators) if is_to_group else _("You and whoever facilitates your group")
    return who_reads_help(facilitators)


def who_reads_flag_told(raiser: Membership | None, is_to_group: bool, facilitators: Sequence[str] | None) -> str:
    """The same, said to those who are told."""
    if is_to_group or raiser is None:
        return group_circle(facilitators)
    return _("You, %(name)s, and whoever else facilitates your group; nobody else learns who raised it") % {
        "name": raiser.person.get_short_name()
    }
