"""Files of the maximally diverse grouping problem, as MDGPLIB and the literature use them.

Line 1: ``n k ss|ds least_1 most_1 … least_k most_k``; then ``i j distance`` for i < j, from 0. Lines may be missing:
their distance is 0.
"""

import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from groups.formation.model import FormationError


@dataclass(frozen=True)
class Instance:
    """``gain`` is n × n, symmetric, float64; ``least`` and ``most`` bound the size of each of the k groups."""

    gain: np.ndarray
    least: np.ndarray
    most: np.ndarray


def read_instance(path: Path | str) -> Instance:
    """Read a file, gzip or not. Raises FormationError, which names the line and says what is wrong with it."""
    opened = gzip.open if str(path).endswith(".gz") else open
    try:
        with opened(path, "rt", encoding="ascii", errors="strict") as file:
            lines = file.read().splitlines()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise FormationError(f"The file cannot be read: {error}") from error
    least, most, n = _head(lines[0] if lines else "")
    gain = np.zeros((n, n))
    for number, line in enumerate(lines[1:], start=2):
        if parts := line.split():
            i, j, distance = _pair(parts, n, number)
            gain[i, j] = gain[j, i] = distance
    return Instance(gain, least, most)


def _head(line):
    try:
        n, k, _kind, *bounds = line.split()
        n, k, bounds = int(n), int(k), [int(bound) for bound in bounds]
    except ValueError:
        raise FormationError(
            "Line 1: expected n, the number of groups, ss or ds, and two sizes for each group."
        ) from None
    if n < 1 or k < 1 or len(bounds) != 2 * k:
        raise FormationError(f"Line 1: {k} groups need {2 * k} sizes, the least and the most of each.")
    least, most = np.array(bounds[::2], np.int32), np.array(bounds[1::2], np.int32)
    if (least > most).any() or (least < 0).any():
        raise FormationError("Line 1: a group's least size is above its most, or below 0.")
    if not least.sum() <= n <= most.sum():
        raise FormationError(f"Line 1: {n} people do not fit into groups of {least.sum()} to {most.sum()} in all.")
    return least, most, n


def _pair(parts, n, number):
    try:
        i, j, distance = int(parts[0]), int(parts[1]), float(parts[2])
    except (ValueError, IndexError):
        raise FormationError(f"Line {number}: expected two people and their distance.") from None
    if not (0 <= i < n and 0 <= j < n and i != j and np.isfinite(distance)):
        raise FormationError(f"Line {number}: expected two different people from 0 to {n - 1}, and a number.")
    return i, j, distance
