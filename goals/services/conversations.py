"""A pair's conversations: beginning one, taking turns in it, closing it with a step, and letting it go.

Who is in it is the caller's to check; what may come next is checked here, and again by the tables themselves. Where
these refuse what was checked a moment ago, one of the two has ended the pair in between.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F

from common.ids import new_id
from common.once import AlreadyWritten, insert_once
from common.refused import refused_as
from goals.models import ConversationTurn, PairConversation
from goals.services.refusals import (
    ConversationLetGo,
    ConversationOpen,
    NobodyThere,
    NotTheTurn,
    NotYourTurn,
    PairHasEnded,
    StepMissing,
)
from goals.services.steps import write_step
from groups.models import CoachingGroup, Membership
from nudges.models import Nudge
from nudges.services import owe

CONVERSATION_TURN = "conversation_turn"
# Two who sit together, or write to one another at this moment, need no mail: whoever has gone on by then gets none.
NUDGE_AFTER = timedelta(minutes=5)
Stage, Part = PairConversation.Stage, ConversationTurn.Part
COACHS_PARTS = (Part.QUESTION, Part.VIEW, Part.CHECK)
_AFTER = {
    Part.ISSUE: Stage.QUESTION,
    Part.QUESTION: Stage.ANSWER,
    Part.ANSWER: Stage.VIEW,
    Part.VIEW: Stage.REACTION,
    Part.REACTION: Stage.CHECK,
    Part.CHECK: Stage.STEP,
}


def parts_waited_for(stage: str) -> tuple[str, ...]:
    """What may be written at this stage; before the coach's view as many questions as they like."""
    if stage == Stage.VIEW:
        return (Part.QUESTION, Part.VIEW)
    return (Part(stage),) if stage in Part.values else ()


@refused_as(PairHasEnded)
def begin_conversation(*, membership: Membership, other: Membership | None, now: datetime) -> PairConversation:
    """Begin the pair's next conversation. Raises PairHasEnded, NobodyThere, ConversationOpen.

    The roles swap by themselves: the coachee is who was the coach the last time, and the first time whoever begins.
    They stay after a conversation that was let go.
    """
    _must_go_on(membership)
    if other is None or other.left_at is not None or other.admitted_at is None:
        raise NobodyThere
    last = PairConversation.objects.filter(group=membership.group_id).order_by("-begun_at").first()
    two = {membership.pk: membership, other.pk: other}
    next_one = last and (last.coachee_id if last.stage == Stage.LET_GO else last.coach_id)
    coachee = two.pop(next_one if next_one in two else membership.pk)
    (coach,) = two.values()
    conversation = PairConversation(
        pk=new_id(), group_id=membership.group_id, organization_id=membership.organization_id, coachee=coachee,
        coach=coach, begun_at=now, moved_at=now,
    )  # fmt: skip
    try:
        insert_once(conversation)
    except AlreadyWritten as error:
        raise ConversationOpen from error
    _owe_word(conversation, membership, now)
    return conversation


@refused_as(PairHasEnded)
def take_turn(
    *, conversation: PairConversation, membership: Membership, key: UUID, part: str, text: str, more: str = "",
    now: datetime,
) -> ConversationTurn:  # fmt: skip
    """Write what is waited for, and owe the other one word of it.

    The coach's view comes after the coachee's own analysis and at least one question that was answered. The coachee may
    write down what the coach said aloud. Of two at once the second waits, and learns that it came late. Raises
    PairHasEnded, AlreadyWritten, ConversationLetGo, NotTheTurn, NotYourTurn.
    """
    now_is = _locked(conversation, key)
    _must_go_on(membership)
    if now_is.stage == Stage.LET_GO:
        raise ConversationLetGo
    if part not in parts_waited_for(now_is.stage):
        raise NotTheTurn
    if membership.pk == now_is.coach_id and part not in COACHS_PARTS:
        raise NotYourTurn
    turn = ConversationTurn(
        pk=key, conversation=now_is, group_id=now_is.group_id, organization_id=now_is.organization_id,
        author=membership, reader_id=other_of(now_is, membership), part=part, number=now_is.turns_taken + 1,
        written_at=now,
    )  # fmt: skip
    turn.text, turn.more = text, more
    insert_once(turn)
    _move_on(now_is, now, stage=_AFTER[part])
    _owe_word(now_is, membership, now)
    return turn


