"""The most varied grouping under sizes alone: two annealings side by side, each on a core of its own.

This is the maximally diverse grouping problem: part n people into k groups of given sizes so that the sum of ``gain``
over all pairs that share a group is greatest. Simulated annealing with swaps (Kirkpatrick, Gelatt, Vecchi 1983); how
hot it begins and how cold it ends is read off the instance: by how many of the pairs looked at swap.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from groups.formation.annealing import anneal, own_of, sums_of, value_of
from groups.formation.model import FormationError

WORKERS = 2
HOT, COLD = 0.004, 0.0001  # swaps made of pairs looked at
PROBE = 0.04  # share of the effort that goes into finding the temperatures
_PROBES, _PROBE_COOLING = 48, 0.85
_NOISE = 1 << 14
_LAST_TURNS = 4  # of each person, when only what is better is done
_CHUNKS = 200  # between which clock and caller are asked


@dataclass(frozen=True)
class Effort:
    """How long to go on: so many turns for each worker, or until the clock says so."""

    seconds: float
    turns: int | None
    should_stop: Callable[[], bool] | None


@dataclass(frozen=True)
class Grouping:
    """``group_of[i]`` is the group of i, from 0; ``value`` is the sum over pairs, in float64."""

    group_of: np.ndarray
    value: float

    def groups(self, k: int) -> list[list[int]]:
        """The members of each of the k groups, in order."""
        return [np.flatnonzero(self.group_of == g).tolist() for g in range(k)]


def maximize(
    gain: np.ndarray, least: np.ndarray, most: np.ndarray, *, seconds: float = 10.0, turns: int | None = None,
    seed: int = 0, should_stop: Callable[[], bool] | None = None, progress: Callable[[float], None] | None = None,
) -> Grouping:  # fmt: skip
    """Part people so that the sum of ``gain`` (n × n, symmetric) within groups is as great as can be found.

    ``least`` and ``most`` are the bounds of each group's size. The same seed and ``turns`` (of each of the two workers)
    give the same grouping; without ``turns`` the clock decides. ``progress`` gets each
    better value as it is found. Raises FormationError when the sizes cannot add up.
    """
    gain = np.ascontiguousarray(gain, np.float32)
    least, most = np.asarray(least, np.int32), np.asarray(most, np.int32)
    if not least.sum() <= len(gain) <= most.sum():
        raise FormationError(f"{len(gain)} people do not fit into groups of {least.sum()} to {most.sum()} in all.")
    effort = Effort(seconds, turns, should_stop)
    seeds = np.random.SeedSequence(seed).spawn(WORKERS)
    with ThreadPoolExecutor(WORKERS) as pool:
        runs = [pool.submit(_Run(gain, least, most, one).go, effort, progress) for one in seeds]
        found = [run.result() for run in runs]
    return max(found, key=lambda grouping: grouping.value)


class _Run:
    """One annealing, from a grouping by chance to one that no proposal makes better."""

    def __init__(self, gain, least, most, seeds):
        self.gain, self.least, self.most = gain, least, most
        self.chance = np.random.default_rng(seeds)
        self.shifts = bool((least != most).any())
        self.state = np.array([self.chance.integers(1, 2**63)], np.uint64)
        self.taken = 0
        self._begin()

    def _begin(self):
        n, k = len(self.gain), len(self.least)
        self.sizes = self.least.copy()
        while self.sizes.sum() < n:
            self.sizes[self.chance.choice(np.flatnonzero(self.sizes < self.most))] += 1
        self.group = self.chance.permutation(np.repeat(np.arange(k, dtype=np.int32), self.sizes))
        self.sums = sums_of(self.gain, self.group, k)
        self.own = own_of(self.group, self.sums)
        self.noise = np.log(self.chance.random(_NOISE + max(n, k), np.float32) + np.float32(1e-9))
        value = value_of(self.gain, self.group)
        self.best, self.values = self.group.copy(), np.array([value, value])

    def go(self, effort, progress):
        began = time.monotonic()
        hot, cold = self._temperatures(effort)
        done = 0.0
        self.rate = self.taken / max(time.monotonic() - began, 1e-6)
        told = self.values[1]
        while done < 1.0:
            if effort.should_stop and effort.should_stop():
                break
            count, then = self._chunk(effort, began, done)
            self._take_turns(count, hot * (cold / hot) ** done, hot * (cold / hot) ** then)
            done = then
            if progress and self.values[1] > told:
                told = self.values[1]
                progress(told)
        self._take_turns(_LAST_TURNS * len(self.gain), cold / 1000, cold / 1000)
        return Grouping(self.best, value_of(self.gain, self.best))

    def _chunk(self, effort, began, done):
        """How many turns come next, and how far the annealing is after them, from 0 to 1."""
        if effort.turns is not None:
            count = max(int(effort.turns * (1 - PROBE)) // _CHUNKS, 1)
            return count, done + 1.0001 / _CHUNKS
        gone = time.monotonic() - began
        left = effort.seconds - gone
        if left <= 0:
            return 1, 1.0
        self.rate = self.taken / gone
        count = max(int(self.rate * effort.seconds / _CHUNKS), 100)
        return count, min(done + (1 - done) * min(count / (self.rate * left), 1.0), 1.0)

    def _temperatures(self, effort):
        """(hot, cold): where so many pairs swap, on a quick way down from very hot."""
        temperature = 4 * float(self.gain[np.triu_indices(len(self.gain), 1)].std()) or 1.0
        count = self._probe_size(effort)
        hot, cold = temperature, None
        for _ in range(_PROBES):
            looked, changed = self._take_turns(count, temperature, temperature)
            accepted = changed / looked
            if accepted >= HOT:
                hot = temperature
            cold = temperature
            if accepted <= COLD:
                break
            temperature *= _PROBE_COOLING
        return hot, cold

    def _probe_size(self, effort):
        if effort.turns is not None:
            return max(int(effort.turns * PROBE) // _PROBES, 100)
        self._take_turns(100, 1e9, 1e9)  # compiled from here on
        began = time.monotonic()
        self._take_turns(2000, 1e9, 1e9)
        rate = 2000 / max(time.monotonic() - began, 1e-6)
        return max(int(rate * effort.seconds * PROBE) // _PROBES, 100)

    def _take_turns(self, count, hot, cold):
        self.taken += count
        return anneal(
            self.gain, self.group, self.sizes, self.least, self.most, self.sums, self.own, self.noise, self.state,
            count, hot, cold, self.shifts, self.best, self.values,
        )  # fmt: skip
