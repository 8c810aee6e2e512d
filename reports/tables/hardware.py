"""The same case on different devices: speed, energy and the cost of each byte."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..estimate.compare import Measured, compare
from .columns import PROBLEM, TIMES, is_inexact
from .floor import bandwidth, fewest_bytes, is_floor
from .speedups import ratio_over

KEYS = ["suite", "neuron", "method", *PROBLEM, "quantity"]
# Quantities of which less is better.
COSTS = (*TIMES, "energy", "peak_memory")
# What else may differ between two devices, and so share in their ratio.
CONDITIONS = ("commit", "torch", "python", "driver", "threads")
# Stands for the neuron's fastest method on a place; `by` says which that is.
FASTEST = "fastest"
RATIO = ("ratio", "ratio_ci95_low", "ratio_ci95_high", "ratio_rounds", "ratio_status")
COLUMNS = [
    *KEYS,
    *("by", "unit", "place", "machine", "device", *CONDITIONS, "env"),
    *("median", "ci95_low", "ci95_high", "n", "status", "flags"),
    "base",
    *RATIO,
    "differs",
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
    """Return a row per case, quantity and place, each with its ratio to the base's; `COLUMNS`.

    Each neuron stands there also by the method that is fastest on the place, as `FASTEST`.

    Args:
        newest: Rows of `latest`; a place is a machine and device, its `label`.
        base: The place that the others are compared with, as its label or as "machine/device"; by
            default the one that shares most cases with others.

    Raises:
        NoSuchPlaceError: `base` has no number, or several places are called so.
    """
    places = places_of(newest)
    base = _base(newest, places, base) if places else ""
    rows = newest[newest["label"].isin(places)].drop_duplicates([*KEYS, "label"])
    rows = rows.assign(by=rows["method"])
    rows = pd.concat([rows, _fastest(rows)], ignore_index=True)
    told = [*Measured._fields, "status", "flags", "stopped_after", *CONDITIONS]
    bases = rows.loc[rows["label"] == base, KEYS + told]
    pairs = rows.merge(bases, on=KEYS, how="left", suffixes=("", "_base"))
    floors = {label: bandwidth(of_place) for label, of_place in rows.groupby("label")}
    pairs["status_base"] = pairs["status_base"].fillna("not measured")
    pairs["bytes"] = fewest_bytes(pairs)

    found = [
        {**_over_base(row, base), **_byte_cost(row, floors[row["label"]])}
        for row in pairs.to_dict("records")
    ]
    beside = pd.DataFrame(found, index=pairs.index, columns=COLUMNS[COLUMNS.index("base") :])
    return pairs.rename(columns={"label": "place"}).join(beside)[COLUMNS]


def _base(newest: pd.DataFrame, places: list[str], wanted: str | None) -> str:
    """Return the place that the others are compared with."""
    if wanted is not None:
        named = [p for p in places if wanted in (p, p.partition(" [")[0])]
        if wanted not in named and len(named) != 1:
            why = "several places are" if named else "there is no"
            listed = ", ".join(named or places)
            raise NoSuchPlaceError(f"{why} {wanted!r}; choose one of {listed}")
        return wanted if wanted in named else named[0]
    known = newest[newest["median"].notna()].drop_duplicates([*KEYS, "label"])
    shared = known.groupby(KEYS)["label"].transform("size") > 1
    counts = known[shared]["label"].value_counts()
    # The first of those that share as many.
    return max(places, key=lambda place: int(counts.get(place, 0)))


def _fastest(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of each neuron's fastest exact method, by place and problem, as FASTEST."""
    exact = rows[
        (rows["quantity"] == "forward_backward")
        & (rows["median"] > 0)
        & ~is_floor(rows)
        & ~is_inexact(rows)
    ]
    of_neuron = exact.groupby(["label", "suite", "neuron", *PROBLEM])["median"]
    return exact.loc[of_neuron.idxmin()].assign(method=FASTEST)


def _over_base(row: dict[str, Any], base: str) -> dict[str, Any]:
    found: dict[str, Any] = {"base": base, "ratio_status": "", "differs": ""}
    if row["label"] == base or row["quantity"] not in COSTS:
        return found
    found["ratio_status"] = "no ratio: no number here"
    if row["median"] > 0:
        # Two devices have no round in common; independent rounds may be paired at will.
        estimate, status = ratio_over(row, "_base", "base: ", row)
        found |= dict(zip(RATIO, (*estimate[:4], status), strict=True))
    differs = [
        f"{name} {row[f'{name}_base'][:10]} / {row[name][:10]}"
        for name in CONDITIONS
        if isinstance(row[f"{name}_base"], str)
        and row[f"{name}_base"] != row[name]
        and (name != "driver" or (row[name] and row[f"{name}_base"]))  # a CPU has none
    ]
    return {**found, "differs": "; ".join(differs)}


def _byte_cost(row: dict[str, Any], floor: pd.Series | None) -> dict[str, float]:
    known = row["quantity"] in TIMES and row["median"] > 0 and row["bytes"] > 0
    if floor is None or not known:
        return {}
    # In units of the seconds that a byte takes in the largest copy, both of one run.
    bytes_over = floor["bytes"] / row["bytes"]
    cost = compare(Measured.of(row), Measured.of(floor))[:3]
    return dict(zip(COLUMNS[-3:], (bytes_over * part for part in cost), strict=True))
