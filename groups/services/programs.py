"""Setting up a program, and ending it."""

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce, Least

from common import audit
from groups.models import CoachingGroup, Program


@transaction.atomic
def create_program(*, organization, by, **fields):
    """A program that is forming."""
    program = Program.objects.create(organization=organization, created_by=by, **fields)
    audit.record("program_created", **about(program))
    return program


def about(program):
    """What an entry about a program says of it."""
    return {
        "circle": audit.Circle.OFFICE, "organization_id": program.organization_id, "program": str(program.pk)
    }  # fmt: skip


@transaction.atomic
def end_program(*, program, now):
    """End a program and its groups: members go on reading, nobody meets or writes there any more.

    Its last day is today at the latest. Twice does no harm.
    """
    going_on = Program.objects.filter(pk=program.pk).exclude(state=Program.State.ENDED)
    last_day = Least(Coalesce("ends_on", Value(now.date())), Value(now.date()))
    if going_on.update(state=Program.State.ENDED, ends_on=last_day):
        audit.record("program_ended", **about(program))
    groups = CoachingGroup.objects.select_for_update().filter(program=program, state=CoachingGroup.State.ACTIVE)
    groups = groups.order_by("pk")  # as merging locks them
    for group in groups:
        audit.record("group_ended", **about(program) | {"circle": audit.Circle.BOTH, "group_id": group.pk})
    CoachingGroup.objects.filter(pk__in=[group.pk for group in groups]).update(
        state=CoachingGroup.State.ENDED, ended_at=now
    )
