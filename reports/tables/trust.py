"""How often the interval of a ratio is right: what `python -m benchmarks trust` measured, counted.

Two ratios agree if their logarithms differ by no more than the root of the sum of their half
widths' squares. A/A pairs, of the same two cases, should agree in the share called ideal; A/B
pairs, of which one has its method slowed, should not.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean, median

import pandas as pd
from scipy.special import stdtr, stdtrit

from ..estimate.bootstrap import LEVEL
from ..estimate.rounds import Estimate, log_half_width, ratio
from ..read.schema import Trial, TrustFile, validated
from ..read.tree import Omission

# Two ratios each: (baseline, method), of other processes.
SAME = (
    (("baseline", "method"), ("baseline_again", "method_again")),
    (("baseline", "method_again"), ("baseline_again", "method")),
)
# The second is less, for its method is slower.
SLOWED = (
    (("baseline", "method"), ("baseline_again", "method_slowed")),
    (("baseline_again", "method_again"), ("baseline", "method_slowed")),
)
TRUST_COLUMNS = [
    *("machine", "kind", "others", "pairs", "agree", "ideal", "slower", "found"),
    "half_width",
]


@dataclass
class _Tally:
    """What is counted of one kind of ratio."""

    agree: list[bool] = field(default_factory=list)
    ideal: list[float] = field(default_factory=list)
    found: list[bool] = field(default_factory=list)
    halves: list[float] = field(default_factory=list)

    def add(self, trial: Trial) -> None:
        """Count the pairs of a trial that have two rounds in common."""
        for pair in SAME:
            first, second = (_speed_up(trial, *sides) for sides in pair)
            if first and second:
                self.agree.append(abs(_apart(first, second)) <= 1)
                self.ideal.append(_ideal(first, second))
                self.halves.append(math.expm1(log_half_width(first)))
        for pair in SLOWED:
            first, second = (_speed_up(trial, *sides) for sides in pair)
            if first and second:
                self.found.append(_apart(first, second) > 1)


def _speed_up(trial: Trial, baseline: str, method: str) -> Estimate | None:
    """Return time(baseline) / time(method), paired by round."""
    over, under = (
        {(1, n): median(calls) for n, calls in enumerate(getattr(trial, name))}
        for name in (baseline, method)
    )
    return ratio(over, under)


def _apart(first: Estimate, second: Estimate) -> float:
    """Return by how many combined half widths the first is more than the second."""
    combined = math.hypot(log_half_width(first), log_half_width(second))
    difference = math.log(first.value / second.value)
    return difference / combined if combined else math.copysign(math.inf, difference)


def _ideal(first: Estimate, second: Estimate) -> float:
    """Return how often two ratios of one truth agree, if rounds vary by the same in both."""
    freedom = sum((one.rounds or 2) - 1 for one in (first, second))
    return float(2 * stdtr(freedom, stdtrit(freedom / 2, (1 + LEVEL) / 2)) - 1)


def _mean(parts: Sequence[float]) -> float:
    return fmean(parts) if parts else math.nan


def read_trust(results_dir: Path) -> tuple[list[TrustFile], list[Omission]]:
    """Return the usable files of trust/, of all machines or of one, and those left out."""
    files, omissions = [], []
    for path in sorted([*results_dir.glob("*/trust/*.json"), *results_dir.glob("trust/*.json")]):
        try:
            files.append(validated(TrustFile, json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError, RecursionError) as error:
            what = f"cannot be used ({error})"
            omissions.append(Omission(path, what, "Measure anew, or remove it"))
    return files, omissions


def counted(files: Iterable[TrustFile]) -> pd.DataFrame:
    """Return a row per machine, slow-down, kind of ratio and load of the machine."""
    rows = []
    for file in files:
        tallies: dict[tuple[str, str], _Tally] = {}
        for trial in file.trials:
            for kind in (trial.kind, "all"):
                key = "busy" if trial.busy else "quiet", kind
                tallies.setdefault(key, _Tally()).add(trial)
        for (others, kind), tally in sorted(tallies.items(), reverse=True):
            halves = median(tally.halves) if tally.halves else math.nan
            shares = _mean(tally.agree), _mean(tally.ideal), file.slower, _mean(tally.found)
            rows.append((file.machine, kind, others, len(tally.agree), *shares, halves))
    return pd.DataFrame(rows, columns=TRUST_COLUMNS)
