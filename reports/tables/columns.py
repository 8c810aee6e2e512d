"""What the tables share: the columns that name a problem, quantities of time, flags."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ..outcome import INEXACT

# What a problem is made of beside its suite and device; a case has a neuron and a method too.
PROBLEM = ["T", "batch", "units", "depth", "dtype"]
ORIGIN = ["machine", "device", "commit", "suite"]
# The suite of other libraries, each measured in an environment of its own.
PEERS = "peers"
# The suite of the border between SPSN-SB and LIF.
LANES = "lanes"
TIMES = ("forward", "backward", "forward_backward", "epoch", "epoch_data", "epoch_model")
# Seconds that a method compiles at its first call.
START_UP = "start_up"
# Seconds that the exchange among ranks takes.
EXCHANGE = "exchange"
# The suite of time divided among processes, and how its methods begin.
SHARDED, RANKS = "sharded", "ranks_"
# The suite of the Legendre Memory Unit.
MEMORY_UNIT = "lmu"


def returns_membrane(rows: pd.DataFrame, column: str = "method") -> pd.Series:
    """Return which methods return the membrane too: they stand beside others, and never win."""
    found: pd.Series = rows[column].str.endswith("_membrane").astype(bool)
    return found


def is_inexact(rows: pd.DataFrame) -> pd.Series:
    """Return which rows are flagged as inexact."""
    found: pd.Series = rows["flags"].map(lambda flags: INEXACT in flags).astype(bool)
    return found


def union(flags: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Return each flag once, in the order in which they first occur."""
    return tuple(dict.fromkeys(flag for of_row in flags for flag in of_row))
