"""The border: from how many lanes (batch x units) on a LIF is as fast as SPSN-SB.

The rule is a least-squares plane of log(ratio) over log(lanes / threads) and log(T). Where it is
zero, both are as fast: lanes = c x threads x (T / 10 000)^e. A GPU counts as one thread.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from ..estimate.bootstrap import RESAMPLES, Floats, interval, seeded
from .columns import LANES, ORIGIN
from .headline import fairest

REFERENCE_T = 10_000
# Three coefficients, and as many cases again that could contradict them.
FEWEST_CASES = 6
BORDER_COLUMNS = [
    *ORIGIN,
    *("threads", "T", "lanes", "ratio", "ci95_low", "ci95_high", "rounds"),
    *("lif_from", "undecided", "measured", "env"),
]
RULE_COLUMNS = [
    *("device", "machines", "threads", "cases", "lanes_per_thread", "ci95_low", "ci95_high"),
    *("T_exponent", "decided", "agreed"),
]


def cells(ratios: pd.DataFrame, measurements: pd.DataFrame) -> pd.DataFrame:
    """Return SPSN-SB over the fastest LIF, a row per problem of the suite, with lanes and threads.

    Args:
        ratios: Speed-ups.
        measurements: Holds the threads of their runs.
    """
    of_suite = ratios[ratios["suite"] == LANES]
    found = [fairest(rows) for _, rows in of_suite.groupby(["run", "device"])]
    rows = pd.concat(found, ignore_index=True) if found else of_suite
    threads = pd.to_numeric(measurements.groupby("run")["threads"].first(), errors="coerce")
    on_cpu = rows["device"] == "cpu"
    return rows.assign(
        lanes=rows["batch"] * rows["units"],
        threads=rows["run"].map(threads).where(on_cpu, 1).fillna(1).astype(int),
    )


def border(cells: pd.DataFrame) -> pd.DataFrame:
    """Return for each T the most lanes at which SPSN-SB is faster, and which are undecided.

    Args:
        cells: Of `cells`.
    """
    rows = []
    keys = ["run", *ORIGIN, "threads", "T", "env"]
    for names, of_length in cells.groupby(keys, sort=True):
        ordered = of_length.sort_values("lanes")
        wins, loses = ordered["ci95_low"] > 1, ordered["ci95_high"] < 1
        last = ordered[wins].tail(1)
        after = ordered[loses & (ordered["lanes"] > _first(last["lanes"], 0))]
        rows.append(
            {
                **dict(zip(keys, names, strict=True)),
                **{name: _first(last[name]) for name in ("lanes", "ratio", "ci95_low")},
                **{name: _first(last[name]) for name in ("ci95_high", "rounds")},
                "lif_from": _first(after["lanes"]),
                "undecided": tuple(str(n) for n in ordered["lanes"][~(wins | loses)]),
                "measured": tuple(str(n) for n in ordered["lanes"]),
            }
        )
    frame = pd.DataFrame(rows, columns=[*BORDER_COLUMNS, "run"])
    return frame.astype({"lanes": "Int64", "lif_from": "Int64", "rounds": "Int64"})


def _first(values: pd.Series, otherwise: float = math.nan) -> Any:
    return otherwise if values.empty else values.iloc[0]


def rules(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the rule of each device, fitted to all its machines; c is NaN where there is none.

    Args:
        cells: Of `cells`, each machine's newest.
    """
    rows = [_rule(str(device), of_device) for device, of_device in cells.groupby("device")]
    return pd.DataFrame(rows, columns=RULE_COLUMNS)


def _rule(device: str, rows: pd.DataFrame) -> dict[str, Any]:
    crowd = np.log((rows["lanes"] / rows["threads"]).to_numpy(dtype=np.float64))
    length = np.log(rows["T"].to_numpy(dtype=np.float64) / REFERENCE_T)
    ratio = np.log(rows["ratio"].to_numpy(dtype=np.float64))
    decided = ((rows["ci95_low"] > 1) | (rows["ci95_high"] < 1)).to_numpy()
    found: dict[str, Any] = {
        "device": device,
        "machines": tuple(sorted(set(rows["machine"]))),
        "threads": tuple(map(str, sorted(set(rows["threads"])))),
        "cases": len(rows),
        "decided": int(decided.sum()),
    }
    if len(rows) < FEWEST_CASES:
        return found
    fitted = _fit(crowd, length, ratio)
    seed = seeded("border|" + device)
    draws = seed.integers(0, len(rows), size=(RESAMPLES, len(rows)))
    slopes = np.array([_fit(crowd[n], length[n], ratio[n]) for n in draws])
    if interval(slopes[:, 1])[1] >= 0:
        return found  # the ratio does not surely fall with the lanes: no border
    falling = slopes[slopes[:, 1] < 0]
    low, high = interval(np.exp(-falling[:, 0] / falling[:, 1]))
    predicted = fitted @ np.stack([np.ones_like(crowd), crowd, length])
    agreed = int(((predicted > 0) == (ratio > 0))[decided].sum())
    return found | {
        "lanes_per_thread": math.exp(-fitted[0] / fitted[1]),
        **{"ci95_low": low, "ci95_high": high, "agreed": agreed},
        "T_exponent": -fitted[2] / fitted[1],
    }


def _fit(crowd: Floats, length: Floats, ratio: Floats) -> Floats:
    """Return a, b, d of log(ratio) = a + b log(lanes / threads) + d log(T / 10 000)."""
    terms = np.stack([np.ones_like(crowd), crowd, length], axis=1)
    # pinv: with a single T, d is 0.
    fitted: Floats = np.linalg.pinv(terms) @ ratio
    return fitted
