import pytest

from common import doors
from common.actor import acting_as
from common.fences import MEMBER
from common.tokens import hash_token, token_for
from groups.models import CoachingGroup, Membership
from groups.services import joining
from tests.factories import PairInvitationFactory, PersonFactory
from tests.groups.begun import build_begun, come, invite, write_in


@pytest.fixture
def begun(arranging):
    """A group that has begun, of Ada, Ben and Fay, who facilitates; see ``tests/groups/begun.py``."""
    with arranging():
        return write_in(build_begun())


@pytest.fixture
def noor(begun, arranging):
    """Noor's membership: a newcomer at the door of ``begun``."""
    with arranging():
        invitation = invite(begun, "noor")
    return come(begun, "noor", invitation)


@pytest.fixture
def two(arranging):
    """A pair that has begun: {"group", "ada", "ben"} and their memberships."""
    with arranging():
        ada, ben = PersonFactory(name="Ada"), PersonFactory(name="Ben")
        invitation = PairInvitationFactory(inviter=ada, email=ben.email)
    with acting_as(MEMBER, person=ben):
        token = token_for("pair_invitation", invitation.pk)
        outcome, group_id = doors.row("answer_pair_invitation", hash_token(token), 2)
        assert outcome == "opened"
    for person in (ada, ben):
        with acting_as(MEMBER, person=person):
            group = CoachingGroup.objects.get(pk=group_id)
            newest = joining.newest_charter(group)
            joining.sign_charter(charter=newest, read=str(newest.pk))
    with arranging():
        of = {person.name: Membership.objects.get(person=person, group=group) for person in (ada, ben)}
    return {"group": group, "ada": ada, "ben": ben, "of": of}
