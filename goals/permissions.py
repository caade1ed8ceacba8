"""Who may do what with goals, check-ins and steps, and the words that say who reads them."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from goals.due import UNDO_FOR
from goals.models import ActionStep, CheckIn, CheckInNote, CheckInPartner, Goal, PairConversation, ReadingRequest
from groups.models import CoachingGroup, Membership
from groups.permissions import group_circle, is_pair, pair_circle


def can_write(membership: Membership) -> bool:
    """Whoever reads the group may write in it while it goes on, facilitators too."""
    is_reading = membership.admitted_at is not None and membership.left_at is None
    return is_reading and membership.group.state == CoachingGroup.State.ACTIVE


def can_change_goal(membership: Membership, goal: Goal) -> bool:
    """Only whose goal it is may reword, share and check in on it, until it is closed."""
    return can_write(membership) and goal.membership_id == membership.pk and goal.closed_at is None


def is_open_to_check_ins(goal: Goal) -> bool:
    """One checks in on a shared goal: words written for oneself alone must not reach the group with a later sharing."""
    return goal.shared_at is not None and goal.closed_at is None


def can_ask_for_readings(membership: Membership, goal: Goal) -> bool:
    """Only whose goal it is asks peers what they notice, once the goal is shared."""
    return can_change_goal(membership, goal) and is_open_to_check_ins(goal)


def can_read_readings(membership: Membership, goal: Goal) -> bool:
    """Readings are for the coachee alone; each peer sees the one that they gave, on its own page."""
    return goal.membership_id == membership.pk


def can_give_reading(membership: Membership, request: ReadingRequest) -> bool:
    """Only the peer who was asked gives a reading or declines."""
    return can_write(membership) and request.peer_id == membership.pk


def can_close_step(membership: Membership, step: ActionStep) -> bool:
    """Only the coachee who made the commitment may close it."""
    return step.membership_id == membership.pk


def can_change_step(membership: Membership, step: ActionStep) -> bool:
    """Only whose step it is may move it, let it go, open it again, keep its days and choose who asks."""
    return can_write(membership) and step.membership_id == membership.pk


def can_reopen_step(membership: Membership, step: ActionStep, now: datetime) -> bool:
    """For a few minutes whose step it is may take back that they have closed it."""
    return can_change_step(membership, step) and step.closed_at is not None and now - step.closed_at < UNDO_FOR


def can_answer_step(membership: Membership, step: ActionStep) -> bool:
    """Only the peer who is named may say whether they will ask."""
    return can_write(membership) and step.asker_id == membership.pk


def can_note_check_in(membership: Membership, check_in: CheckIn) -> bool:
    """Whoever reads the group may say what they noticed in the check-in of somebody else."""
    return can_write(membership) and check_in.membership_id != membership.pk


def can_thank_for_note(membership: Membership, note: CheckInNote) -> bool:
    """Only whose check-in it is; ``note`` comes with its check-in."""
    return note.check_in.membership_id == membership.pk


def can_take_back_note(membership: Membership, note: CheckInNote) -> bool:
    """Only who wrote it."""
    return note.membership_id == membership.pk


def can_agree_to_partner(membership: Membership, row: CheckInPartner) -> bool:
    """Only who was asked."""
    return row.partner_id == membership.pk


def can_rotate(membership: Membership) -> bool:
    """Members take turns with members; who facilitates does not take part."""
    return can_write(membership) and membership.role == Membership.Role.MEMBER


def who_reads_rhythm(facilitators: Sequence[str]) -> str:
    """Who can read when somebody is asked: they themselves, and whoever facilitates."""
    if not facilitators:
        return _("Only you")
    names = _(", ").join(facilitators)
    return _("You and %(names)s (facilitator)") % {"names": names}


def who_reads_partners() -> str:
    """Who can read who asked whom: the two of them."""
    return _("You and whom you ask")


def who_reads_check_in_by_link() -> str:
    """Who can read what is written behind the link of a mail, where nobody is named."""
    return _("Your group and whoever facilitates it")


def can_see_who_may_need_a_word(membership: Membership) -> bool:
    """Whoever facilitates the group, while it goes on: the facts are those that every member can see."""
    return can_write(membership) and membership.role == Membership.Role.FACILITATOR


def who_reads_goal(*, is_shared: bool, facilitators: Sequence[str]) -> str:
    """Who can read a goal and its check-ins; a draft is its author's alone. ``facilitators`` are names."""
    return who_reads_steps(facilitators) if is_shared else _("Only you")


def who_reads_steps(facilitators: Sequence[str]) -> str:
    """Who can read a step: everybody who reads the group now, facilitators by name."""
    return group_circle(facilitators)


def who_reads_reading(other: Membership | None = None) -> str:
    """Who can read a reading, said to one of the two; ``other`` is the other one, or the peers who are asked."""
    if other is None:
        return _("You, and each peer what they wrote themselves")
    return _("You and %(name)s") % {"name": other.person.get_short_name()}


def who_reads_journal() -> str:
    """A journal is its writer's alone, whatever becomes of their groups."""
    return _("Only you")


def who_reads_a_word(facilitators: Sequence[str]) -> str:
    """Who opens the page "who may need a word": those who facilitate the group, by name."""
    names = ", ".join(facilitators)
    return _("Only whoever facilitates: %(names)s. The facts on it are those that everybody here can see.") % {
        "names": names
    }


def can_converse(membership: Membership) -> bool:
    """Either of a pair, as long as it goes on."""
    return can_write(membership) and is_pair(membership.group)


def can_take_part(membership: Membership, conversation: PairConversation, part: str) -> bool:
    """The coachee may write any part, because they may note what the coach said aloud; the coach only the coach's."""
    if membership.pk == conversation.coachee_id:
        return True
    return membership.pk == conversation.coach_id and part in ("question", "view", "check")


def can_close_conversation(membership: Membership, conversation: PairConversation) -> bool:
    """Only whose issue it is: the step is theirs."""
    return membership.pk == conversation.coachee_id


def can_let_go_conversation(membership: Membership, conversation: PairConversation) -> bool:
    """Either of the two."""
    return membership.pk in (conversation.coachee_id, conversation.coach_id)


def can_like_question(membership: Membership, conversation: PairConversation) -> bool:
    """Only whom it was put to."""
    return membership.pk == conversation.coachee_id


def who_reads_conversation(name: str = "") -> str:
    """Who reads what is said in a pair's conversation: the two."""
    return pair_circle(name)
