"""When an act at a door counts: now, and earlier only in an organization that is being founded."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from common.actor import acting_as
from common.fences import MEMBER
from common.tokens import token_for
from groups.models import Membership
from groups.services import joining
from tests.factories import InvitationFactory, PersonFactory


@pytest.mark.parametrize("act", ["join", "sign", "leave"])
def test_nobody_comes_or_goes_in_the_past_of_an_organization_that_is_there(world, arranging, act):
    past = timezone.now() - timedelta(days=3)
    with arranging():
        invitation = InvitationFactory(group=world.group)
        invited = PersonFactory(email=invitation.email)
    acts = {
        "join": (invited, lambda: joining.accept_invitation(token=token_for("invitation", invitation.pk), now=past)),
        "sign": (
            world.people["unsigned"],
            lambda: joining.sign_charter(charter=world.charter, read=str(world.charter.pk), now=past),
        ),
        "leave": (world.people["member"], lambda: joining.leave_group(group=world.group, now=past)),
    }
    who, go = acts[act]
    with arranging():
        before = sorted(Membership.objects.values_list("pk", "admitted_at", "left_at"), key=str)

    with pytest.raises(DatabaseError, match="being founded"), acting_as(MEMBER, person=who):
        go()

    with arranging():
        assert sorted(Membership.objects.values_list("pk", "admitted_at", "left_at"), key=str) == before
