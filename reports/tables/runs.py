"""The runs: when, of what, and how fast the machine's references were."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd

from ..read.tree import Journal, Results

REFERENCES = ("product", "copy", "python")
RUN_COLUMNS = [
    *("machine", "commit", "run", "profile", "suites", "begun", "minutes", "groups"),
    *(f"{name}_{what}" for name in REFERENCES for what in ("seconds", "drift")),
    "drifted",
]
# A run has drifted where the 90th percentile of a reference is more than this times the 10th.
DRIFT = 1.25


def runs(results: Results) -> pd.DataFrame:
    """Return a row for each sweep that left a journal, the latest last."""
    rows = [_row(journal) for journal in results.journals]
    return pd.DataFrame(rows, columns=RUN_COLUMNS).sort_values(
        ["machine", "begun"], ignore_index=True
    )


def profiles(results: Results) -> pd.DataFrame:
    """Return by which profiles each suite of a result file was measured: run, suite, `profile`.

    `run` is the index of the file. A run that left no journal has no row.
    """
    told: dict[tuple[str, str, str], set[str]] = {}
    for journal in results.journals:
        for suite in journal.told.suites:
            key = journal.machine, journal.told.commit, suite
            told.setdefault(key, set()).add(journal.told.profile)
    rows = [
        (index, suite, "; ".join(sorted(told[key])))
        for index, run in enumerate(results.runs)
        for suite in run.suites
        if (key := (run.file.parent.name, run.commit, suite)) in told
    ]
    return pd.DataFrame(rows, columns=["run", "suite", "profile"])


def _row(journal: Journal) -> dict[str, object]:
    told = journal.told
    at = [datetime.fromisoformat(line.at) for line in told.references]
    row: dict[str, object] = {
        **{"machine": journal.machine, "commit": told.commit, "run": told.run},
        **{"profile": told.profile, "suites": tuple(told.suites)},
        "begun": min(at).isoformat(timespec="seconds"),
        # The last group is measured after its references.
        "minutes": (max(at) - min(at)).total_seconds() / 60,
        "groups": len(at),
    }
    drifts = []
    for name in REFERENCES:
        seconds = [line.seconds[name] for line in told.references if name in line.seconds]
        if not seconds:
            row |= {f"{name}_seconds": np.nan, f"{name}_drift": np.nan}
            continue
        low, middle, high = np.percentile(seconds, [10, 50, 90])
        row |= {f"{name}_seconds": middle, f"{name}_drift": high / low}
        drifts.append(high / low)
    return row | {"drifted": max(drifts, default=1.0) > DRIFT}
