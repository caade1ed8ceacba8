"""Two colleagues with no program: a pair since today, with one conversation closed and the next under way."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import Person
from coaching_site.demo import words
from common.actor import acting_as
from common.fences import MEMBER
from common.ids import new_id
from goals import services as goals
from groups.models import CoachingGroup, Membership, Rhythm
from groups.services import joining, pairs


def become_a_pair(one: Person, other: Person) -> dict[Person, Membership]:
    """One invites, the other says yes, and both sign: their seats. A pair cannot be given a past."""
    now = timezone.now()
    with acting_as(MEMBER, person=one):
        invitation = pairs.invite(
            person=one, key=new_id(), email=other.email, line=words.PAIR_LINE, rhythm=Rhythm.TWO_WEEKS,
            decide_on=(now + timedelta(weeks=12)).date(), pair_name=words.PAIR_NAME, now=now,
        )  # fmt: skip
    with acting_as(MEMBER, person=other):
        _outcome, pair = pairs.answer(token=pairs.token_of(invitation), rhythm=Rhythm.TWO_WEEKS)
    for person in (one, other):
        with acting_as(MEMBER, person=person):
            charter = joining.newest_charter(CoachingGroup.objects.get(pk=pair))
            joining.sign_charter(charter=charter, read=str(charter.pk))
    seats = {}
    for person in (one, other):
        with acting_as(MEMBER, person=person):
            seats[person] = Membership.objects.current(person).select_related("group").get(group=pair)
    return seats


def talk(coachee: Membership, coach: Membership, turns, *, now: datetime, step: str = "") -> None:
    """A conversation: the coachee begins where nothing says otherwise, and closes it with the step, if there is one."""
    with acting_as(MEMBER, person=coachee.person_id):
        row = goals.begin_conversation(membership=coachee, other=coach, now=now)
    for part, text, more in turns:
        author = coach if part in goals.COACHS_PARTS else coachee
        with acting_as(MEMBER, person=author.person_id):
            goals.take_turn(
                conversation=row, membership=author, key=new_id(), part=part, text=text, more=more, now=now
            )  # fmt: skip
    if step:
        with acting_as(MEMBER, person=coachee.person_id):
            goals.close_conversation(
                conversation=row, membership=coachee, key=new_id(), text=step, asker=None,
                due_on=(now + timedelta(days=6)).date(), today=now.date(), now=now,
            )  # fmt: skip
