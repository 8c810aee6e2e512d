"""What the tables share: columns that name a case, quantities of time, statuses, flags."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

CASE = ["T", "batch", "units", "depth", "dtype"]
ORIGIN = ["machine", "device", "commit", "suite"]
# The suite of other libraries, each measured in an environment of its own.
PEERS = "peers"
TIMES = ("forward", "backward", "forward_backward", "epoch", "epoch_data", "epoch_model")
AT_LEAST = "at least: denominator stopped at its time budget"
NO_INTERVAL = "ok; no interval: too few samples recorded"
# The flag of a method that computes something else than the equations; the suite's word.
INEXACT = "inexact as published"


def is_inexact(rows: pd.DataFrame) -> pd.Series:
    """Return which rows are flagged as inexact."""
    found: pd.Series = rows["flags"].map(lambda flags: INEXACT in flags).astype(bool)
    return found


def union(flags: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Return each flag once, in the order of the first that carry it."""
    return tuple(dict.fromkeys(flag for of_row in flags for flag in of_row))
