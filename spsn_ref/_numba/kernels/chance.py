"""Random words that are a function of seed, lane and time-step alone.

Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011) of (lane, chunk),
keyed by the seed, starts a xoshiro128+ sequence (Blackman and Vigna, "Scrambled linear pseudorandom
number generators", 2021) for the 32 time-steps of a chunk, at a third of the cost of Philox alone.
The weak low bits of a word are not used.
"""

import numpy as np
from numba import njit

from .vectors import INNER, OUTER, WIDTH, all_l, low_word, write

_LOW, _HALF = np.int64(0xFFFFFFFF), np.int64(32)
_M0, _M1 = np.int64(0xD2511F53), np.int64(0xCD9E8D57)
_W0, _W1 = np.int64(0x9E3779B9), np.int64(0xBB67AE85)


@njit(**INNER)
def _start(lane, chunk, key):
    k0, k1 = key & _LOW, (key >> _HALF) & _LOW
    c0, c1 = lane & _LOW, lane >> _HALF
    c2, c3 = chunk, all_l(np.int64(0))
    for _ in range(10):
        p0, p1 = c0 * _M0, c2 * _M1
        c0, c1 = (p1 >> _HALF) ^ c1 ^ k0, p1 & _LOW
        c2, c3 = (p0 >> _HALF) ^ c3 ^ k1, p0 & _LOW
        k0, k1 = (k0 + _W0) & _LOW, (k1 + _W1) & _LOW
    return low_word(c0), low_word(c1), low_word(c2), low_word(c3)


@njit(**OUTER)
def draw(words, lane, chunk, key, rows):
    """Write the words of the first `rows` time-steps of a chunk, one vector a row."""
    s0, s1, s2, s3 = _start(lane, chunk, key)
    for r in range(rows):
        write(words + 4 * WIDTH * r, s0 + s3)
        t = s1 << np.int32(9)
        s2, s3 = s2 ^ s0, s3 ^ s1
        s1, s0 = s1 ^ s2, s0 ^ s3
        s2, s3 = s2 ^ t, (s3 << np.int32(11)) | (s3 >> np.int32(21))
