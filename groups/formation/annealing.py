"""Simulated annealing over groupings: swaps and moves of people between groups, with sums kept up to date.

Knows numbers only: ``gain[i, j]`` is what it is worth that i and j share a group. The compiled functions release the
interpreter, so that two of them run on two cores. Notation: n people, k groups.
"""

import numpy as np
from numba import njit

from groups.formation.chance import below

_COOL_EVERY = 32  # turns
_BLOCK = 64  # people looked at together


@njit(cache=True, nogil=True)
def sums_of(gain, group, k):
    """``sums[g, i]``: what i would share with all of group g. float32, k × n."""
    n = len(group)
    sums = np.zeros((k, n), np.float32)
    for j in range(n):
        row = sums[group[j]]
        for i in range(n):
            row[i] += gain[j, i]
    return sums


@njit(cache=True, nogil=True)
def value_of(gain, group):
    """The sum of ``gain`` over all pairs that share a group, in float64."""
    n, value = len(group), 0.0
    for i in range(n):
        for j in range(i):
            if group[i] == group[j]:
                value += np.float64(gain[i, j])
    return value


@njit(cache=True, nogil=True)
def own_of(group, sums):
    """``own[i]``: what i shares with their own group. float32, n."""
    own = np.empty(len(group), np.float32)
    for i in range(len(group)):
        own[i] = sums[group[i], i]
    return own


@njit(cache=True, nogil=True, fastmath={"nnan", "ninf", "nsz"})
def _best_in(first, last, here, gain, group, there, own, noise, offset, temperature):
    """The greatest of (what swapping with j is worth, less what its luck asks for) over j from first to last - 1.

    Elementwise and without a branch, so that it is compiled to vector instructions: this is where the time goes.
    """
    best = np.float32(-1e30)
    for j in range(first, last):
        worth = here[j] + there[group[j]] - own[j] - np.float32(2.0) * gain[j] - temperature * noise[offset + j]
        best = max(best, worth)
    return best


@njit(cache=True, nogil=True)
def anneal(gain, group, sizes, least, most, sums, own, noise, state, turns, hot, cold, shifts, best_group, values):
    """Give so many people in turn the chance to change places while it cools from ``hot`` to ``cold``.

    Whoever's turn it is looks at everybody else, beginning anywhere, and swaps with the first with whom Metropolis'
    rule allows it; where ``shifts`` and sizes allow it, they look first at places free in other groups. Changes
    ``group``, ``sizes``, ``sums``, ``own``, the random ``state``, ``best_group`` and ``values`` ([now, best]) in place;
    ``noise`` holds logarithms of random numbers, at least n + 1 of them. Returns (pairs looked at, changes made).
    """
    n, k = len(group), len(sizes)
    spare = len(noise) - max(n, k)
    there = np.empty(k, np.float32)
    cooling = (cold / hot) ** (_COOL_EVERY / turns)
    temperature, value, best = np.float32(hot), values[0], values[1]
    looked, changed = 0, 0
    for turn in range(turns):
        if turn % _COOL_EVERY == 0 and turn:
            temperature = np.float32(temperature * cooling)
        i = below(state, n)
        a = group[i]
        mine, here, with_i = own[i], sums[a], gain[i]
        for g in range(k):
            there[g] = sums[g, i]
        there[a] = np.float32(-1e30)
        if shifts and sizes[a] > least[a]:
            offset, start, b = below(state, spare), below(state, k), -1
            for step in range(k):
                g = start + step - (k if start + step >= k else 0)
                if sizes[g] < most[g] and there[g] - mine > temperature * noise[offset + g]:
                    b = g
                    break
            looked += k
            if b >= 0:
                value += there[b] - mine
                _move(i, a, b, gain, group, sums, own)
                sizes[a] -= 1
                sizes[b] += 1
                changed += 1
                if value > best:
                    best = value
                    best_group[:] = group
                continue
        offset, start = below(state, spare), below(state, n)
        j = -1
        for part in range(2):
            first, end = (start, n) if part == 0 else (0, start)
            while first < end:
                last = min(first + _BLOCK, end)
                looked += last - first
                if _best_in(first, last, here, with_i, group, there, own, noise, offset, temperature) > mine:
                    for one in range(first, last):
                        worth = here[one] + there[group[one]] - own[one] - np.float32(2.0) * with_i[one]
                        if worth - temperature * noise[offset + one] > mine:
                            j = one
                            break
                    break
                first = last
            if j >= 0:
                break
        if j < 0:
            continue
        b = group[j]
        value += here[j] + there[b] - own[j] - mine - np.float32(2.0) * with_i[j]
        _swap(i, j, a, b, gain, group, sums, own)
        changed += 1
        if value > best:
            best = value
            best_group[:] = group
    values[0], values[1] = value, best
    return looked, changed


@njit(cache=True, nogil=True)
def _swap(i, j, a, b, gain, group, sums, own):
    group[i] = b
    group[j] = a
    here, there, one, other = sums[a], sums[b], gain[i], gain[j]
    for x in range(len(group)):
        change = other[x] - one[x]
        here[x] += change
        there[x] -= change
        own[x] = here[x] if group[x] == a else there[x] if group[x] == b else own[x]


@njit(cache=True, nogil=True)
def _move(i, a, b, gain, group, sums, own):
    group[i] = b
    here, there, one = sums[a], sums[b], gain[i]
    for x in range(len(group)):
        here[x] -= one[x]
        there[x] += one[x]
        own[x] = here[x] if group[x] == a else there[x] if group[x] == b else own[x]
