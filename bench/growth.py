"""How many statements a page sends when there is little, and when there is much."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from bench.visits import copy_of
from common.actor import acting_as
from common.bootstrap import ARRANGER
from feedback.models import FeedbackNote
from goals.models import ActionStep, CheckIn, Goal
from sessions.models import AgendaBlock, CoachingSession

# What each page of a signed-in person asks alike: login session, person, database context and the blocks around it,
# and what the navigation offers.
EVERY_PAGE = (
    'FROM "django_session"',
    'FROM "accounts_person" WHERE "accounts_person"."id" = %s LIMIT',
    "set_config('role'",
    "SAVEPOINT",
    "FROM my_places()",
)


def statements(pairs, cast, *, few, many):
    """Page → its number of statements with ``few`` and with ``many`` rows of each kind in the group."""
    counted = []
    for number in (few, many):
        with acting_as(ARRANGER):
            fill_up(cast, number)
        counted.append({name: _count(product) for name, (product, _by_hand, _words) in pairs.items()})
    return {name: (counted[0][name], counted[1][name]) for name in pairs}


def fill_up(cast, number):
    """At least ``number`` goals with a check-in, steps, notes, blocks and sessions for the member to see."""
    goal, check_in = cast.goal, CheckIn.objects.filter(goal=cast.goal).order_by("created_at")[0]
    step = ActionStep.objects.filter(membership=cast.membership).order_by("-due_on")[0]
    block = AgendaBlock.objects.filter(coaching_session=cast.session).order_by("-position")[0]
    have = {
        Goal: Goal.objects.filter(membership=cast.membership, shared_at__isnull=False).count(),
        ActionStep: ActionStep.objects.filter(membership=cast.membership, closed_at=None).count(),
        FeedbackNote: FeedbackNote.objects.filter(recipient=cast.membership, opened_at=None).count(),
        AgendaBlock: AgendaBlock.objects.filter(coaching_session=cast.session).count(),
        CoachingSession: CoachingSession.objects.filter(group=cast.group).count(),
    }
    long_ago = timezone.now() - timedelta(days=30)
    for _ in range(number - have[Goal]):
        more = copy_of(Goal.objects.get(pk=goal.pk))
        copy_of(check_in, goal=more)
        CheckIn.objects.filter(goal=more).update(created_at=long_ago)
    for _ in range(number - have[ActionStep]):
        copy_of(ActionStep.objects.get(pk=step.pk), closed_at=None)
    for _ in range(number - have[FeedbackNote]):
        copy_of(FeedbackNote.objects.get(pk=cast.note.pk), opened_at=None)
    for at in range(number - have[AgendaBlock]):
        copy_of(block, position=block.position + 1 + at)
    for _ in range(number - have[CoachingSession]):
        copy_of(cast.session)


def _count(visit):
    seen = []

    def record(execute, sql, params, many, context):
        if not any(mark in sql for mark in EVERY_PAGE):
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(record):
        visit()
    return len(seen)
