"""The measurements: a row per run, case and quantity, with its number or why there is none."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from ..estimate.bootstrap import FEWEST, interval, resampled_medians
from ..estimate.rounds import estimate, medians
from ..outcome import CRASHED, NO_NUMBER, NO_SAMPLES, NOT_APPLICABLE
from ..read.asv_files import Case, Cell, parse_legend
from ..read.fingerprint import tell_apart
from ..read.tree import Results, Run
from ..read.unlike import tell_runs_apart
from .columns import EXCHANGE, ORIGIN, PROBLEM, START_UP, TIMES

# The quantities that a time of stopping bounds.
WHOLE = ("forward_backward", "epoch")
QUANTITIES = (
    *TIMES,
    "peak_memory",
    "reserved_memory",
    "steady_memory",
    "spikes_per_ms",
    "spike_rate",
    "energy",
    "device_clock",
    START_UP,
    EXCHANGE,
)
# Not of every method: no row where there is no number.
_OF_SOME = (START_UP, EXCHANGE)
# Column: the fact of the result file that it shows.
FACTS = {"torch": "torch", "python": "python", "driver": "gpu_driver", "threads": "threads"}
NUMBERS = ["median", "q25", "q75", "ci95_low", "ci95_high", "stopped_after", "date"]


MEASUREMENT_COLUMNS = [
    *ORIGIN,
    *("neuron", "method"),
    *PROBLEM,
    *("quantity", "unit", "median", "q25", "q75", "ci95_low", "ci95_high", "n", "status"),
    *("flags", "torch", "python", "driver", "threads", "env"),
    *("fraction_of_floor", "floor_ci95_low", "floor_ci95_high", "rounds", "runs"),
]


def measurements(results: Results) -> pd.DataFrame:
    """Return all rows of all runs.

    Beyond the public columns each row carries `run` (index of the result file), `date` (ms),
    `samples`, `by_round` (the median of each), `stopped_after` (s) and `key` (seeds its bootstrap).
    """
    rows = [
        row
        for index, run in enumerate(results.runs)
        for suite in sorted(run.suites)
        for row in _suite_rows(results, index, run, suite)
    ]
    frame = pd.DataFrame(rows)
    if not frame.empty:
        frame[NUMBERS] = frame[NUMBERS].astype("float64")
        counts = ["n", "rounds", "runs"]
        frame[counts] = frame[counts].astype("Int64")
    return frame


def _suite_rows(results: Results, index: int, run: Run, suite: str) -> list[dict[str, Any]]:
    quantities = run.suites[suite]
    statuses = parse_legend(results.unit(suite, "status"))
    bits = parse_legend(results.unit(suite, "flags"))
    rows = []
    for case, cell in quantities.get("status", {}).items():
        if cell.value is not None and math.isnan(cell.value):
            continue  # this case was not selected
        status = _status(cell, statuses)
        flags = _flags(quantities.get("flags", {}).get(case), bits)
        places = [quantities.get(name, {}).get(case) for name in ("round", "run")]
        rounds, runs = (None if cell is None else cell.samples for cell in places)
        stopped = _value(quantities.get("stopped_after", {}).get(case))
        for quantity in QUANTITIES:
            measured = quantities.get(quantity, {}).get(case)
            if measured is None or (quantity in _OF_SOME and math.isnan(_value(measured))):
                continue
            key = "|".join(map(str, (run.machine, run.commit, run.env, suite, *case, quantity)))
            bound = stopped if quantity in WHOLE else math.nan
            rows.append(
                {
                    **{"machine": run.machine, "commit": run.commit, "suite": suite},
                    **case._asdict(),
                    "quantity": quantity,
                    "unit": results.unit(suite, quantity),
                    **_summary(measured, status, case, key, bound, rounds, runs),
                    "flags": flags,
                    **{name: run.facts.get(fact, "") for name, fact in FACTS.items()},
                    "env": run.env,
                    "run": index,
                    "date": run.date,
                    "key": key,
                }
            )
    return rows


def _summary(
    cell: Cell,
    status: str,
    case: Case,
    key: str,
    stopped: float,
    rounds: tuple[float, ...] | None,
    runs: tuple[float, ...] | None,
) -> dict[str, Any]:
    """Return median, quartiles, 95 % interval, n, rounds, runs and status of one cell.

    Where the round of each sample is known, the median is the geometric mean of the rounds' and the
    interval is over runs, or over the rounds of the only one; else both are of the calls within one
    process, and rounds is 1. Where its run is not known, all samples are of one.
    """
    found: dict[str, Any] = {
        **dict.fromkeys(
            ("median", "q25", "q75", "ci95_low", "ci95_high", "stopped_after"), math.nan
        ),
        **{"n": 0, "rounds": None, "runs": None, "samples": None, "by_round": None},
    }
    value = _value(cell)
    if math.isnan(value) and not cell.samples:
        if status == "ok":
            status = NO_NUMBER if cell.value is None else NOT_APPLICABLE + case.device
        elif not math.isnan(stopped):
            status = f"{status}: stopped after {stopped:.4g} s"
        return {**found, "stopped_after": stopped, "status": status}
    if not cell.samples:
        q25, q75 = (math.nan if q is None else q for q in (cell.q25, cell.q75))
        found |= {"median": value, "q25": q25, "q75": q75, "n": int(cell.repeat or 1)}
        # A single number (memory, spikes) has no samples; those of a time were not recorded.
        return {**found, "status": "ok" if cell.repeat is None else NO_SAMPLES}
    quartiles = np.percentile(cell.samples, [25, 50, 75])
    found |= dict(zip(("q25", "median", "q75"), quartiles, strict=True))
    found |= {"n": len(cell.samples), "rounds": 1, "runs": 1, "samples": cell.samples}
    found["status"] = "ok"
    if rounds and len(rounds) == len(cell.samples):
        known = runs if runs and len(runs) == len(rounds) else None
        found["by_round"] = medians(cell.samples, rounds, known)
    over_rounds = found["by_round"] and estimate(found["by_round"])
    if over_rounds:
        names = ("median", "ci95_low", "ci95_high", "rounds", "runs")
        found |= dict(zip(names, over_rounds[:5], strict=True))
    elif len(cell.samples) >= FEWEST:
        found["ci95_low"], found["ci95_high"] = interval(resampled_medians(cell.samples, key))
    return found


def _value(cell: Cell | None) -> float:
    return math.nan if cell is None or cell.value is None else cell.value


def _status(cell: Cell, legend: dict[int, str]) -> str:
    if cell.value is None:
        return CRASHED
    code = int(cell.value)
    return legend.get(code, f"status {code}: not in the legend")


def _flags(cell: Cell | None, legend: dict[int, str]) -> tuple[str, ...]:
    value = _value(cell)
    mask = 0 if math.isnan(value) or value < 0 else int(value)
    bits = [1 << bit for bit in range(mask.bit_length()) if mask >> bit & 1]
    return tuple(legend.get(bit, f"flag {bit}") for bit in bits)


def joined(trees: list[Results]) -> pd.DataFrame:
    """Return the measurements of several results trees as one table, machines told apart."""
    for tree in trees:
        tell_runs_apart(tree)
    tell_apart(trees)
    frames, runs = [], 0
    for tree in trees:
        frame = measurements(tree)
        if not frame.empty:
            frames.append(frame.assign(run=frame["run"] + runs))
        runs += len(tree.runs)
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
