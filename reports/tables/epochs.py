"""Epochs of training: seconds for the data, for the model and for both, a row per case."""

from __future__ import annotations

import pandas as pd

from .columns import PROBLEM

EPOCH, DATA, MODEL = "epoch", "epoch_data", "epoch_model"
_KEYS = ["suite", *PROBLEM, "neuron", "method"]


def wide(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the finished epochs of one place: a row per case, slowest first within its T.

    Columns: suite ... method, `epoch`, `epoch_data`, `epoch_model` (s), `low`, `high`, `memory`
    (MiB), `spikes` (1/ms), `flags`.
    """
    timed = rows[(rows["quantity"] == EPOCH) & (rows["median"] > 0)].set_index(_KEYS)
    found = timed[["median", "ci95_low", "ci95_high", "flags"]]
    found.columns = pd.Index([EPOCH, "low", "high", "flags"])
    for name, quantity, factor in (
        (DATA, DATA, 1.0),
        (MODEL, MODEL, 1.0),
        ("memory", "peak_memory", 2.0**-20),
        ("spikes", "spikes_per_ms", 1.0),
    ):
        median = rows[rows["quantity"] == quantity].set_index(_KEYS)["median"]
        found = found.join((median * factor).rename(name))
    order = ["suite", *PROBLEM, EPOCH]
    return found.reset_index().sort_values(order, ascending=[True] * len(order[:-1]) + [False])
