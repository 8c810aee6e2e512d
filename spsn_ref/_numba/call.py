"""What a call tells a kernel, and a kernel its innermost loops."""

import ctypes

# Time-steps that one call of the random number generator serves, and rows of a tile.
CHUNK = 32
# Lanes of a vector; no result depends on it.
WIDTH = 8
# The most lanes of a task: the state of all of them stays in the second cache.
MOST = 512


def _fields(kind: type, names: str) -> list[tuple[str, type]]:
    return [(name, kind) for name in names.split()]


class Call(ctypes.Structure):
    """A part of time, cut into segments of equal length, and where its arrays lie.

    A *row* is a time-step of all lanes, a *slot* the state of all lanes between two segments,
    float64 [3, lane]. An address is 0 where there is no such array. Whole numbers:

    - work: address of what is done with a tile, see `kernels/tiles.py`.
    - ticket: address of an int64, the next task.
    - way: 1, or -1 from the last step to the first.
    - row, time: first row of the part, in the order of `way`, and the number of its time-step.
    - length, segments, lanes: rows of a segment; how many segments and lanes.
    - block: lanes of a task, at most `MOST`.
    - ends: 1 to find only where the segments end, from rest, into the slots behind them.
    - chance, key, lane: 1 if there are random numbers; their seed, the number of the first lane.
    - slots: address of the slot before the first segment; the others follow.
    - counts: address of int32 [segment, lane], the spikes of each.
    - grad, grad_membrane: address of the current or of the spikes' gradient; of the membrane's.
    - saved, saved_size: address of what the forward pass kept, or of the membrane; bytes of one.
    - drive_in, drive: address of the membrane before the reset as printed, infinite where it was
      not reset, to read and to write.
    - out: address of spikes, membrane or gradient of the current.
    - kept, kept_size: address of what the backward pass needs, or of the membrane; bytes of one.

    Real numbers:

    - first, second: decays of the filter's two stages; backwards that of the membrane is first.
    - rest: 1 - beta.
    - threshold, slope: of a LIF; limit: the float64 above which a membrane rounds to above it.
    - keep_first, keep_second, first_to_second: what `length` steps leave of a state.
    """

    _fields_ = (
        *_fields(ctypes.c_int64, "work ticket way row time length segments lanes block ends"),
        *_fields(ctypes.c_int64, "chance key lane slots counts grad grad_membrane saved"),
        *_fields(ctypes.c_int64, "saved_size drive_in drive out kept kept_size"),
        *_fields(ctypes.c_double, "first second rest threshold slope limit"),
        *_fields(ctypes.c_double, "keep_first keep_second first_to_second"),
    )


class Tile(ctypes.Structure):
    """At most 32 rows of one vector of lanes: addresses of its first row, 0 as in `Call`.

    - step: elements from one row to the next.
    - rows: how many there are.
    - state: address of the vector's state, see `kernels/tiles.py`.
    - words: address of the random words of the first row.
    """

    _fields_ = (
        *_fields(ctypes.c_int64, "grad grad_membrane saved drive_in drive out kept"),
        *_fields(ctypes.c_int64, "step rows state words"),
    )