@refused_as(PairHasEnded)
def close_conversation(
    *, conversation: PairConversation, membership: Membership, key: UUID, now: datetime, **step
) -> PairConversation:
    """Close it with the coachee's step, which has a day. There is no other way.

    Raises PairHasEnded, AlreadyWritten, ConversationLetGo, NotTheTurn, NotYourTurn, StepMissing, and what
    ``write_step`` raises.
    """
    now_is = _locked(conversation, key)
    _must_go_on(membership)
    if now_is.stage == Stage.LET_GO:
        raise ConversationLetGo
    if now_is.stage != Stage.STEP:
        raise AlreadyWritten if now_is.step_id == key else NotTheTurn
    if membership.pk != now_is.coachee_id:
        raise NotYourTurn
    if not step.get("due_on"):
        raise StepMissing
    written = write_step(membership=membership, key=key, **step)
    _move_on(now_is, now, stage=Stage.CLOSED, closed_at=now, step=written)
    return now_is


@refused_as(PairHasEnded)
def let_go_of_conversation(*, conversation: PairConversation, membership: Membership, now: datetime) -> bool:
    """Either lets it go while it is open, without a reason and without a step; whether there was one to let go.

    What was said stays where it is, nothing is added any more, and the mail that is owed about it is not sent. Raises
    PairHasEnded.
    """
    _must_go_on(membership)
    still = PairConversation.objects.open().filter(pk=conversation.pk)
    return bool(still.update(stage=Stage.LET_GO, moved_at=now, closed_at=now))


def like_question(*, turn: ConversationTurn, is_good: bool, now: datetime) -> None:
    """Keep a question as one that helped, for the pair's next conversations; or keep it no longer. Twice is once."""
    questions = ConversationTurn.objects.filter(pk=turn.pk, part=Part.QUESTION)
    (questions.filter(liked_at=None) if is_good else questions).update(liked_at=now if is_good else None)


def other_of(conversation: PairConversation, membership: Membership) -> UUID:
    """The id of the other one of the two."""
    return conversation.coach_id if membership.pk == conversation.coachee_id else conversation.coachee_id


def _must_go_on(membership):
    """Asked anew: the other one may have left while this form was written, or while it waited for a lock."""
    if not CoachingGroup.objects.filter(pk=membership.group_id, state=CoachingGroup.State.ACTIVE).exists():
        raise PairHasEnded


def _locked(conversation, key):
    """The conversation as it is now, held still until the turn is written."""
    row = PairConversation.objects.select_for_update().filter(pk=conversation.pk).first()
    if ConversationTurn.objects.filter(pk=key, conversation=conversation.pk).exists():
        raise AlreadyWritten
    # closed, or the pair has ended: nobody changes it any more, so it cannot be held
    row = row or PairConversation.objects.filter(pk=conversation.pk).first()
    if row is None:  # the acting person has left
        raise PairHasEnded
    return row


def _move_on(conversation, now, **changed):
    conversation.moved_at = now
    for name, value in changed.items():
        setattr(conversation, name, value)
    still = PairConversation.objects.filter(pk=conversation.pk)
    if not still.update(turns_taken=F("turns_taken") + 1, moved_at=now, **changed):
        raise PairHasEnded
    conversation.turns_taken += 1


def _owe_word(conversation, membership, now):
    """Owe whoever is waited for word of it, unless they have just written themselves."""
    waited_for = conversation.coach if conversation.waits_for_coach else conversation.coachee
    if waited_for.pk == membership.pk:
        return
    owe([
        Nudge(
            organization_id=conversation.organization_id,
            recipient_id=waited_for.person_id,
            kind=CONVERSATION_TURN,
            dedupe_key=f"{CONVERSATION_TURN}:{conversation.pk}:{conversation.turns_taken}",
            context={"conversation": str(conversation.pk), "turns": conversation.turns_taken},
            send_after=now + NUDGE_AFTER,
        )
    ])  # fmt: skip
