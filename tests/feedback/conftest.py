import pytest
import time_machine

from tests.factories import NOW


@pytest.fixture(autouse=True)
def clock():
    """It is the Monday of the factories; ``clock.move_to(…)`` moves on."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock
