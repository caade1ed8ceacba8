"""Random numbers for the compiled functions: the same on every machine."""

import numpy as np
from numba import njit

# xorshift64* (Vigna 2016, "An experimental exploration of Marsaglia's xorshift generators, scrambled").
_MULTIPLIER = np.uint64(0x2545F4914F6CDD1D)


@njit(cache=True, nogil=True, inline="always")
def random_word(state):
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return x * _MULTIPLIER


@njit(cache=True, nogil=True, inline="always")
def below(state, n):
    """A random whole number from 0 to n - 1 (Lemire 2019, without the rejection: n is tiny against 2**32)."""
    return np.int64(((random_word(state) >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32))


@njit(cache=True, nogil=True, inline="always")
def bits_in(x):
    """How many bits of a word are set."""
    x -= (x >> np.uint64(1)) & np.uint64(0x5555555555555555)
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((x * np.uint64(0x0101010101010101)) >> np.uint64(56))
