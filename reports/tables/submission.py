"""Whether results can be published: what is missing or not to be trusted, each with a remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..read.tree import Results
from .columns import PEERS, TIMES
from .latest import latest
from .runs import runs

# A published figure is of so many whole runs at least.
RUNS = 3
# The share of rows that may carry a flag of a disturbed machine.
SHARE = 0.2
DISTURBED = ("machine busy", "throttled", "clock capped")
# A folder of a user's in a name: asv names an existing environment after its interpreter.
_PATH = re.compile(r"[/\\]|_(home|Users|root|opt|usr|tmp)_")


@dataclass(frozen=True)
class Complaint:
    """One thing that stands in the way of publishing, or (`advice`) that a reader will miss."""

    where: str
    what: str
    remedy: str
    advice: bool = False

    def __str__(self) -> str:
        return f"{'advice: ' if self.advice else ''}{self.where}: {self.what}. {self.remedy}."


def complaints(results: Results, measurements: pd.DataFrame) -> Iterator[Complaint]:
    """Yield what is to be mended before results are published, file by file, suite by suite.

    Args:
        results: What was read, and what was left out.
        measurements: Its rows.
    """
    for omission in results.omissions:
        yield Complaint(_name(omission.file, results.root), omission.what, omission.remedy)
    for run in results.runs:
        if _PATH.search(run.env):
            yield Complaint(
                run.file.name,
                f"its environment {run.env!r} holds a path of a machine",
                "Measure by `python -m benchmarks run`, which names environments neutrally",
            )
    if measurements.empty:
        return
    newest = latest(measurements)
    timed = newest[newest["quantity"].isin(TIMES) & (newest["median"] > 0)]
    yield from _without_samples(timed)
    yield from _without_journal(results, timed)
    yield from _disturbed(timed)
    for row in runs(results).to_dict("records"):
        if row["drifted"]:
            yield Complaint(
                f"{row['machine']}, run {row['run']} of {row['commit'][:8]}",
                "its references drifted by more than a quarter",
                "Readers are told so; measure again on a quieter machine if you can",
                advice=True,
            )
    yield from _few_runs(timed)


def _name(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else file.name


def _by_suite(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    for (machine, suite, commit), found in rows.groupby(["machine", "suite", "commit"]):
        yield f"{machine}, {suite}, {commit[:8]}", found


def _without_samples(timed: pd.DataFrame) -> Iterator[Complaint]:
    lacking = timed[timed["samples"].isna()]
    for where, rows in _by_suite(lacking):
        yield Complaint(
            where,
            f"{len(rows)} times have no samples, and so no interval",
            "Measure with --record-samples, as `python -m benchmarks run` does",
        )


def _without_journal(results: Results, timed: pd.DataFrame) -> Iterator[Complaint]:
    told = {
        (one.machine, one.told.commit, suite)
        for one in results.journals
        for suite in one.told.suites
    }
    for where, rows in _by_suite(timed[timed["suite"] != PEERS]):
        first = rows.iloc[0]
        if (first["machine"], first["commit"], first["suite"]) not in told:
            yield Complaint(
                where,
                "no journal tells on which processor, with which references it was measured",
                "Commit the files of sweeps/ too, or measure anew",
            )


def _disturbed(timed: pd.DataFrame) -> Iterator[Complaint]:
    whole = timed[timed["quantity"] == "forward_backward"]
    for where, rows in _by_suite(whole):
        for flag in DISTURBED:
            share = rows["flags"].map(lambda flags, flag=flag: flag in flags).mean()
            if share > SHARE:
                yield Complaint(
                    where,
                    f"{share:.0%} of its rows are flagged {flag!r}",
                    "See `python -m benchmarks check`, and measure again",
                )


def _few_runs(timed: pd.DataFrame) -> Iterator[Complaint]:
    for where, rows in _by_suite(timed[timed["suite"] != PEERS]):
        most = rows["runs"].max()
        if not most >= RUNS:
            yield Complaint(
                where,
                f"measured in {1 if pd.isna(most) else int(most)} of {RUNS} runs, so its intervals "
                "hold for those alone",
                "Run the same command again at other hours: it adds a run",
                advice=True,
            )
