"""Going and coming at once, on two connections; and a request under way while the person's place in the group ends."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.models import Duty
from common.actor import acting_as
from common.fences import HR, MEMBER
from common.models import AuditEntry
from goals.models import Goal
from groups.models import CoachingGroup, Invitation, Membership
from groups.services import going, mending, placing
from tests.factories import (
    CoachingGroupFactory,
    GoalFactory,
    MembershipFactory,
    OrganizationRoleFactory,
    ParticipantFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)
REFUSALS = (
    going.AlreadyGone,
    mending.GroupChanged,
    placing.FacilitatorChanged,
    placing.NotFree,
    placing.DoesNotFit,
    placing.GroupHasEnded,
)


def elsewhere(work):
    """Run it to its end on another connection; what it returned or refused, by name."""

    def run():
        try:
            work()
        except REFUSALS as refusal:
            return type(refusal).__name__
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def together(*works):
    """Run these at once, each on its own connection."""
    gate = Barrier(len(works))

    def run(work):
        gate.wait(timeout=10)
        return elsewhere(work)

    with ThreadPoolExecutor(len(works)) as pool:
        return sorted(pool.map(run, works))


def leave(world, name):
    def work():
        with acting_as(MEMBER, person=world.people[name]):
            going.leave(membership=world.memberships[name], takes_words=False)

    return work


def remove(world, name, reason="absent"):
    def work():
        with acting_as(MEMBER, person=world.people["facilitator"]):
            going.remove_member(membership=world.memberships[name], reason=reason, now=timezone.now())

    return work


def in_office(world, by, act, **kwargs):
    def work():
        with acting_as(HR, person=world.people[by], organization=world.organization):
            act(now=timezone.now(), **kwargs)

    return work


def endings(arranging):
    with arranging():
        entries = AuditEntry.objects.filter(act__startswith="membership_")
        return sorted(entries.values_list("act", flat=True))


# At once ------------------------------------------------------------------------------------------------------------


def test_leaving_and_being_removed_at_once_is_one_ending(world, arranging):
    results = together(leave(world, "peer"), remove(world, "peer"))

    with arranging():
        ended_as = Membership.objects.get(pk=world.memberships["peer"].pk).ended_as
    assert results == {"left": ["AlreadyGone", "done"], "removed": ["done", "done"]}[ended_as]
    assert endings(arranging) == [f"membership_{ended_as}"]


def test_two_removals_at_once_are_one_with_one_reason(world, arranging):
    results = together(remove(world, "peer", "absent"), remove(world, "peer", "conflict"))

    assert results == ["AlreadyGone", "done"]
    assert endings(arranging) == ["membership_removed"]


def test_two_who_replace_a_facilitator_at_once_leave_one(world, arranging):
    with arranging():
        candidates = [
            OrganizationRoleFactory(organization=world.organization, role=Duty.FACILITATOR).person for _ in "ab"
        ]
    replaces = world.memberships["facilitator"]

    results = together(
        *(
            in_office(world, by, placing.name_facilitator, group=world.group, person=person, replaces=replaces)
            for by, person in zip(("hr", "owner"), candidates, strict=True)
        )
    )

    assert results == ["FacilitatorChanged", "done"]
    with arranging():
        serving = Membership.objects.filter(group=world.group, role="facilitator", left_at=None)
        assert len(set(serving.values_list("person_id", flat=True)) & {one.pk for one in candidates}) == 1
        assert serving.count() == 1
    assert endings(arranging) == ["membership_replaced"]


def test_the_last_seat_is_given_once(world, arranging):
    with arranging():
        group = CoachingGroupFactory(program=world.program)
        type(world.program).objects.filter(pk=world.program.pk).update(size_min=2, size_target=2, size_max=2)
        first, *others = ParticipantFactory.create_batch(3, program=world.program)
    assert elsewhere(in_office(world, "hr", placing.invite_participant, group=group, participant=first)) == "done"

    results = together(
        *(in_office(world, "hr", placing.invite_participant, group=group, participant=other) for other in others)
    )

    assert results == ["DoesNotFit", "done"]
    with arranging():
        assert Invitation.objects.filter(group=group).count() == 2


def test_nobody_is_invited_to_two_groups_at_once(world, arranging):
    with arranging():
        groups = CoachingGroupFactory.create_batch(2, program=world.program)
        participant = ParticipantFactory(program=world.program)

    results = together(
        *(in_office(world, "hr", placing.invite_participant, group=group, participant=participant) for group in groups)
    )

    assert results == ["NotFree", "done"]
    with arranging():
        assert Invitation.objects.filter(participant=participant, withdrawn_at=None).count() == 1


def test_nobody_is_named_while_the_group_ends(world, arranging):
    results = together(
        in_office(world, "hr", placing.end_group, group=world.group),
        in_office(
            world, "owner", placing.name_facilitator, group=world.group, person=world.people["coach"],
            replaces=world.memberships["facilitator"],
        ),
    )  # fmt: skip

    with arranging():
        named = Membership.objects.filter(group=world.group, person=world.people["coach"]).exists()
        assert CoachingGroup.objects.get(pk=world.group.pk).state == "ended"
    assert results == (["done", "done"] if named else ["GroupHasEnded", "done"])


def test_two_offices_that_merge_groups_at_once_merge_one(world, arranging):
    """Each into the other, so that whoever comes second finds its target or its own group ended."""
    with arranging():
        groups = CoachingGroupFactory.create_batch(2, program=world.program)
        rows = [ParticipantFactory(program=world.program) for _group in groups]
        for group, row in zip(groups, rows, strict=True):
            MembershipFactory(group=group, participant=row)

    results = together(
        *(
            in_office(world, by, mending.merge_group, group=groups[at], targets={rows[at].pk: groups[1 - at].pk})
            for at, by in enumerate(("hr", "owner"))
        ),
        in_office(world, "hr", mending.merge_group, group=groups[0], targets={rows[0].pk: groups[1].pk}),
    )

    assert results == ["GroupHasEnded", "GroupHasEnded", "done"]
    with arranging():
        assert CoachingGroup.objects.filter(pk__in=[one.pk for one in groups], state="ended").count() == 1
        assert Invitation.objects.filter(participant__in=rows, withdrawn_at=None).count() == 1


# Under way ----------------------------------------------------------------------------------------------------------


def late_goal(world):
    return GoalFactory.build(
        membership=world.memberships["peer"], group=world.group, organization=world.organization, title="Late"
    )


@pytest.mark.parametrize("ends", [leave, remove], ids=["leaves", "is removed"])
def test_a_request_under_way_reads_and_writes_nothing_once_the_place_has_ended(world, arranging, ends):
    """The database may still answer a bare query of that request; what pages ask begins with ``visible_to``."""
    peer = world.people["peer"]
    with acting_as(MEMBER, person=peer):
        read_before = Goal.objects.visible_to(peer).filter(pk=world.goal.pk).exists()
        late = late_goal(world)

        assert elsewhere(ends(world, "peer")) == "done"

        read_after = Goal.objects.visible_to(peer).filter(pk=world.goal.pk).exists()
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            late.save(force_insert=True)

    assert (read_before, read_after) == (True, False)
    with arranging():
        assert not Goal.objects.filter(pk=late.pk).exists()


def test_that_request_would_have_written_had_the_place_not_ended(world, arranging):
    with acting_as(MEMBER, person=world.people["peer"]):
        assert Goal.objects.filter(pk=world.goal.pk).exists()
        late = late_goal(world)

        assert elsewhere(leave(world, "member")) == "done"

        late.save(force_insert=True)

    with arranging():
        assert Goal.objects.filter(pk=late.pk).exists()
