"""What is done to each element by itself: firing, what is kept for the gradient, slopes.

With U uniform in (0, 1), U / (1 - U) > exp(-c u) has the probability sigmoid(c u): SPSN-SB with
c = 1, SPSN-GS with c = 2 (its logistic variable is the logarithm of the left side).
"""

import numpy as np
from numba import njit

from .vectors import INNER, bits, fma, from_bits, magnitude, real, select, unsigned, whole

_ZERO, _HALF = np.float32(0), np.float32(0.5)
_ONE, _TWO = np.float32(1), np.float32(2)
_LOG2_E = np.float32(1.4426950408889634)
# Adding it rounds a float32 to a whole number, found in the low bits of the sum.
_ROUNDER = np.float32(1.5 * 2**23)
_LARGEST = np.float32(126)
# 2^r for |r| <= 1/2, relative error 8.1e-8 (fitted; the constant term held at 1).
_C1, _C2 = np.float32(0.69314706137), np.float32(0.24022235416)
_C3, _C4, _C5 = np.float32(0.05550678634), np.float32(0.00967195807), np.float32(0.00132745581)
# A probability as a whole number below 2^31, of which the upper 16 bits are kept.
_WHOLE = np.float32(2**31 - 128)
_UNIT, _MIDDLE = np.float32(2.0**-16), np.float32(2.0**-17)
# A value from 0 to 1 in 16 bits.
_LEVELS, _LEVEL = np.float32(65535), np.float32(1 / 65535)
# With 23 random bits they make 1 <= f < 2, and 1 - U = f - _ABOVE: exact, as U is, never 0 or 1.
_EXPONENT, _ABOVE = np.int32(0x3F800000), np.float32(1 - 2.0**-24)


@njit(**INNER)
def _power_of_two(x):
    """Compute 2^x within 1e-7, as if |x| were at most 126."""
    x = select(x > _LARGEST, _LARGEST, x)
    x = select(x < -_LARGEST, -_LARGEST, x)
    shifted = x + _ROUNDER
    r = x - (shifted - _ROUNDER)
    p = fma(fma(fma(fma(fma(_C5, r, _C4), r, _C3), r, _C2), r, _C1), r, _ONE)
    return from_bits(bits(p) + (bits(shifted) << np.int32(23)))


@njit(**INNER)
def _logistic(u, word):
    """Return U and (1 - U) exp(-2u)."""
    rest = from_bits((word >> np.int32(9)) | _EXPONENT) - _ABOVE
    return _ONE - rest, _power_of_two(u * (-_TWO * _LOG2_E)) * rest


@njit(**INNER)
def _level(value):
    return whole(fma(value, _LEVELS, _HALF))


# Fire: the spike, and 16 bits of which the slope is made again.


@njit(**INNER)
def bernoulli(u, word, threshold, slope):
    """Fire where 31 random bits are below rho = sigmoid(u) (eq. 17); keep rho."""
    chance = whole(_WHOLE / (_power_of_two(u * -_LOG2_E) + _ONE))
    return select(chance > (word >> np.int32(1)), _ONE, _ZERO), chance >> np.int32(15)


@njit(**INNER)
def gumbel(u, word, threshold, slope):
    """Fire where the soft value sigmoid(2u + log(U / (1 - U))) is above 1/2; keep it."""
    up, down = _logistic(u, word)
    return select(up > down, _ONE, _ZERO), _level(up / (up + down))


@njit(**INNER)
def heaviside(u, word, threshold, slope):
    """Fire above the threshold (eq. 3); keep the square root of the surrogate's slope."""
    root = _ONE / fma(slope, magnitude(u - threshold), _ONE)
    return select(u > threshold, _ONE, _ZERO), _level(root)


# ds/du from what was kept.


@njit(**INNER)
def kept_bernoulli(kept):
    """Return rho^2 (1 - rho) (eq. 19), rho in the middle of what its 16 bits leave open."""
    rho = fma(real(unsigned(kept)), _UNIT, _MIDDLE)
    return rho * rho * (_ONE - rho)


@njit(**INNER)
def kept_gumbel(kept):
    """Return 2 f (1 - f) of the soft value f."""
    f = real(unsigned(kept)) * _LEVEL
    return _TWO * f * (_ONE - f)


@njit(**INNER)
def kept_heaviside(kept):
    """Return the square of the root."""
    root = real(unsigned(kept)) * _LEVEL
    return root * root


# ds/du from the membrane.


@njit(**INNER)
def slope_bernoulli(u, word, threshold, slope):
    """Return rho^2 (1 - rho) (eq. 19)."""
    odds = _power_of_two(u * -_LOG2_E)
    rho = _ONE / (odds + _ONE)
    return rho * rho * (odds * rho)


@njit(**INNER)
def slope_gumbel(u, word, threshold, slope):
    """Return 2 f (1 - f) of the soft value f."""
    up, down = _logistic(u, word)
    scale = _ONE / (up + down)
    return _TWO * (up * scale) * (down * scale)


@njit(**INNER)
def slope_heaviside(u, word, threshold, slope):
    """Return the surrogate's 1 / (k |u - threshold| + 1)^2."""
    root = _ONE / fma(slope, magnitude(u - threshold), _ONE)
    return root * root
