"""Annealing among groupings that keep every hard rule, compiled: exchanges of two people, and moves that even sizes.

The value of a grouping is the sum over everybody of their group's score, from 0 to 1. Each change is judged by sums
kept beside the groups (``counting.py``); a test compares them with counting. Notation: n people, k groups.
"""

import numpy as np
from numba import njit

from groups.formation.chains import empty_part
from groups.formation.chance import below, bits_in
from groups.formation.counting import SMALLEST_FOR_ALONE

_COOL_EVERY = 32
NOBODY = -1


@njit(cache=True, nogil=True)
def alone_of(counts, g, out, come):
    """How many of group g are the only one of their kind, with one of kind ``out`` less and one of ``come`` more."""
    known, alone = counts[g, 0] - (out > 0) + (come > 0), 0
    if known < SMALLEST_FOR_ALONE:
        return 0
    for kind in range(1, counts.shape[1]):
        if counts[g, kind] - (kind == out) + (kind == come) == 1:
            alone += 1
    return alone


@njit(cache=True, nogil=True)
def hours_of(numbers, members, size, out, come):
    """The part ``hours`` of a group with ``out`` less and ``come`` more, or -1 where they cannot meet or talk."""
    shared, free = numbers.shared, numbers.free
    common = np.full(shared.shape[1], ~np.uint64(0))
    weeks = np.full(free.shape[1], ~np.uint64(0))
    for seat in range(-1, size):
        member = come if seat < 0 else members[seat]
        if member == out or member < 0:
            continue
        for word in range(len(common)):
            common[word] &= shared[member, word]
        for word in range(len(weeks)):
            weeks[word] &= free[member, word]
    if empty_part(common, numbers.ends) >= 0:
        return -1.0
    half = len(weeks) // 2
    winter, summer = 0, 0
    for word in range(half):
        winter += bits_in(weeks[word])
        summer += bits_in(weeks[half + word])
    beyond = min(winter, summer) / 2.0 - numbers.wish[2]
    return min(max(beyond, 0.0) / numbers.wish[3], 1.0)


@njit(cache=True, nogil=True)
def _group_parts(numbers, state, i, j, a, b, gained, limit):
    """(worth more than ``limit``, worth, hours of a, hours of b) when i goes from a to b and j, or nobody, back."""
    kind, wish = numbers.kind, numbers.wish
    come = kind[j] if j >= 0 else 0
    size_a, size_b = state.sizes[a] - (j < 0), state.sizes[b] + (j < 0)
    hours_a, hours_b = state.hours[a], state.hours[b]
    if come != kind[i] or j < 0:
        fewer = state.alone[a] + state.alone[b]
        fewer -= alone_of(state.counts, a, kind[i], come) + alone_of(state.counts, b, come, kind[i])
        gained += wish[0] * fewer
    if j < 0 or numbers.alike[i] != numbers.alike[j]:
        before = state.sizes[a] * hours_a + state.sizes[b] * hours_b
        if gained + wish[1] * (size_a + size_b - before) <= limit:
            return False, gained, hours_a, hours_b
        for side in range(2):
            g, out, come = (a, i, j) if side == 0 else (b, j, i)
            hours = hours_of(numbers, state.members[g], state.sizes[g], out, come)
            if hours < 0:
                return False, gained, hours_a, hours_b
            if side == 0:
                hours_a = hours
            else:
                hours_b = hours
        gained += wish[1] * (size_a * hours_a + size_b * hours_b - before)
    return gained > limit, gained, hours_a, hours_b


@njit(cache=True, nogil=True)
def _pairs_of_move(state, i, a, b):
    """What pairs gain when i goes from a to b."""
    within_a, within_b = 0.0, 0.0
    for seat in range(state.sizes[a]):
        within_a += state.own[state.members[a, seat]]
    for seat in range(state.sizes[b]):
        within_b += state.own[state.members[b, seat]]
    after_a = (within_a - 2 * state.own[i]) / max(state.sizes[a] - 2, 1)
    after_b = (within_b + 2 * state.sums[b, i]) / state.sizes[b]
    return after_a + after_b - within_a / max(state.sizes[a] - 1, 1) - within_b / max(state.sizes[b] - 1, 1)


