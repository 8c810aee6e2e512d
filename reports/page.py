"""The page: one HTML file with everything inside, for a reader without a network."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

from .findings import NEURON, count, digits, headline, headline_rows, step_ratios, with_interval
from .load import Results, printable
from .paper import CLAIMS, FIGURE_5_T, Claim
from .plots import Picture
from .records import CRASHED, NO_NUMBER, NO_SAMPLES, parse_legend
from .tables import AT_LEAST, CASE, NO_INTERVAL

# What the words mean; a word that is not here is the suite's own.
MEANINGS = {
    "ok": "measured",
    "out of memory": "the device had too little memory for this case",
    "time budget": "stopped because it took longer than a case may take; where a time is told, "
    "forward + backward had run that long and was not done",
    "not available": "the method, or its device, does not exist on this machine or at this commit",
    "unsupported": "the method does not cover this case",
    "wrong answer": "the outcome differed from the reference, so it was not timed",
    "error": "the case failed in another way",
    "noisy": "the samples scatter widely",
    "few samples": "fewer samples than intended",
    "not warmed up": "successive samples had not yet settled when sampling began",
    "inexact as published": "the method was timed as its authors published it, although it does "
    "not compute the equations exactly",
    "machine busy": "other work ran on the machine",
    "throttled": "the device lowered its clock during the measurement",
    CRASHED: "the process of this case ended before it could say why",
    NO_NUMBER: "the process ended in this quantity although the case had been found in order",
    NO_SAMPLES: "asv ran without --record-samples; median and quartiles are asv's own",
    NO_INTERVAL: "a ratio of medians whose samples are too few, or were not recorded",
    AT_LEAST: "a lower bound: how long the denominator had run when it was stopped, over the "
    "numerator's time",
}
FACTS = ("cpu", "num_cpu", "ram", "os", "gpu", "gpu_memory", "gpu_driver", "cuda", "gpu_max_clock")
MORE_FACTS = ("gpu_power_cap", "torch", "python", "threads", "profile")


@dataclass(frozen=True)
class Place:
    """One machine and device at its latest commit, with its tables and pictures."""

    label: str
    name: str
    slug: str
    rows: pd.DataFrame
    ratios: pd.DataFrame
    pictures: list[Picture]
    missing: list[str]


def first_sentence(place: Place) -> str:
    """Return the finding on one place."""
    return headline(place.name, place.ratios)


def render(results: Results, measurements: pd.DataFrame, places: list[Place]) -> str:
    """Return the page as one self-contained HTML text.

    Args:
        results: What was read, and what was left out.
        measurements: All rows of all commits.
        places: What is shown in pictures, in order.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["inline"] = _inline
    return environment.get_template("template.html.j2").render(
        sentences=[first_sentence(place) for place in places],
        places=[
            {"place": place, "ratios": _ratio_tables(place), "absent": _absent(place.rows)}
            for place in places
        ],
        claims=_beside(places),
        machines=_machines(results),
        commits=_commits(measurements),
        statuses=_statuses(results, measurements),
        flags=_flags(results),
        other_suites=results.other_suites,
        problems=[
            {
                "file": printable(_relative(problem.file, results.root)),
                "what": printable(problem.what),
                "remedy": problem.remedy,
            }
            for problem in results.problems
        ],
    )


def _inline(svg: bytes) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode("ascii")


