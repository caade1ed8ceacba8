"""Whether a search goes on: a cap in seconds, and somebody who may say stop."""

import time
from collections.abc import Callable


class Watch:
    """Asked between pieces of work. ``ended_by`` is moves, clock or stop."""

    def __init__(self, seconds: float, should_stop: Callable[[], bool] | None):
        self.deadline = time.monotonic() + seconds
        self.placing_deadline = time.monotonic() + seconds / 2
        self.should_stop = should_stop
        self.ended_by = "moves"
        self._is_over = False

    def running(self) -> bool:
        """For the thread that began the search: it alone asks the caller."""
        if not self._is_over:
            if self.should_stop and self.should_stop():
                self._is_over, self.ended_by = True, "stop"
            elif time.monotonic() >= self.deadline:
                self._is_over, self.ended_by = True, "clock"
        return not self._is_over

    def placing(self) -> bool:
        """The same while people are placed: half of the time is kept for making groups better."""
        if self.running() and time.monotonic() >= self.placing_deadline:
            self.cut_short()
            return False
        return not self._is_over

    def goes_on(self) -> bool:
        """For other threads."""
        return not self._is_over and time.monotonic() < self.deadline

    def left(self) -> float:
        return self.deadline - time.monotonic()

    def cut_short(self) -> None:
        """The clock made something smaller than was asked for."""
        if self.ended_by == "moves":
            self.ended_by = "clock"
