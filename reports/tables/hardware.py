"""The same case on different devices: how fast, how much energy, what each byte costs."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from ..estimate.compare import Measured, compare
from .columns import AT_LEAST, CASE, NO_INTERVAL, TIMES, is_inexact
from .floor import bandwidth, fewest_bytes, is_floor

KEYS = ["suite", "neuron", "method", *CASE, "quantity"]
# A quantity of which less is better, so that a ratio over it says something.
COSTS = (*TIMES, "energy", "peak_memory")
# What a ratio of two devices may owe to something else than the device.
CONDITIONS = ("commit", "torch", "python", "driver", "threads")
# Stands for the method of a neuron that is fastest on a place; `by` says which it is.
FASTEST = "fastest"
COLUMNS = [
    *KEYS,
    *("by", "unit", "place", "machine", "device", *CONDITIONS, "env"),
    *("median", "ci95_low", "ci95_high", "n", "status", "flags"),
    *(
        "base",
        "ratio",
        "ratio_ci95_low",
        "ratio_ci95_high",
        "ratio_rounds",
        "ratio_status",
        "differs",
    ),
    *("byte_cost", "byte_cost_ci95_low", "byte_cost_ci95_high"),
]


class NoSuchPlaceError(Exception):
    """The base is not among the places."""


def places_of(newest: pd.DataFrame) -> list[str]:
    """Return the machines and devices that have a number, CPUs first."""
    known = newest[newest["median"].notna()].drop_duplicates("label")
    cpu_first = known.assign(other=known["device"] != "cpu").sort_values(["other", "label"])
    return [str(label) for label in cpu_first["label"]]


def side_by_side(newest: pd.DataFrame, base: str | None = None) -> pd.DataFrame:
    """Return a row per case, quantity and place, each with its ratio to the base's.

    Args:
        newest: Rows of `latest`; a place is a machine and device, its `label`.
        base: The place that the others are set against; by default the first CPU.

    Returns:
        `COLUMNS`; beside the methods, each neuron's `FASTEST` step. `ratio` is the base's over this
        one's: above 1 this device is faster, or needs less. `differs` names what else is not alike.
        `byte_cost` is the time of each byte that the case must move over the time of a byte in the
        device's own largest copy: 1 at its bandwidth.

    Raises:
        NoSuchPlaceError: `base` has no number.
    """
    places = places_of(newest)
    base = base or (places[0] if places else "")
    if places and base not in places:
        raise NoSuchPlaceError(f"there is no {base!r}; choose one of {', '.join(places)}")
    rows = newest[newest["label"].isin(places)].drop_duplicates([*KEYS, "label"])
    rows = rows.assign(by=rows["method"])
    rows = pd.concat([rows, _fastest(rows)], ignore_index=True)
    told = [*Measured._fields, "status", "flags", "stopped_after", *CONDITIONS]
    bases = rows.loc[rows["label"] == base, KEYS + told]
    pairs = rows.merge(bases, on=KEYS, how="left", suffixes=("", "_base"))
    floors = {label: bandwidth(of_place) for label, of_place in rows.groupby("label")}
    pairs["bytes"] = fewest_bytes(pairs)

    found = [
        {**_over_base(row, base), **_byte_cost(row, floors[row["label"]])}
        for row in pairs.to_dict("records")
    ]
    beside = pd.DataFrame(found, index=pairs.index, columns=COLUMNS[COLUMNS.index("base") :])
    return pairs.rename(columns={"label": "place"}).join(beside)[COLUMNS]


def _fastest(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the fastest exact method of each place, case and neuron once more, as FASTEST."""
    exact = rows[
        (rows["quantity"] == "forward_backward")
        & (rows["median"] > 0)
        & ~is_floor(rows)
        & ~is_inexact(rows)
    ]
    of_neuron = exact.groupby(["label", "suite", "neuron", *CASE])["median"]
    return exact.loc[of_neuron.idxmin()].assign(method=FASTEST)


def _over_base(row: dict[str, Any], base: str) -> dict[str, Any]:
    if row["label"] == base or row["quantity"] not in COSTS:
        return {"base": base, "ratio_status": "", "differs": ""}
    low, high, rounds = math.nan, math.nan, None
    if not row["median"] > 0:
        ratio, status = math.nan, "no ratio: no number here"
    elif row["median_base"] > 0:
        over = Measured(*(row[f"{name}_base"] for name in Measured._fields))
        # Two devices have no round in common; independent rounds may be paired at will.
        ratio, low, high, rounds = compare(over, _measured(row))
        status = NO_INTERVAL if math.isnan(low) else "ok"
    elif row["stopped_after_base"] > 0:
        ratio, status = row["stopped_after_base"] / row["median"], AT_LEAST
    else:
        reason = row["status_base"] if isinstance(row["status_base"], str) else "not measured"
        ratio, status = math.nan, f"no ratio: base: {reason}"
    differs = [
        f"{name} {row[f'{name}_base'][:10]} / {row[name][:10]}"
        for name in CONDITIONS
        if isinstance(row[f"{name}_base"], str)
        and row[f"{name}_base"] != row[name]
        and (name != "driver" or (row[name] and row[f"{name}_base"]))  # a CPU has none
    ]
    return {
        "base": base,
        "ratio": ratio,
        "ratio_ci95_low": low,
        "ratio_ci95_high": high,
        "ratio_rounds": rounds,
        "ratio_status": status,
        "differs": "; ".join(differs),
    }


def _measured(row: Any) -> Measured:
    return Measured(*(row[name] for name in Measured._fields))


def _byte_cost(row: dict[str, Any], floor: pd.Series | None) -> dict[str, float]:
    if (
        floor is None
        or row["quantity"] not in TIMES
        or not (row["median"] > 0 and row["bytes"] > 0)
    ):
        return {}
    # In units of the seconds that a byte takes in the largest copy, both of one run.
    shares = floor["bytes"] / row["bytes"]
    cost, low, high, _ = compare(_measured(row), _measured(floor))
    return {
        "byte_cost": cost * shares,
        "byte_cost_ci95_low": low * shares,
        "byte_cost_ci95_high": high * shares,
    }
