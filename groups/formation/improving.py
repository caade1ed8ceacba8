"""Make groups that keep the rules better: two annealings side by side, each on a core of its own."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from groups.formation.arrays import Numbers
from groups.formation.counting import sums_of, value_of
from groups.formation.swaps import improve
from groups.formation.watch import Watch

WORKERS = 2
HOT, COLD = 0.02, 0.0003  # changes made of changes looked at
PROBE = 0.1  # share of the effort that goes into finding the temperatures
LAST = 4  # turns of each person in which only what is better is done
_PROBES, _COOLING = 32, 0.8
_NOISE = 1 << 14
_CHUNKS = 50  # between which clock and caller are asked


class Improver:
    """One part of the people, all of them seated; ``group[i]`` is where i sits, ``movable`` are those who may move."""

    def __init__(self, numbers: Numbers, group: Sequence[int], movable: Sequence[int], k: int):
        self.numbers = numbers
        self.group = np.array(group, np.int32)
        self.movable = np.array(movable, np.int32)
        self.k = k
        self.turns = 0

    def value(self) -> float:
        """What the grouping is worth now, summed over everybody; each counts 1 at most."""
        return value_of(self.numbers, self.group, self.k)

    def run(self, turns: int, seed: int, watch: Watch, tell: Callable[[float, float], None]) -> list[int]:
        """Spend so many turns in each worker, tell the share done and the value now and then; the best grouping met.

        With less time than that takes, the turns are as many as fit and the clock has ended it.
        """
        if self.k < 2 or len(self.movable) < 2 or turns < 1:
            return self.group.tolist()
        seeds = np.random.SeedSequence(seed).spawn(WORKERS)
        runs = [_Run(self, one, turns, watch, is_first) for one, is_first in zip(seeds, (True, False), strict=True)]
        with ThreadPoolExecutor(WORKERS - 1) as pool:
            others = [pool.submit(run.go, lambda share, value: None) for run in runs[1:]]
            runs[0].go(tell)
            for other in others:
                other.result()
        self.turns = sum(run.taken for run in runs)
        values = [value_of(self.numbers, run.state.best, self.k) for run in runs]
        return runs[int(np.argmax(values))].state.best.tolist()


class _Run:
    """One annealing from the grouping that placing found."""

    def __init__(self, improver, seeds, turns, watch, is_first):
        self.running = watch.running if is_first else watch.goes_on  # only one thread asks the caller
        self.numbers, self.k = improver.numbers, improver.k
        self.movable, self.turns, self.watch = improver.movable, turns, watch
        chance = np.random.default_rng(seeds)
        self.word = np.array([chance.integers(1, 2**63)], np.uint64)
        room = len(improver.group) + improver.k + 1
        self.noise = np.log(chance.random(_NOISE + room, np.float32) + np.float32(1e-9)).astype(np.float64)
        self.state = sums_of(self.numbers, improver.group.copy(), improver.k)
        self.taken = 0

    def go(self, tell):
        if self.running():
            hot, cold = self._temperatures()
            left = self._turns_that_fit()
            for chunk in range(_CHUNKS):
                if not self.running():
                    break
                self._take(left // _CHUNKS + 1, *(hot * (cold / hot) ** ((chunk + end) / _CHUNKS) for end in (0, 1)))
                tell((chunk + 1) / _CHUNKS, self.state.values[1])
            else:
                self._rebuild()
                self._take(LAST * len(self.movable), cold / 1000, cold / 1000)

    def _rebuild(self):
        """Go on from the best, with fresh sums."""
        self.state = sums_of(self.numbers, self.state.best.copy(), self.k)

    def _temperatures(self):
        """(hot, cold): where so many changes are made, on a quick way down from very hot; then back to the start."""
        spread = self.numbers.gain.std()
        hot = cold = temperature = 4 * float(spread) or 1.0
        count = max(int(self.turns * PROBE) // _PROBES, 20)
        self.began = time.monotonic()
        for _ in range(_PROBES):
            if not self.running():
                break
            looked, changed = self._take(count, temperature, temperature)
            if changed > HOT * looked:
                hot = temperature
            cold = temperature
            if changed <= COLD * looked:
                break
            temperature *= _COOLING
        return hot, min(cold, hot / 10)

    def _turns_that_fit(self):
        """The turns that are left, or as many as the clock allows at the rate so far."""
        left = max(int(self.turns * (1 - PROBE)), 1)
        rate = self.taken / max(time.monotonic() - self.began, 1e-6)
        fit = int(0.9 * rate * max(self.watch.left(), 0)) + 1
        if fit < left:
            self.watch.cut_short()
        return min(fit, left)

    def _take(self, count, hot, cold):
        self.taken += count
        return improve(self.numbers, self.state, self.movable, self.noise, self.word, count, hot, cold)
