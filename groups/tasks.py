"""Forming groups in the worker, and what is owed about charters."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from common.actor import acting_as
from common.fences import WORKER
from groups.models import Formation
from groups.services import charters, forgetting, forming, pair_terms, pairs


@shared_task(name="groups.solve_formation", ignore_result=True)
def solve_formation(formation_id):
    """Started by the page that asked, so that nobody waits for the clock."""
    forming.solve_formation(formation_id=formation_id, now=timezone.now())


@shared_task(name="groups.solve_queued_formations", ignore_result=True)
def solve_queued_formations():
    """Started by the clock: finds what no message announced, and what a lost worker left half done."""
    now = timezone.now()
    with acting_as(WORKER):
        forming.give_up_stuck(now=now, after=timedelta(minutes=10))
        waiting = list(Formation.objects.filter(state=Formation.State.QUEUED).values_list("pk", flat=True)[:20])
    for formation_id in waiting:
        forming.solve_formation(formation_id=formation_id, now=now)


@shared_task(name="groups.plan_charter_nudges", ignore_result=True)
def plan_charter_nudges():
    """Owe what is due about charters and newcomers. Beat starts this at each tick; an overlap does no harm."""
    with acting_as(WORKER):
        charters.plan_charter_nudges(now=timezone.now())


@shared_task(name="groups.plan_pair_nudges", ignore_result=True)
def plan_pair_nudges():
    """Owe what is due about pairs. Beat starts this at each tick; an overlap does no harm."""
    with acting_as(WORKER):
        pairs.plan_pair_nudges(now=timezone.now())
        pairs.forget_old_invitations(now=timezone.now())
        pair_terms.plan_term_nudges(now=timezone.now())


@shared_task(name="groups.forget_rosters", ignore_result=True)
def forget_rosters():
    """Delete the rosters of programs that are long over. Beat starts this once a day; an overlap does no harm."""
    with acting_as(WORKER):
        forgetting.forget_rosters(today=timezone.now().date())
