"""Ejection chains, compiled: whoever waits takes the group that has to give up the fewest for them.

Those pushed out look for another place and may not come straight back: the "partial coloring" form of tabu search
(Blöchliger and Zufferey 2008), with sizes, and with what all of a group need in common.
"""

import numpy as np
from numba import njit

from groups.formation.chance import below, bits_in


@njit(cache=True, nogil=True)
def empty_part(common, ends):
    """The first part of ``common`` without a bit, or -1."""
    first = 0
    for part in range(len(ends)):
        found = False
        for word in range(first, ends[part]):
            if common[word] != 0:
                found = True
        if not found:
            return part
        first = ends[part]
    return -1


@njit(cache=True, nogil=True)
def _leaving(person, g, most, apart, shared, ends, members, sizes, cap, fixed, common, out):
    """Who has to leave group g for somebody: fills ``out``, returns (how many by the rules, how many in all).

    (-1, -1) when somebody fixed stands in the way or more than ``most`` would leave.
    """
    count, size = 0, sizes[g]
    for seat in range(size):
        member = members[g, seat]
        if apart[person, member]:
            if fixed[member] or count == most:
                return -1, -1
            out[count] = member
            count += 1
    while True:
        common[:] = shared[person]
        for seat in range(size):
            member = members[g, seat]
            gone = False
            for at in range(count):
                if out[at] == member:
                    gone = True
            if not gone:
                for word in range(len(common)):
                    common[word] &= shared[member, word]
        part = empty_part(common, ends)
        if part < 0:
            break
        worst, fewest = -1, 1 << 30
        first = 0 if part == 0 else ends[part - 1]
        for seat in range(size):
            member = members[g, seat]
            gone = fixed[member]
            for at in range(count):
                if out[at] == member:
                    gone = True
            if not gone:
                both = 0
                for word in range(first, ends[part]):
                    both += bits_in(shared[person, word] & shared[member, word])
                if both < fewest:
                    worst, fewest = member, both
        if worst < 0 or count == most:
            return -1, -1
        out[count] = worst
        count += 1
    if size - count + 1 <= cap:
        return count, count
    if count == most:
        return -1, -1
    for seat in range(size):  # is there anybody at all who can make room?
        gone = fixed[members[g, seat]]
        for at in range(count):
            if out[at] == members[g, seat]:
                gone = True
        if not gone:
            return count, count + 1
    return -1, -1


@njit(cache=True, nogil=True)
def _unseat(person, group, members, sizes, waiting, count):
    g = group[person]
    last = sizes[g] - 1
    for seat in range(last + 1):
        if members[g, seat] == person:
            members[g, seat] = members[g, last]
            break
    sizes[g] = last
    group[person] = -1
    waiting[count] = person


@njit(cache=True, nogil=True)
def chain(apart, shared, ends, caps, fixed, group, state, moves):
    """Seat those whose ``group`` is -1 for so many moves at most; leaves the fullest seating it met in ``group``.

    Returns the moves made. ``caps[g]`` is the most that group g takes; ``fixed`` people stay where they are.
    """
    n, k = len(group), len(caps)
    sizes, waiting, count = np.zeros(k, np.int32), np.empty(n, np.int32), 0
    widest = n + 1
    members = np.empty((k, widest), np.int32)
    for person in range(n):
        g = group[person]
        if g < 0:
            waiting[count] = person
            count += 1
        else:
            members[g, sizes[g]] = person
            sizes[g] += 1
    until = np.zeros((n, k), np.int32)
    common, out, choices = np.empty(shared.shape[1], np.uint64), np.empty(widest, np.int32), np.empty(k, np.int32)
    best, best_group = count, group.copy()
    for move in range(1, moves + 1):
        if count == 0:
            break
        at = below(state, count)
        person = waiting[at]
        lowest, found, g, by_rules, leave = widest, 0, 0, 0, 0
        for step in range(k + 1):  # at last the chosen one again, for who has to leave it
            if step == k:
                if found == 0:
                    break
                g = choices[below(state, found)]
            else:
                g = step
            by_rules, leave = _leaving(
                person, g, lowest, apart, shared, ends, members, sizes, caps[g], fixed, common, out
            )
            if step == k or leave < 0 or (leave and until[person, g] > move):
                continue
            if leave < lowest:
                lowest, found = leave, 0
            choices[found] = g
            found += 1
        if found == 0:
            continue
        waiting[at] = waiting[count - 1]
        count -= 1
        gone = 0
        while gone < leave:
            other = out[gone] if gone < by_rules else members[g, below(state, sizes[g])]
            if not fixed[other]:
                _unseat(other, group, members, sizes, waiting, count)
                until[other, g] = move + 3 + below(state, 8) + count
                count += 1
                gone += 1
        members[g, sizes[g]] = person
        sizes[g] += 1
        group[person] = g
        if count < best:
            best = count
            best_group[:] = group
    group[:] = best_group
    return move if moves > 0 else 0
