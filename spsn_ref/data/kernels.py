"""A batch of recordings as spike counts of each (time-step, sample), in CSR order, by numba.

One pass lists where the spikes are shown, two counting sorts order them. Importing this module
imports numba.
"""

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def last_bins(times, offsets, chosen, step, out):
    """Write one past the last bin of each chosen recording to `out`, 0 without spikes."""
    for b in range(len(chosen)):
        last = np.int64(0)
        for e in range(offsets[chosen[b]], offsets[chosen[b] + 1]):
            last = max(last, np.int64(np.float64(times[e]) / step + 1e-6) + 1)
        out[b] = last


@njit(nogil=True, cache=True)
def _expand(events, chosen, step, canvas, row, column):
    """Return the number of pixels that show a spike; write their (row, column) unless empty."""
    times, units, offsets = events
    length, lead, wide, (first_t, many_t, first_c, many_c) = canvas
    samples = len(chosen)
    found = 0
    for b in range(samples):
        for e in range(offsets[chosen[b]], offsets[chosen[b] + 1]):
            t, c = np.int64(np.float64(times[e]) / step + 1e-6), np.int64(units[e])
            if t >= length:
                continue
            if len(row) == 0:
                found += many_t[b, t] * many_c[b, c]
                continue
            for i in range(first_t[b, t], first_t[b, t] + many_t[b, t]):
                for j in range(first_c[b, c], first_c[b, c] + many_c[b, c]):
                    row[found] = (lead[b] + i) * samples + b
                    column[found] = j // wide
                    found += 1
    return found


@njit(nogil=True, cache=True)
def _starts(keys, count):
    starts = np.zeros(count + 1, np.int64)
    for key in keys:
        starts[key + 1] += 1
    return starts.cumsum()


@njit(nogil=True, cache=True)
def csr(times, units, offsets, chosen, step, length, lead, tables, wide, inputs):
    """Count spikes: (edges int64, columns int64, counts float32) of rows time * batch + sample.

    Args:
        times: of all recordings, seconds.
        units: of all recordings.
        offsets: of all recordings.
        chosen: which of them, one a sample.
        step: length of a bin, seconds.
        length: time-steps; later spikes are dropped.
        lead: time-steps of padding before each sample.
        tables: for each sample and source time-step, then channel: the first pixel that shows it
        and
            how many do, [batch, pixel] each.
        wide: channels of one column.
        inputs: number of columns.
    """
    events, canvas = (times, units, offsets), (length, lead, wide, tables)
    row = column = np.empty(0, np.int32)
    total = 0
    for _ in range(2):  # once to count, once to write
        total = _expand(events, chosen, step, canvas, row, column)
        if total == len(row):
            break
        row, column = np.empty(total, np.int32), np.empty(total, np.int32)
    # A stable counting sort by column, then one by row: rows in order, columns in order in each.
    place = _starts(column, inputs)
    rows, inner = np.empty_like(row), np.empty_like(column)
    for n in range(total):
        at = place[column[n]]
        place[column[n]] += 1
        rows[at], inner[at] = row[n], column[n]
    starts = _starts(row, length * len(chosen))
    place = starts.copy()
    for n in range(total):
        column[place[rows[n]]] = inner[n]
        place[rows[n]] += 1
    edges = np.zeros(len(starts), np.int64)
    columns, counts = np.empty(total, np.int64), np.empty(total, np.float32)
    found = 0
    for r in range(len(starts) - 1):
        for n in range(starts[r], starts[r + 1]):
            if n > starts[r] and column[n] == column[n - 1]:
                counts[found - 1] += 1
            else:
                columns[found], counts[found] = column[n], 1
                found += 1
        edges[r + 1] = found
    return edges, columns[:found], counts[:found]