@njit(cache=True, nogil=True)
def _change(numbers, state, i, j, a, b, gained, hours_a, hours_b):
    """Put i into b and j, or nobody, into a, and bring every sum up to date."""
    group, gain, apart, kind = state.group, numbers.gain, numbers.apart, numbers.kind
    _leave(state, i, a, kind[i])
    if j >= 0:
        _leave(state, j, b, kind[j])
        _join(state, j, a, kind[j])
    _join(state, i, b, kind[i])
    state.hours[a], state.hours[b] = hours_a, hours_b
    state.alone[a], state.alone[b] = alone_of(state.counts, a, 0, 0), alone_of(state.counts, b, 0, 0)
    here, there, clash_a, clash_b = state.sums[a], state.sums[b], state.clashes[a], state.clashes[b]
    for x in range(len(group)):
        change, clash = gain[i, x], np.int16(apart[i, x])
        if j >= 0:
            change -= gain[j, x]
            clash -= np.int16(apart[j, x])
        here[x] -= change
        there[x] += change
        clash_a[x] -= clash
        clash_b[x] += clash
    for seat in range(state.sizes[a]):
        state.own[state.members[a, seat]] = here[state.members[a, seat]]
    for seat in range(state.sizes[b]):
        state.own[state.members[b, seat]] = there[state.members[b, seat]]
    state.values[0] += gained
    if state.values[0] > state.values[1] + 1e-9:
        state.values[1] = state.values[0]
        state.best[:] = group


@njit(cache=True, nogil=True)
def _leave(state, person, g, kind):
    last = state.sizes[g] - 1
    for seat in range(last + 1):
        if state.members[g, seat] == person:
            state.members[g, seat] = state.members[g, last]
            break
    state.sizes[g] = last
    if kind > 0:
        state.counts[g, kind] -= 1
        state.counts[g, 0] -= 1


@njit(cache=True, nogil=True)
def _join(state, person, g, kind):
    state.members[g, state.sizes[g]] = person
    state.sizes[g] += 1
    state.group[person] = g
    if kind > 0:
        state.counts[g, kind] += 1
        state.counts[g, 0] += 1


@njit(cache=True, nogil=True)
def improve(numbers, state, movable, noise, word, turns, hot, cold):
    """Give so many people in turn the chance to change places while it cools from ``hot`` to ``cold``.

    Whoever's turn it is looks at larger groups' places first, then at everybody else, beginning anywhere, and takes the
    first change that keeps the rules and that Metropolis' rule allows. ``noise`` holds logarithms of random numbers,
    more than people and groups together. Returns (changes looked at that keep pairs apart, changes made).
    """
    gain, apart, group = numbers.gain, numbers.apart, state.group
    n, k, people = len(group), len(state.sizes), len(movable)
    spare = len(noise) - n - k
    there, clash_i, inverse = np.empty(k, np.float32), np.empty(k, np.int16), np.empty(k, np.float32)
    cooling = (cold / hot) ** (_COOL_EVERY / turns)
    temperature, looked, changed = hot, 0, 0
    for turn in range(turns):
        if turn % _COOL_EVERY == 0 and turn:
            temperature *= cooling
        i = movable[below(word, people)]
        a = group[i]
        size = state.sizes[a]
        for g in range(k):
            there[g], clash_i[g] = state.sums[g, i], state.clashes[g, i]
            inverse[g] = 2.0 / max(state.sizes[g] - 1, 1)
        here, clash_a, mine = state.sums[a], state.clashes[a], state.own[i]
        room = numbers.wish[0] * 4 + numbers.wish[1] * (2 * size + 1)
        offset, first, start = below(word, spare), below(word, k), below(word, people)
        for step in range(k + people):
            limit = temperature * noise[offset + step]
            j = NOBODY
            if step < k:
                b = first + step - (k if first + step >= k else 0)
                if state.sizes[b] >= size or state.sizes[b] == 0 or clash_i[b] != 0:
                    continue
                looked += 1
                gained = _pairs_of_move(state, i, a, b)
            else:
                at = start + step - k
                j = movable[at - (people if at >= people else 0)]
                b = group[j]
                if clash_i[b] != apart[i, j] or clash_a[j] != apart[i, j] or b == a:
                    continue
                looked += 1
                gained = inverse[a] * (here[j] - gain[i, j] - mine)
                gained += inverse[b] * (there[b] - gain[i, j] - state.own[j])
                if gained + room <= limit:
                    continue
            good, gained, hours_a, hours_b = _group_parts(numbers, state, i, j, a, b, gained, limit)
            if good:
                _change(numbers, state, i, j, a, b, gained, hours_a, hours_b)
                changed += 1
                break
    return looked, changed
