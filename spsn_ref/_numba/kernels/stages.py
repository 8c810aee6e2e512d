"""How few lanes fill a vector: its columns are lanes in several segments, copied into tiles.

`places` is the address of the offset of each column's first row, int64 elements.
"""

from numba import njit

from .vectors import (
    INNER,
    OUTER,
    WIDTH,
    get_f,
    get_h,
    get_l,
    low_half,
    put_f,
    put_h,
    read_f,
    read_h,
    shuffler,
    unsigned,
    write,
)


def _pairs(distance):
    """Places that exchange blocks of `distance` numbers between two vectors, low and high."""
    low = [j if not j & distance else j - distance + WIDTH for j in range(WIDTH)]
    return shuffler(low), shuffler([j + distance for j in low])


_low1, _high1 = _pairs(1)
_low2, _high2 = _pairs(2)
_low4, _high4 = _pairs(4)


@njit(**INNER)
def _transpose(a0, a1, a2, a3, a4, a5, a6, a7):
    b0, b1, b2, b3 = _low1(a0, a1), _high1(a0, a1), _low1(a2, a3), _high1(a2, a3)
    b4, b5, b6, b7 = _low1(a4, a5), _high1(a4, a5), _low1(a6, a7), _high1(a6, a7)
    c0, c1, c2, c3 = _low2(b0, b2), _low2(b1, b3), _high2(b0, b2), _high2(b1, b3)
    c4, c5, c6, c7 = _low2(b4, b6), _low2(b5, b7), _high2(b4, b6), _high2(b5, b7)
    return (
        _low4(c0, c4),
        _low4(c1, c5),
        _low4(c2, c6),
        _low4(c3, c7),
        _high4(c0, c4),
        _high4(c1, c5),
        _high4(c2, c6),
        _high4(c3, c7),
    )


@njit(**INNER)
def _columns_f(at, places):
    return (
        read_f(at + 4 * get_l(places)),
        read_f(at + 4 * get_l(places + 8)),
        read_f(at + 4 * get_l(places + 16)),
        read_f(at + 4 * get_l(places + 24)),
        read_f(at + 4 * get_l(places + 32)),
        read_f(at + 4 * get_l(places + 40)),
        read_f(at + 4 * get_l(places + 48)),
        read_f(at + 4 * get_l(places + 56)),
    )


@njit(**INNER)
def _columns_h(at, places):
    return (
        unsigned(read_h(at + 2 * get_l(places))),
        unsigned(read_h(at + 2 * get_l(places + 8))),
        unsigned(read_h(at + 2 * get_l(places + 16))),
        unsigned(read_h(at + 2 * get_l(places + 24))),
        unsigned(read_h(at + 2 * get_l(places + 32))),
        unsigned(read_h(at + 2 * get_l(places + 40))),
        unsigned(read_h(at + 2 * get_l(places + 48))),
        unsigned(read_h(at + 2 * get_l(places + 56))),
    )


@njit(**INNER)
def _rows_f(at, step):
    return (
        read_f(at),
        read_f(at + step),
        read_f(at + 2 * step),
        read_f(at + 3 * step),
        read_f(at + 4 * step),
        read_f(at + 5 * step),
        read_f(at + 6 * step),
        read_f(at + 7 * step),
    )


@njit(**INNER)
def _rows_h(at, step):
    return (
        unsigned(read_h(at)),
        unsigned(read_h(at + step)),
        unsigned(read_h(at + 2 * step)),
        unsigned(read_h(at + 3 * step)),
        unsigned(read_h(at + 4 * step)),
        unsigned(read_h(at + 5 * step)),
        unsigned(read_h(at + 6 * step)),
        unsigned(read_h(at + 7 * step)),
    )


@njit(**INNER)
def _write_rows(at, step, v):
    write(at, v[0])
    write(at + step, v[1])
    write(at + 2 * step, v[2])
    write(at + 3 * step, v[3])
    write(at + 4 * step, v[4])
    write(at + 5 * step, v[5])
    write(at + 6 * step, v[6])
    write(at + 7 * step, v[7])


@njit(**INNER)
def _write_columns(at, size, places, v):
    write(at + size * get_l(places), v[0])
    write(at + size * get_l(places + 8), v[1])
    write(at + size * get_l(places + 16), v[2])
    write(at + size * get_l(places + 24), v[3])
    write(at + size * get_l(places + 32), v[4])
    write(at + size * get_l(places + 40), v[5])
    write(at + size * get_l(places + 48), v[6])
    write(at + size * get_l(places + 56), v[7])


@njit(**INNER)
def _halves(v):
    return (
        low_half(v[0]),
        low_half(v[1]),
        low_half(v[2]),
        low_half(v[3]),
        low_half(v[4]),
        low_half(v[5]),
        low_half(v[6]),
        low_half(v[7]),
    )


@njit(**OUTER)
def fetch(stage, array, size, places, row, rows):
    """Copy rows of the columns of an array into a tile, elements of `size` bytes."""
    done = 0
    if abs(row) == 1:  # a column's rows are neighbours
        done = rows // WIDTH * WIDTH
        back = WIDTH - 1 if row < 0 else 0
        for q in range(0, done, WIDTH):
            at, to = array + size * (row * q - back), stage + size * WIDTH * (q + back)
            if size == 4:
                a = _columns_f(at, places)
                b = _transpose(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7])
                _write_rows(to, row * 4 * WIDTH, b)
            else:
                a = _columns_h(at, places)
                b = _transpose(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7])
                _write_rows(to, row * 2 * WIDTH, _halves(b))
    for j in range(WIDTH):
        at = array + size * (get_l(places + 8 * j) + row * done)
        for q in range(done, rows):
            if size == 4:
                put_f(stage + 4 * (WIDTH * q + j), get_f(at))
            else:
                put_h(stage + 2 * (WIDTH * q + j), get_h(at))
            at += size * row


@njit(**OUTER)
def deliver(stage, array, size, places, row, rows):
    """Copy the rows of a tile to the columns of an array."""
    done = 0
    if abs(row) == 1:
        done = rows // WIDTH * WIDTH
        back = WIDTH - 1 if row < 0 else 0
        for q in range(0, done, WIDTH):
            at, to = stage + size * WIDTH * (q + back), array + size * (row * q - back)
            if size == 4:
                a = _rows_f(at, row * 4 * WIDTH)
                b = _transpose(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7])
                _write_columns(to, 4, places, b)
            else:
                a = _rows_h(at, row * 2 * WIDTH)
                b = _transpose(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7])
                _write_columns(to, 2, places, _halves(b))
    for j in range(WIDTH):
        to = array + size * (get_l(places + 8 * j) + row * done)
        for q in range(done, rows):
            if size == 4:
                put_f(to, get_f(stage + 4 * (WIDTH * q + j)))
            else:
                put_h(to, get_h(stage + 2 * (WIDTH * q + j)))
            to += size * row
