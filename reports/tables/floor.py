"""The floor: how near each time comes to that of moving the bytes, on the same problem and run.

A firing layer reads the current and writes the spikes; on the way back it reads the current, or 16
bits that stand for it, and the output gradient, and writes the input gradient. The methods of the
neuron `floor` do that in several ways and compute nothing; the fastest of them is the floor.
"""

from __future__ import annotations

import math

import pandas as pd

from ..estimate.compare import Measured, compare
from .columns import PROBLEM

NEURON = "floor"
LABEL = "floor (bytes alone)"
# How often each element of a [time, batch, unit] tensor is read or written at the least.
ACCESSES = {"forward": 2, "backward": 3, "forward_backward": 5}
ITEM_BYTES = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2}
COLUMNS = ["fraction_of_floor", "floor_ci95_low", "floor_ci95_high"]


def is_floor(rows: pd.DataFrame) -> pd.Series:
    """Return which rows are the floor's, which is no neuron and is left out of all comparisons."""
    found: pd.Series = rows["neuron"] == NEURON
    return found


def fewest_bytes(rows: pd.DataFrame) -> pd.Series:
    """Return the fewest bytes that each row must move for its quantity; NaN where unknown."""
    elements = rows["T"] * rows["batch"] * rows["units"] * rows["depth"].clip(lower=1)
    accesses = rows["quantity"].map(ACCESSES).astype("float64")
    total: pd.Series = elements * accesses * rows["dtype"].map(ITEM_BYTES).astype("float64")
    return total


def with_floor(measurements: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with `COLUMNS`: time(floor) / time(this), 1 at the floor, and its interval.

    They are NaN where there is no floor or no time; the interval also where either has too few
    samples.
    """
    keys = ["run", "device", "suite", *PROBLEM, "quantity"]
    told = list(Measured._fields)
    floors = measurements[
        is_floor(measurements)
        & measurements["quantity"].isin(ACCESSES)
        & (measurements["median"] > 0)
    ]
    floors = floors.sort_values("median", kind="stable").drop_duplicates(keys)
    pairs = measurements[keys + told].merge(
        floors[keys + told], on=keys, how="left", suffixes=("", "_floor")
    )

    found = [(math.nan, math.nan, math.nan)] * len(pairs)
    timed = pairs[(pairs["median"] > 0) & (pairs["median_floor"] > 0)]
    for index, row in zip(timed.index, timed.to_dict("records"), strict=True):
        found[index] = compare(Measured.of(row, "_floor"), Measured.of(row))[:3]
    columns = pd.DataFrame(found, columns=COLUMNS, index=measurements.index, dtype="float64")
    return measurements.join(columns)


def bandwidth(rows: pd.DataFrame) -> pd.Series | None:
    """Return the floor's forward + backward on its largest tensor; None if it was not measured.

    Args:
        rows: Of one place. Stacks are left out, because their layers pass over the same bytes.

    Returns:
        The row, with `bytes` moved and `rate`, `rate_low`, `rate_high` in bytes/s.
    """
    found = rows[
        is_floor(rows)
        & (rows["quantity"] == "forward_backward")
        & (rows["depth"] <= 1)
        & (rows["median"] > 0)
    ]
    found = found.assign(bytes=fewest_bytes(found)).sort_values("median", kind="stable")
    found = found[found["bytes"] > 0]
    if found.empty:
        return None
    largest: pd.Series = found.loc[found["bytes"].idxmax()].copy()
    largest["rate"] = largest["bytes"] / largest["median"]
    largest["rate_low"] = largest["bytes"] / largest["ci95_high"]
    largest["rate_high"] = largest["bytes"] / largest["ci95_low"]
    return largest
