"""Eight people in two groups on a board, and the office that looks at it."""

from contextlib import contextmanager

import pytest

from common.actor import acting_as
from common.fences import HR
from groups.models import Formation
from tests.factories import FormationFactory, ParticipantFactory


class Stand:
    """A proposal of two groups, ``Ridge`` and ``Cove``; people are called by their position on the roster."""

    def __init__(self, world, formation, people):
        self.world, self.formation, self.people = world, formation, people
        self.hr = world.people["hr"]
        self.path = f"/o/meridian/programs/{world.forming.pk}/groups/{formation.pk}/"

    def id(self, number):
        return str(self.people[number].pk)

    @contextmanager
    def office(self, who="hr"):
        with acting_as(HR, person=self.world.people[who], organization=self.world.organization):
            yield

    def now(self):
        with self.office():
            return Formation.objects.select_related("program").get(pk=self.formation.pk)

    def groups(self):
        numbers = {self.id(number): number for number in range(len(self.people))}
        return [[numbers[pk] for pk in group["members"]] for group in self.now().proposal["groups"]]

    def tray(self):
        numbers = {self.id(number): number for number in range(len(self.people))}
        return [numbers[pk] for pk, _why in self.now().proposal["unplaced"]]


@pytest.fixture
def stand(world, arranging):
    with arranging():
        first = world.participant
        type(first).objects.filter(pk=first.pk).update(team="Team 0", level=2)
        first.refresh_from_db()
        names = ["Ben", "Cleo", "Dara", "Emil", "Fay", "Gus", "Hana", "Ivo"]
        people = [first] + [
            ParticipantFactory(program=world.forming, name=name, team=f"Team {number}", level=2)
            for number, name in enumerate(names, start=1)
        ]
        ids = [str(one.pk) for one in people]
        groups = [
            {"name": "Ridge", "members": ids[:4], "facilitator": None},
            {"name": "Cove", "members": ids[4:8], "facilitator": None},
        ]
        Formation.objects.filter(program=world.forming).update(state="replaced")
        proposal = {"groups": groups, "unplaced": [[ids[8], "Both groups are full."]], "score": 50}
        formation = FormationFactory(program=world.forming, proposal=proposal, asked_by=world.people["hr"])
    return Stand(world, formation, people)
