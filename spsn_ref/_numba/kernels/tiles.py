"""What is done with a tile: at most 32 rows of one vector of lanes, in one chunk of random numbers.

The time-steps in order, as in `_filter`, and what each element needs for itself are loops of their
own that meet in the tile `u`, which stays in the first cache: a processor looks only a few hundred
instructions ahead, and a spike is a chain of sixty cycles.

A *work* is a function of the addresses of a `Call` and a `Tile`, compiled when it is first needed.
"""

import numpy as np
from numba import njit

from ..call import CHUNK, Call, Tile
from . import laws
from .vectors import (
    INNER,
    OUTER,
    WIDTH,
    all_d,
    all_f,
    double,
    fma,
    fma_one,
    get_d,
    get_f,
    low_half,
    put_d,
    put_f,
    read_d,
    read_f,
    read_four_f,
    read_four_i,
    read_h,
    read_i,
    record,
    scratch,
    select,
    shuffler,
    single,
    whole,
    write,
)

ROWS = CHUNK
# Bytes of the state of a vector: float64 first and second stage of the filter and a third number,
# then int32 spikes.
STATE, COUNT = 256, 24 * WIDTH
_F, _H = 4 * WIDTH, 2 * WIDTH
_ZERO, _ONE = np.float32(0), np.float32(1)
_INFINITE = np.float32(np.inf)
_tile = scratch(ROWS * _F)
_call_at, _tile_at = record(Call), record(Tile)
_quarter = [shuffler(range(q * WIDTH, (q + 1) * WIDTH)) for q in range(4)]
_q0, _q1, _q2, _q3 = _quarter


@njit(**INNER)
def _write_rows(address, step, x):
    write(address, _q0(x, x))
    write(address + step, _q1(x, x))
    write(address + 2 * step, _q2(x, x))
    write(address + 3 * step, _q3(x, x))


@njit(**OUTER)
def _filter(call, tile, x, x_step, u, u_step):
    """Run both stages, of eqs (5) and (7) forwards, of their adjoint backwards; u may be 0."""
    first, second, rest = call.first, call.second, call.rest
    at, rows = tile.state, tile.rows
    p, q = read_d(at), read_d(at + 8 * WIDTH)
    if u == 0:
        for _ in range(rows):
            p = fma(first, p, double(read_f(x)))
            q = fma(second, q, rest * p)
            x += x_step
    else:
        for _ in range(rows):
            p = fma(first, p, double(read_f(x)))
            q = fma(second, q, rest * p)
            write(u, single(q))
            x += x_step
            u += u_step
    write(at, p)
    write(at + 8 * WIDTH, q)


@njit(**OUTER)
def _reset(call, tile, u):
    """Run a LIF that is reset after its spike, to membranes as they are compared."""
    alpha, beta, rest, limit = call.first, call.second, call.rest, call.limit
    x, x_step, at, rows = tile.grad, 4 * tile.step, tile.state, tile.rows
    i, v = read_d(at), read_d(at + 8 * WIDTH)
    for r in range(rows):
        i = fma(alpha, i, double(read_f(x)))
        v = fma(beta, select(v > limit, 0.0, v), rest * i)
        write(u + _F * r, single(v))
        x += x_step
    write(at, i)
    write(at + 8 * WIDTH, v)


def fire_alone(call, tile):
    """Run one LIF with the reset of the published code through 32 time-steps.

    Each step waits for the one before; what follows from the membranes does not, and is done for a
    vector of steps at once.
    """
    call, tile, u = _call_at(call), _tile_at(tile), _tile()
    alpha, beta, rest, limit = call.first, call.second, call.rest, call.limit
    i, v = get_d(tile.state), get_d(tile.state + 8)
    for t in range(ROWS):
        i = fma_one(alpha, i, np.float64(get_f(tile.grad + 4 * t)))
        v = fma_one(beta, 0.0 if v > limit else v, rest * i)
        put_f(u + 4 * t, v)
    put_d(tile.state, i)
    put_d(tile.state + 8, v)
    _fire(laws.heaviside, call, tile, u)