def _relative(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix() if file != root else root.name


def _ratio_tables(place: Place) -> list[dict[str, Any]]:
    """Lay out each SPSN's fastest method: a row per case, a column per baseline."""
    tables = []
    # The headline's neuron first; LIF over itself, an aside, last.
    neurons = sorted(set(place.ratios["numerator_neuron"]))
    for neuron in sorted(neurons, key=lambda name: (name == "LIF", name != NEURON)):
        top = headline_rows(place.ratios, neuron)
        if top.empty:
            continue
        method = top.iloc[0]["numerator_method"]
        rows = step_ratios(place.ratios, neuron)
        rows = rows[rows["numerator_method"] == method]
        told = ["suite", "T", "batch"]
        told += [name for name in ("units", "depth", "dtype") if rows[name].nunique() > 1]
        rows = rows.assign(cell=[_cell(row) for _, row in rows.iterrows()])
        wide = rows.pivot_table(
            index=["suite", *CASE], columns="denominator_method", values="cell", aggfunc="first"
        )
        lengths = rows.groupby("suite")["T"].nunique()
        cells = wide.reset_index().sort_values(
            "suite", key=lambda suites: -suites.map(lengths), kind="stable"
        )
        tables.append(
            {
                "title": f"{neuron}/{method}",
                "columns": told + [f"over LIF/{name}" for name in wide.columns],
                "rows": [
                    [count(row[t]) if isinstance(row[t], int) else row[t] for t in told]
                    + [row[name] if isinstance(row[name], str) else "–" for name in wide.columns]
                    for row in cells.to_dict("records")
                ],
            }
        )
    return tables


def _cell(row: Any) -> str:
    return with_interval(row) + (" *" if row["flags"] else "")


def _absent(rows: pd.DataFrame) -> list[dict[str, str]]:
    """Gather the cases without a number by why, so that hundreds fit on a page."""
    lacking = rows[rows["median"].isna()]
    gathered = []
    for (suite, neuron, method, status), of_reason in lacking.groupby(
        ["suite", "neuron", "method", "status"], sort=True
    ):
        gathered.append(
            {
                "suite": suite,
                "method": f"{neuron}/{method}",
                "why": status,
                "quantities": ", ".join(dict.fromkeys(of_reason["quantity"])),
                "T": ", ".join(count(v) for v in sorted(set(of_reason["T"]))),
                "batch": ", ".join(count(v) for v in sorted(set(of_reason["batch"]))),
                "depth": ", ".join(count(v) for v in sorted(set(of_reason["depth"]))),
            }
        )
    return gathered


def _beside(places: list[Place]) -> list[dict[str, Any]]:
    return [
        {"claim": claim, "ratio": digits(claim.ratio), "measured": _measured(claim, places)}
        for claim in CLAIMS
    ]


def _measured(claim: Claim, places: list[Place]) -> list[str]:
    """State our measurement of the same thing: both baselines, at the same T, for every batch."""
    if not claim.figure_5:
        return ["not in these results: they hold no training epoch"]
    found = []
    for place in places:
        rows = step_ratios(place.ratios)
        rows = rows[(rows["T"] == FIGURE_5_T) & (rows["depth"] == 1)]
        best = headline_rows(rows)
        method = "" if best.empty else best.iloc[0]["numerator_method"]
        rows = rows[rows["numerator_method"] == method]
        rows = rows.drop_duplicates(["batch", "denominator_method"])
        for _, row in rows.sort_values(["batch", "denominator_method"]).iterrows():
            words = f"over LIF/{row['denominator_method']}, batch {count(row['batch'])}, {method}"
            found.append(f"{place.name}: {with_interval(row)} {words}")
    return found or [f"not in these results: no ratio at T = {count(FIGURE_5_T)}"]


def _machines(results: Results) -> dict[str, Any]:
    """Lay out what each run's file says of its machine: the latest run of each environment."""
    runs: dict[tuple[str, str], Any] = {}
    for run in sorted(results.runs, key=lambda run: run.date):
        runs[run.machine, run.env] = run
    told = [f for f in (*FACTS, *MORE_FACTS) if any(run.facts.get(f) for run in runs.values())]
    rows = [[run.machine, *(run.facts.get(f, "") for f in told)] for _, run in sorted(runs.items())]
    return {"columns": ["machine", *(f.replace("_", " ") for f in told)], "rows": rows}


def _commits(measurements: pd.DataFrame) -> list[list[str]]:
    listed = measurements.groupby(["machine", "date", "commit", "env"]).size()
    return [
        [str(machine), str(commit), _day(date), str(env), count(rows)]
        for (machine, date, commit, env), rows in listed.items()
    ][::-1]


def _day(milliseconds: float) -> str:
    try:
        return datetime.fromtimestamp(milliseconds / 1000, tz=timezone.utc).strftime("%Y-%m-%d")
    except (OverflowError, OSError, ValueError):
        return "unknown"


def _statuses(results: Results, measurements: pd.DataFrame) -> list[tuple[str, str]]:
    legend = _legend(results, "status")
    seen = [s for s in sorted(set(measurements["status"])) if s in MEANINGS]
    words = list(dict.fromkeys([*legend, *seen, AT_LEAST]))
    listed = [(word, MEANINGS.get(word, "as the suite recorded it")) for word in words]
    applicable = "the device, or the neuron, has no such quantity"
    return [*listed, ("not applicable on …", applicable)]


def _flags(results: Results) -> list[tuple[str, str]]:
    words = _legend(results, "flags")
    return [(word, MEANINGS.get(word, "as the suite recorded it")) for word in words]


def _legend(results: Results, quantity: str) -> list[str]:
    units = (track.unit for track in results.tracks.values() if track.quantity == quantity)
    return list(dict.fromkeys(word for unit in units for word in parse_legend(unit).values()))
