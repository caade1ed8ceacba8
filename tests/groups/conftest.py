import pytest

from tests.groups.begun import build_begun, build_two, come, invite, write_in


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
    return build_two(arranging)