@njit(**OUTER)
def _reset_printed(call, tile, u):
    """Run a LIF whose step after a spike is zero (eq. 6)."""
    alpha, beta, rest, limit = call.first, call.second, call.rest, call.limit
    x, x_step, drive, at, rows = tile.grad, 4 * tile.step, tile.drive, tile.state, tile.rows
    i, v, fired = read_d(at), read_d(at + 8 * WIDTH), read_d(at + 16 * WIDTH)
    for r in range(rows):
        i = fma(alpha, i, double(read_f(x)))
        v = fma(beta, v, rest * i)
        write(drive, select(fired > 0.0, single(v), _INFINITE))
        v = select(fired > 0.0, 0.0, v)
        fired = select(v > limit, all_d(1.0), 0.0)
        write(u + _F * r, single(v))
        x += x_step
        drive += x_step
    write(at, i)
    write(at + 8 * WIDTH, v)
    write(at + 16 * WIDTH, fired)


@njit(**OUTER)
def _fire(law, call, tile, u):
    """Write spikes, and 16 bits or the membrane, of a tile of membranes; count the spikes."""
    threshold, slope = np.float32(call.threshold), np.float32(call.slope)
    at, words, rows = tile.state, tile.words, tile.rows
    out, kept, step = tile.out, tile.kept, 4 * tile.step
    halves, kept_step = call.kept_size == 2, call.kept_size * tile.step
    count = read_i(at + COUNT)
    for r in range(0, rows - 3, 4):
        membrane = read_four_f(u + _F * r)
        spike, value = law(membrane, read_four_i(words + _F * r), threshold, slope)
        _write_rows(out, step, spike)
        if halves:
            _write_rows(kept, kept_step, low_half(value))
        elif kept != 0:
            _write_rows(kept, kept_step, membrane)
        out += 4 * step
        kept += 4 * kept_step
        n = whole(spike)
        count = count + _q0(n, n) + _q1(n, n) + _q2(n, n) + _q3(n, n)
    for r in range(rows // 4 * 4, rows):
        membrane = read_f(u + _F * r)
        spike, value = law(membrane, read_i(words + _F * r), threshold, slope)
        write(out, spike)
        if halves:
            write(kept, low_half(value))
        elif kept != 0:
            write(kept, membrane)
        out += step
        kept += kept_step
        count = count + whole(spike)
    write(at + COUNT, count)


@njit(**OUTER)
def _pull_kept(slope, tile, u):
    """Write the gradient of the membrane: of the spikes, by the slope that was kept."""
    grad, kept, step = tile.grad, tile.saved, tile.step
    for r in range(tile.rows):
        write(u + _F * r, read_f(grad) * slope(read_h(kept)))
        grad += 4 * step
        kept += 2 * step


@njit(**OUTER)
def _pull(law, call, tile, u):
    """Write the gradient of the membrane: of the spikes, by the membrane's slope, and its own."""
    threshold, slope = np.float32(call.threshold), np.float32(call.slope)
    grad, membrane, own = tile.grad, tile.saved, tile.grad_membrane
    step, words = 4 * tile.step, tile.words
    for r in range(tile.rows):
        pull = all_f(_ZERO)
        if grad != 0:
            word = read_i(words - _F * r)
            pull = read_f(grad) * law(read_f(membrane), word, threshold, slope)
            grad += step
        if own != 0:
            pull = pull + read_f(own)
            own += step
        membrane += step
        write(u + _F * r, pull)


@njit(**INNER)
def _spsn(law, call, tile):
    call, tile, u = _call_at(call), _tile_at(tile), _tile()
    _filter(call, tile, tile.grad, 4 * tile.step, u, _F)
    _fire(law, call, tile, u)


@njit(**INNER)
def _back_kept(slope, call, tile):
    call, tile, u = _call_at(call), _tile_at(tile), _tile()
    _pull_kept(slope, tile, u)
    _filter(call, tile, u, _F, tile.out, 4 * tile.step)


@njit(**INNER)
def _back(slope, call, tile):
    call, tile, u = _call_at(call), _tile_at(tile), _tile()
    _pull(slope, call, tile, u)
    _filter(call, tile, u, _F, tile.out, 4 * tile.step)


def integrate(call, tile):
    """Filter an array."""
    call, tile = _call_at(call), _tile_at(tile)
    _filter(call, tile, tile.grad, 4 * tile.step, tile.out, 4 * tile.step)


def words(call, tile):
    """Write the random words themselves."""
    tile = _tile_at(tile)
    for r in range(tile.rows):
        write(tile.out + 4 * tile.step * r, read_i(tile.words + _F * r))


def fire_bernoulli(call, tile):
    """Run SPSN-SB."""
    _spsn(laws.bernoulli, call, tile)


def fire_gumbel(call, tile):
    """Run SPSN-GS."""
    _spsn(laws.gumbel, call, tile)


def fire_heaviside(call, tile):
    """Run a LIF with the reset of the published code."""
    call, tile, u = _call_at(call), _tile_at(tile), _tile()
    _reset(call, tile, u)
    _fire(laws.heaviside, call, tile, u)


def fire_printed(call, tile):
    """Run a LIF with the reset as printed."""
    call, tile, u = _call_at(call), _tile_at(tile), _tile()
    _reset_printed(call, tile, u)
    _fire(laws.heaviside, call, tile, u)


def kept_bernoulli(call, tile):
    """Take the spikes' gradient back through SPSN-SB."""
    _back_kept(laws.kept_bernoulli, call, tile)


def kept_gumbel(call, tile):
    """Take the spikes' gradient back through SPSN-GS."""
    _back_kept(laws.kept_gumbel, call, tile)


def kept_heaviside(call, tile):
    """Take the spikes' gradient back through a LIF."""
    _back_kept(laws.kept_heaviside, call, tile)


def back_bernoulli(call, tile):
    """Take the gradients of spikes and membrane back through SPSN-SB."""
    _back(laws.slope_bernoulli, call, tile)


def back_gumbel(call, tile):
    """Take the gradients of spikes and membrane back through SPSN-GS."""
    _back(laws.slope_gumbel, call, tile)


def back_heaviside(call, tile):
    """Take the gradients of spikes and membrane back through a LIF."""
    _back(laws.slope_heaviside, call, tile)


def back_printed(call, tile):
    """Take the gradients of spikes and membrane back through a LIF with the reset as printed.

    With v the membrane before the reset, s the spike before: u = v (1 - s), so that to_v is cut
    where s = 1 and s itself receives -v times the gradient of u.
    """
    call, tile = _call_at(call), _tile_at(tile)
    threshold, slope = np.float32(call.threshold), np.float32(call.slope)
    beta, alpha, rest = call.first, call.second, call.rest
    grad, own, membrane, drive = tile.grad, tile.grad_membrane, tile.saved, tile.drive_in
    out, step, at = tile.out, 4 * tile.step, tile.state
    to_v, to_i, to_s = read_d(at), read_d(at + 8 * WIDTH), read_d(at + 16 * WIDTH)
    for r in range(tile.rows):
        u, v = read_f(membrane + step * r), read_f(drive + step * r)
        of_spike = single(to_s)
        if grad != 0:
            of_spike = of_spike + read_f(grad + step * r)
        pull = of_spike * laws.slope_heaviside(u, u, threshold, slope)
        if own != 0:
            pull = pull + read_f(own + step * r)
        total = fma(beta, to_v, double(pull))
        was_reset = v < _INFINITE
        to_v = select(was_reset, 0.0, total)
        to_s = total * double(select(was_reset, v, u)) * -1.0
        to_i = fma(alpha, to_i, rest * to_v)
        write(out + step * r, single(to_i))
    write(at, to_v)
    write(at + 8 * WIDTH, to_i)
    write(at + 16 * WIDTH, to_s)
