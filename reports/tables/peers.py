"""Other libraries beside ours: times, ratios to ours in the same run, and what differs."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from ..neurons import LIF, SB
from ..outcome import NOT_APPLICABLE
from ..read.asv_files import Case, Cell, parse_legend
from ..read.tree import Results
from .columns import PEERS, PROBLEM, START_UP
from .speedups import ratio_over

# Our layers, measured in each library's environment by the method made for the device.
YARDSTICKS = {"lif": LIF, "spsn_sb": SB}
FUSED = {"cpu": "numba", "cuda": "triton"}
# The ratio of our layer to itself.
ITSELF = "ok: itself"
FORWARD, BOTH = "forward", "forward_backward"
_RATIOS = [
    f"{name}{part}"
    for name in YARDSTICKS
    for part in ("_speedup", "_ci95_low", "_ci95_high", "_status")
]
PEER_COLUMNS = [
    *("machine", "device", "commit", "neuron", "method"),
    *PROBLEM,
    "quantity",
    *("seconds", "ci95_low", "ci95_high", "n", "rounds", "forward_seconds", "backward_seconds"),
    START_UP,
    *_RATIOS,
    *("keeps_reset", "difference", "membrane_error", "same_trains"),
    *("status", "why_not", "flags", "env"),
]
_DETAILS = ("keeps_reset", "difference", "why_not", "membrane_error", "same_trains")


def without_peers(measurements: pd.DataFrame) -> pd.DataFrame:
    """Return all rows but those of the suite `peers`, which has a table of its own."""
    return measurements[measurements["suite"] != PEERS]


def peers(results: Results, measurements: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each case of the newest run of every environment; PEER_COLUMNS."""
    rows = measurements[measurements["suite"] == PEERS]
    newest = rows.groupby(["machine", "env"])["date"].transform("max")
    rows = rows[rows["date"] == newest]
    found = []
    for index, of_run in rows.groupby("run", sort=False):
        found += _run_rows(results, int(index), of_run)
    frame = pd.DataFrame(found, columns=PEER_COLUMNS).astype({"n": "Int64", "rounds": "Int64"})
    return frame.sort_values(
        ["machine", "device", *PROBLEM, "seconds", "neuron", "method", "env"], kind="stable"
    )


def _run_rows(results: Results, index: int, rows: pd.DataFrame) -> list[dict[str, Any]]:
    keys = ["neuron", "method", "device", *PROBLEM]
    by_case: dict[tuple[Any, ...], dict[str, dict[str, Any]]] = {}
    for row in rows.to_dict("records"):
        by_case.setdefault(tuple(row[k] for k in keys), {})[row["quantity"]] = row
    found = []
    for key, quantities in by_case.items():
        whole = _timed(quantities)
        if whole is None:
            continue
        ratios: dict[str, Any] = {}
        for name, neuron in YARDSTICKS.items():
            ours = by_case.get((neuron, FUSED.get(key[2], ""), *key[2:]), {})
            ratios |= _speedup(name, whole, ours.get(whole["quantity"]))
        found.append(
            {
                **{name: whole[name] for name in ("machine", "device", "commit", "neuron")},
                **{name: whole[name] for name in ("method", *PROBLEM, "quantity")},
                "seconds": whole["median"],
                **{name: whole[name] for name in ("ci95_low", "ci95_high", "n", "rounds")},
                "forward_seconds": quantities.get("forward", {}).get("median", math.nan),
                "backward_seconds": quantities.get("backward", {}).get("median", math.nan),
                START_UP: quantities.get(START_UP, {}).get("median", math.nan),
                **ratios,
                **_details(results, index, whole),
                **{name: whole[name] for name in ("status", "flags", "env")},
            }
        )
    return found


def _timed(quantities: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    """Return what a layer is compared by: both passes, or the first of one that has no other."""
    both, forward = (quantities.get(name) for name in (BOTH, FORWARD))
    without_backward = both is not None and both["status"].startswith(NOT_APPLICABLE)
    return forward if without_backward and forward and forward["median"] > 0 else both


def _speedup(name: str, peer: dict[str, Any], ours: dict[str, Any] | None) -> dict[str, Any]:
    """Return how many times as fast as the peer our layer is, or why that is unknown."""
    value, low, high = math.nan, math.nan, math.nan
    if ours is None or not ours["median"] > 0:
        status = "no ratio: ours was not measured in this run"
    elif peer["key"] == ours["key"]:
        value, status = 1.0, ITSELF
    else:
        (value, low, high, *_), status = ratio_over(peer, "", "", ours)
    numbers = {"_speedup": value, "_ci95_low": low, "_ci95_high": high, "_status": status}
    return {f"{name}{part}": number for part, number in numbers.items()}


def _details(results: Results, index: int, row: dict[str, Any]) -> dict[str, Any]:
    """Return what the suite records beside times: words, decoded by their legends, and numbers."""
    case = Case(*(row[name] for name in Case._fields))
    quantities = results.runs[index].suites[PEERS]
    cells = {name: quantities.get(name, {}).get(case) for name in _DETAILS}
    words: dict[str, Any] = {
        name: _word(cells[name], results.unit(PEERS, name))
        for name in ("keeps_reset", "difference", "why_not")
    }
    return words | {
        name: math.nan if cell is None or cell.value is None else cell.value
        for name, cell in cells.items()
        if name not in words
    }


def _word(cell: Cell | None, legend: str) -> str:
    if cell is None or cell.value is None or math.isnan(cell.value):
        return ""
    return parse_legend(legend).get(int(cell.value), "")
