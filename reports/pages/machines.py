"""The machines on the page: their hardware, the bandwidth of the floor, the commits."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pandas as pd

from ..read.tree import Results
from ..tables.floor import bandwidth
from ..text import bounded, count, digits, problem_words
from .place import Place

FACTS = ("cpu", "num_cpu", "ram", "os", "gpu", "gpu_memory", "gpu_driver", "cuda", "gpu_max_clock")
MORE_FACTS = ("gpu_power_cap", "torch", "python", "threads", "profile")


def machines(results: Results) -> dict[str, Any]:
    """Return the facts of each machine, from the latest run of each environment."""
    runs: dict[tuple[str, str], Any] = {}
    for run in sorted(results.runs, key=lambda run: run.date):
        runs[run.machine, run.env] = run
    told = [f for f in (*FACTS, *MORE_FACTS) if any(run.facts.get(f) for run in runs.values())]
    rows = [[run.machine, *(run.facts.get(f, "") for f in told)] for _, run in sorted(runs.items())]
    return {"columns": ["machine", *(f.replace("_", " ") for f in told)], "rows": rows}


def bandwidths(places: list[Place]) -> list[list[str]]:
    """Return how fast each place moved the bytes of the floor's largest tensor."""
    listed = []
    for place in places:
        row = bandwidth(place.rows)
        if row is None:
            continue
        rate = bounded(*(row[name] / 1e9 for name in ("rate", "rate_low", "rate_high")))
        moved = f"{digits(row['bytes'] / 1e9)} GB"
        listed.append([place.name, rate, moved, f"{row['suite']}: {problem_words(row)}"])
    return listed


def commits(measurements: pd.DataFrame) -> list[list[str]]:
    """Return what was measured when, the latest first."""
    listed = measurements.groupby(["machine", "date", "commit", "env"])
    return [
        [str(machine), str(commit), _day(date), str(env), count(len(rows)), _runs(rows["runs"])]
        for (machine, date, commit, env), rows in listed
    ][::-1]


def _runs(runs: pd.Series) -> str:
    """Return over how many runs the intervals are: "3", or "1 to 3" where suites differ."""
    least, most = runs.min(), runs.max()
    if pd.isna(least):
        return "–"
    return str(least) if least == most else f"{least} to {most}"


def _day(milliseconds: float) -> str:
    try:
        return datetime.fromtimestamp(milliseconds / 1000, tz=timezone.utc).strftime("%Y-%m-%d")
    except (OverflowError, OSError, ValueError):
        return "unknown"
