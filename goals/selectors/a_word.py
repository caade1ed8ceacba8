"""Who may need a word: what every member can see, put together for the facilitator. No score, no order but by name."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef

from goals.models import Goal
from goals.selectors.lines import StepLine, step_line
from goals.selectors.missed import Missed, missed_check_ins
from goals.selectors.steps import steps_to_show
from groups.models import Membership

STALLED_AFTER = timedelta(days=7)  # past its day
WITHOUT_GOAL_AFTER = timedelta(days=14)  # since they came


@dataclass
class Fact:
    """What can be seen about one person; at least one of the three."""

    coachee: Membership
    missed: Missed | None = None
    steps: list[StepLine] = field(default_factory=list)
    without_goal: bool = False

    @property
    def is_any(self):
        return bool(self.missed or self.steps or self.without_goal)


def who_may_need_a_word(*, membership: Membership, today: date, now: datetime) -> list[Fact]:
    """Members of the group who have missed a check-in, whose step has stalled, or who have no goal yet; by name.

    Three queries, and one for the group's key. Whoever pauses their rhythm has missed nothing.
    """
    shared = Goal.objects.filter(membership=OuterRef("pk"), shared_at__isnull=False)
    people = Membership.objects.visible_to(membership.person_id).reading().filter(group=membership.group_id)
    people = people.filter(role=Membership.Role.MEMBER).annotate(has_goal=Exists(shared)).select_related("person")
    facts = {one.pk: Fact(one, without_goal=_lacks_goal(one, now)) for one in people}
    for missed in missed_check_ins(membership.group, now=now):
        if missed.membership_id in facts and not missed.is_paused:
            facts[missed.membership_id].missed = missed
    stalled = (
        steps_to_show(membership.person_id)
        .open()
        .filter(group=membership.group_id, membership__in=list(facts), due_on__lt=today - STALLED_AFTER)
    )
    for step in stalled:
        facts[step.membership_id].steps.append(step_line(step, membership.pk, today))
    found = [fact for fact in facts.values() if fact.is_any]
    return sorted(found, key=lambda fact: (fact.coachee.person.name.casefold(), str(fact.coachee.pk)))


def _lacks_goal(membership, now):
    return not membership.has_goal and membership.admitted_at <= now - WITHOUT_GOAL_AFTER
