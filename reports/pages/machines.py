"""The machines on the page: their hardware, the bandwidth of the floor, the commits."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pandas as pd

from ..read.tree import Results
from ..read.unlike import ALIKE
from ..tables.floor import bandwidth
from ..tables.runs import DRIFT, REFERENCES, runs
from ..text import bounded, count, digits, listed, problem_words
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
    found = measurements.groupby(["machine", "date", "commit", "env"])
    return [
        [
            *(str(machine), str(commit), _day(date), str(env)),
            *(count(len(rows)), _number_of_runs(rows["runs"])),
        ]
        for (machine, date, commit, env), rows in found
    ][::-1]


def journals(results: Results) -> dict[str, Any]:
    """Return the runs that left a journal, the latest first, and what each machine's last saw."""
    table = runs(results)
    rows = []
    for _, row in table[::-1].iterrows():
        speeds = [_speed(row, name) for name in REFERENCES]
        what = [row["machine"], row["commit"][:8], str(row["run"]), row["begun"][:16]]
        what += [row["profile"], listed(row["suites"]), digits(row["minutes"])]
        rows.append([*what, *speeds, "yes" if row["drifted"] else "no"])
    last = {journal.machine: journal.told.provenance for journal in results.journals}
    seen = [
        [machine, name, value] for machine, told in last.items() for name, value in told.items()
    ]
    columns = ["machine", "commit", "run", "begun (UTC)", "profile", "suites", "minutes"]
    columns += [*REFERENCES, "drifted"]
    limits = {"drift": f"{DRIFT:g}", "alike": f"{ALIKE:g}"}
    return {"columns": columns, "rows": rows, "seen": seen, **limits}


def _speed(row: pd.Series, name: str) -> str:
    seconds, drift = row[f"{name}_seconds"], row[f"{name}_drift"]
    return "–" if pd.isna(seconds) else f"{digits(seconds * 1e3)} ms, ×{digits(drift)}"


def _number_of_runs(numbers: pd.Series) -> str:
    """Return over how many runs the intervals are: "3", or "1 to 3" where suites differ."""
    least, most = numbers.min(), numbers.max()
    if pd.isna(least):
        return "–"
    return str(least) if least == most else f"{least} to {most}"


def _day(milliseconds: float) -> str:
    try:
        return datetime.fromtimestamp(milliseconds / 1000, tz=timezone.utc).strftime("%Y-%m-%d")
    except (OverflowError, OSError, ValueError):
        return "unknown"
