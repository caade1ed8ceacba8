"""Ending a program."""

from datetime import timedelta

from django.utils import timezone

from common.actor import acting_as
from common.fences import HR
from groups.models import CoachingGroup, Program
from groups.services import programs


def test_ending_a_program_ends_its_groups_once_and_no_others(world):
    now = timezone.now()
    with acting_as(HR, person=world.people["hr"], organization=world.organization):
        programs.end_program(program=world.program, now=now)
        programs.end_program(program=world.program, now=now + timedelta(days=1))
        states = dict(Program.objects.values_list("pk", "state"))
        groups = dict(CoachingGroup.objects.values_list("pk", "ended_at"))

    assert states == {world.program.pk: "ended", world.forming.pk: "forming"}
    assert groups == {world.group.pk: now, world.other_group.pk: now}
