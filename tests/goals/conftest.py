import pytest
import time_machine

from tests.factories import NOW
from tests.groups.begun import build_two


@pytest.fixture(autouse=True)
def clock():
    """It is the Monday of the factories; ``clock.move_to(…)`` moves on."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def two(arranging):
    """A pair that has begun: {"group", "ada", "ben"} and their memberships."""
    return build_two(arranging)
