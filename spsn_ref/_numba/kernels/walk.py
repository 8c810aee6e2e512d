"""Which tiles are walked in which order: segments of time, blocks of lanes, any number of threads.

All segments of a part are first run from rest, on all threads, for the state that they end with
(`ends`). `carry` adds what each segment begins with; then every segment is walked by itself.
Eight lanes or more are *wide*: a vector holds neighbouring lanes, the last one some of them again.
Fewer are *narrow*: a vector holds columns, lanes in several segments, see `stages`.
"""

import ctypes

import numpy as np
from numba import njit

from ..call import CHUNK, MOST, Call, Tile
from .chance import draw
from .stages import deliver, fetch
from .tiles import COUNT, ROWS, STATE
from .vectors import (
    INNER,
    OUTER,
    WIDTH,
    all_d,
    all_i,
    all_l,
    call_at,
    count_up,
    get_d,
    get_i,
    put_d,
    put_i,
    put_l,
    read_d,
    read_i,
    read_l,
    record,
    scratch,
    take_ticket,
    write,
)

_call_at, _tile_at = record(Call), record(Tile)
_states, _state = scratch(MOST // WIDTH * STATE), scratch(STATE)
_words = scratch(ROWS * 4 * WIDTH)
_stage, _places = scratch(ROWS * 4 * WIDTH), scratch(8 * WIDTH)
_numbers, _tile = scratch(8 * WIDTH), scratch(ctypes.sizeof(Tile))


@njit(**INNER)
def _first_row(call, s):
    return call.row + call.way * s * call.length


@njit(**INNER)
def _rows(call, time, left):
    """Count the rows up to the end of a chunk."""
    place = time % CHUNK
    return min(place + 1 if call.way < 0 else CHUNK - place, left)


@njit(**INNER)
def _slot(call, s):
    return call.slots + 24 * call.lanes * s


@njit(**OUTER)
def _begin_wide(call, at, s, lane):
    slot, size = _slot(call, s) + 8 * lane, 8 * call.lanes
    third = all_d(0.0)
    if call.ends != 0:
        write(at, all_d(0.0))
        write(at + 8 * WIDTH, all_d(0.0))
    else:
        write(at, read_d(slot))
        write(at + 8 * WIDTH, read_d(slot + size))
        third = read_d(slot + 2 * size)
    write(at + 16 * WIDTH, third)
    write(at + COUNT, all_i(np.int32(0)))


@njit(**OUTER)
def _end_wide(call, at, s, lane):
    slot, size = _slot(call, s + 1) + 8 * lane, 8 * call.lanes
    if call.ends != 0 or s == call.segments - 1:
        write(slot, read_d(at))
        write(slot + size, read_d(at + 8 * WIDTH))
        write(slot + 2 * size, read_d(at + 16 * WIDTH))
    if call.counts != 0:
        write(call.counts + 4 * (s * call.lanes + lane), read_i(at + COUNT))


@njit(**INNER)
def _place(address, size, offset):
    return address + size * offset if address != 0 else 0


@njit(**INNER)
def _draw(call, words, lane, chunk, place, rows):
    """Draw the words of a tile, if there are any; return the address of those of its first row."""
    if call.chance != 0:
        draw(words, lane, chunk, call.key, place + (rows if call.way > 0 else 1))
    return words + 4 * WIDTH * place


@njit(**OUTER)
def _wide(address, task):
    """Walk a block of lanes through a segment."""
    call, tile_address = _call_at(address), _tile()
    tile = _tile_at(tile_address)
    blocks = (call.lanes + call.block - 1) // call.block
    s, first = task // blocks, task % blocks * call.block
    lanes = min(call.block, call.lanes - first)
    vectors, last = (lanes + WIDTH - 1) // WIDTH, lanes - WIDTH
    states, words = _states(), _words()
    for v in range(vectors):
        _begin_wide(call, states + STATE * v, s, first + min(WIDTH * v, last))
    tile.step = call.way * call.lanes
    row, time, left = _first_row(call, s), call.time + call.way * s * call.length, call.length
    while left > 0:
        tile.rows = rows = _rows(call, time, left)
        for v in range(vectors):
            lane = first + min(WIDTH * v, last)
            lanes_, chunk = count_up() + (call.lane + lane), all_l(time // CHUNK)
            o = row * call.lanes + lane
            tile.words = _draw(call, words, lanes_, chunk, time % CHUNK, rows)
            tile.state = states + STATE * v
            tile.grad = _place(call.grad, 4, o)
            tile.grad_membrane = _place(call.grad_membrane, 4, o)
            tile.saved = _place(call.saved, call.saved_size, o)
            tile.drive_in = _place(call.drive_in, 4, o)
            tile.drive = _place(call.drive, 4, o)
            tile.out = _place(call.out, 4, o)
            tile.kept = _place(call.kept, call.kept_size, o)
            call_at(call.work, address, tile_address)
        row += call.way * rows
        time += call.way * rows
        left -= rows
    for v in range(vectors):
        _end_wide(call, states + STATE * v, s, first + min(WIDTH * v, last))


@njit(**INNER)
def _column(call, task, j):
    """Return segment and lane of a column; the last one stands for those that are not there."""
    c = min(WIDTH * task + j, (call.segments - call.ends) * call.lanes - 1)
    return c // call.lanes, c % call.lanes


@njit(**OUTER)
def _begin_narrow(call, task, at, places, lanes):
    for j in range(WIDTH):
        s, lane = _column(call, task, j)
        put_l(places + 8 * j, _first_row(call, s) * call.lanes + lane)
        put_l(lanes + 8 * j, call.lane + lane)
        put_i(at + COUNT + 4 * j, 0)
        for n in range(3):
            value = 0.0 if call.ends != 0 else get_d(_slot(call, s) + 8 * (n * call.lanes + lane))
            put_d(at + 8 * (n * WIDTH + j), value)


@njit(**OUTER)
def _end_narrow(call, task, at):
    for j in range(WIDTH):
        s, lane = _column(call, task, j)
        if call.ends != 0 or s == call.segments - 1:
            for n in range(3):
                slot = _slot(call, s + 1) + 8 * (n * call.lanes + lane)
                put_d(slot, get_d(at + 8 * (n * WIDTH + j)))
        if call.counts != 0:
            put_i(call.counts + 4 * (s * call.lanes + lane), get_i(at + COUNT + 4 * j))


@njit(**INNER)
def _fetch(array, size, at, stage, places, step, rows):
    if array != 0:
        fetch(stage, array + size * at, size, places, step, rows)


@njit(**INNER)
def _deliver(array, size, at, stage, places, step, rows):
    if array != 0:
        deliver(stage, array + size * at, size, places, step, rows)


@njit(**INNER)
def _staged(address, stage):
    return stage if address != 0 else 0


@njit(**OUTER)
def _narrow(address, task):
    """Walk the columns of a vector."""
    call, tile_address = _call_at(address), _tile()
    tile = _tile_at(tile_address)
    state, words, places, lanes, chunks = _state(), _words(), _places(), _numbers(), _numbers()
    _begin_narrow(call, task, state, places, lanes)
    tile.step, tile.state = WIDTH, state
    tile.grad = _staged(call.grad, _stage())
    tile.grad_membrane = _staged(call.grad_membrane, _stage())
    tile.saved, tile.drive_in = _stage(), _stage()
    tile.drive, tile.kept = _stage(), _staged(call.kept, _stage())
    tile.out = _staged(call.out, _stage())
    done, step = 0, call.way * call.lanes
    while done < call.length:
        time = call.time + call.way * done
        tile.rows = rows = _rows(call, time, call.length - done)
        for j in range(WIDTH):
            s, _ = _column(call, task, j)
            put_l(chunks + 8 * j, (time + call.way * s * call.length) // CHUNK)
        tile.words = _draw(call, words, read_l(lanes), read_l(chunks), time % CHUNK, rows)
        at = done * step
        _fetch(call.grad, 4, at, tile.grad, places, step, rows)
        _fetch(call.grad_membrane, 4, at, tile.grad_membrane, places, step, rows)
        _fetch(call.saved, call.saved_size, at, tile.saved, places, step, rows)
        _fetch(call.drive_in, 4, at, tile.drive_in, places, step, rows)
        call_at(call.work, address, tile_address)
        _deliver(call.out, 4, at, tile.out, places, step, rows)
        _deliver(call.kept, call.kept_size, at, tile.kept, places, step, rows)
        _deliver(call.drive, 4, at, tile.drive, places, step, rows)
        done += rows
    _end_narrow(call, task, state)


def alone(address):
    """Walk one lane from the first step to the last, in whole tiles."""
    call, tile_address = _call_at(address), _tile()
    tile, state, words = _tile_at(tile_address), _state(), _words()
    for n in range(3):
        put_d(state + 8 * n, get_d(call.slots + 8 * n))
    put_i(state + COUNT, 0)
    tile.state, tile.words = state, words
    tile.step, tile.rows = WIDTH, ROWS // WIDTH
    for t in range(call.row, call.row + call.length, ROWS):
        tile.grad, tile.out = call.grad + 4 * t, call.out + 4 * t
        tile.kept = _place(call.kept, call.kept_size, t)
        call_at(call.work, address, tile_address)
    for n in range(3):
        put_d(call.slots + 8 * (3 + n), get_d(state + 8 * n))


def wide(address):
    """Walk wide tasks until there are none left; any number of threads may do so at once."""
    call = _call_at(address)
    blocks = (call.lanes + call.block - 1) // call.block
    # The last segment's end is nobody's beginning.
    tasks = (call.segments - call.ends) * blocks
    task = take_ticket(call.ticket)
    while task < tasks:
        _wide(address, task)
        task = take_ticket(call.ticket)


def narrow(address):
    """Walk narrow tasks until there are none left, as `wide` does."""
    call = _call_at(address)
    tasks = ((call.segments - call.ends) * call.lanes + WIDTH - 1) // WIDTH
    task = take_ticket(call.ticket)
    while task < tasks:
        _narrow(address, task)
        task = take_ticket(call.ticket)


def carry(address):
    """Turn what segments end with from rest, in the slots behind them, into what they end with."""
    call = _call_at(address)
    n = call.lanes
    for s in range(call.segments - 1):
        before, after = _slot(call, s), _slot(call, s + 1)
        for lane in range(n):
            p, q = get_d(before + 8 * lane), get_d(before + 8 * (n + lane))
            at, at_second = after + 8 * lane, after + 8 * (n + lane)
            put_d(at, call.keep_first * p + get_d(at))
            put_d(
                at_second,
                call.keep_second * q + call.first_to_second * p + get_d(at_second),
            )
