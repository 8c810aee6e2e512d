"""What the statuses and flags mean, for the reader of the page."""

from __future__ import annotations

import pandas as pd

from ..read.asv_files import parse_legend
from ..read.tree import Results
from ..tables.columns import AT_LEAST, INEXACT, NO_INTERVAL
from ..tables.measurements import CRASHED, NO_NUMBER, NO_SAMPLES
from ..tables.speedups import WITHIN

# What the words mean; a word that is not here is the suite's own.
MEANINGS = {
    "ok": "measured",
    "out of memory": "the device had too little memory for this case",
    "time budget": "stopped because it took longer than a case may take; where a time is given, "
    "forward + backward, or the epoch, had run that long without finishing",
    "not available": "the method, or its device, does not exist on this machine or at this commit",
    "unsupported": "the method does not cover this case",
    "wrong answer": "the outcome differed from the reference, so it was not timed",
    "error": "the case failed in another way",
    "noisy": "the samples scatter widely",
    "few samples": "fewer samples than intended",
    "not warmed up": "successive samples had not yet settled when sampling began",
    INEXACT: "the method was timed as its authors published it, although it does "
    "not compute the equations exactly",
    "machine busy": "other work ran on the machine",
    "clock capped": "the device ran far below the clock that it can reach",
    "few rounds": "too slow for every round, or a later round failed: the interval is over "
    "fewer rounds",
    "measured alone": "asv ran single cases, so no other method took turns with this one: its "
    "ratios include any drift of the machine",
    WITHIN: "an interval of the calls within one process; too narrow, because processes "
    "differ by more",
    "throttled": "the device lowered its clock during the measurement",
    CRASHED: "the process of this case ended before it could say why",
    NO_NUMBER: "the process ended while it measured this quantity, although the case had "
    "passed its checks",
    NO_SAMPLES: "asv ran without --record-samples; median and quartiles are asv's own",
    NO_INTERVAL: "a ratio of medians whose samples are too few, or were not recorded",
    AT_LEAST: "a lower bound: how long the denominator had run when it was stopped, over the "
    "numerator's time",
}


def statuses(results: Results, measurements: pd.DataFrame) -> list[tuple[str, str]]:
    """Return every status that can be met, and what it means."""
    legend = _legend(results, "status")
    seen = [s for s in sorted(set(measurements["status"])) if s in MEANINGS]
    words = list(dict.fromkeys([*legend, *seen, AT_LEAST]))
    listed = [(word, MEANINGS.get(word, "as the suite recorded it")) for word in words]
    applicable = "the device, or the neuron, has no such quantity"
    listed.append(("not applicable on …", applicable))
    if (measurements["rounds"] == 1).any():
        listed.append((WITHIN, MEANINGS[WITHIN]))
    return listed


def flags(results: Results) -> list[tuple[str, str]]:
    """Return every flag, and what it means."""
    words = _legend(results, "flags")
    return [(word, MEANINGS.get(word, "as the suite recorded it")) for word in words]


def _legend(results: Results, quantity: str) -> list[str]:
    units = (track.unit for track in results.tracks.values() if track.quantity == quantity)
    return list(dict.fromkeys(word for unit in units for word in parse_legend(unit).values()))
