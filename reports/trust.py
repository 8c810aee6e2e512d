"""`python -m reports trust`: how often the reported interval of a ratio tells the truth.

Reads what `python -m benchmarks trust` measured. Of A/A pairs the true ratio is 1, and a 95 %
interval should contain it in 90 to 99 % of them; of A/B pairs it is not, and it should exclude 1.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np

from .load import printable
from .rounds import Rounds, ratio
from .statistics import FEWEST, ratio_of_samples, resampled_medians

VERSION = 1
# (kind, numerator, denominator); the slowed ones are slower, so A/B's ratio is above 1.
PAIRS = (
    ("A/A", "as_is", "as_is_again"),
    ("A/A", "slowed", "slowed_again"),
    ("A/B", "as_is", "slowed"),
    ("A/B", "as_is_again", "slowed_again"),
)
COLUMNS = (
    *("machine", "case", "others", "pairs", "A/A contains 1", "slowed by", "A/B found"),
    *("A/A half width", "of one process"),
)


class TrustError(Exception):
    """A file that is not what `benchmarks trust` writes."""


def by_round(samples: Any) -> Rounds:
    """Return the median of each round of [round, call] seconds.

    Raises:
        TrustError: they are not lists of positive numbers.
    """
    try:
        medians = {n: float(np.median(np.asarray(calls, float))) for n, calls in enumerate(samples)}
    except (TypeError, ValueError) as error:
        raise TrustError(f"its samples are no lists of numbers ({error})") from None
    if len(medians) < 2 or not all(0 < seconds < np.inf for seconds in medians.values()):
        raise TrustError("it has a trial of fewer than two rounds, or a time that is not positive")
    return medians


def judge(content: Any) -> Iterator[tuple[str, bool, Counter[str], list[float]]]:
    """Judge each trial of a file.

    Yields:
        The case's method, whether others were busy, counts ("A/A", "A/A contains", "A/B",
        "A/B found", "within", "within contains") and half the width of its A/A intervals, relative.

    Raises:
        TrustError: the file is of another version, or not what `benchmarks trust` writes.
    """
    if not isinstance(content, dict) or content.get("version") != VERSION:
        raise TrustError(f"it is not of version {VERSION}; measure anew")
    try:
        for trial in content["trials"]:
            yield str(trial["case"]["neuron_method"]), bool(trial["busy"]), *_count(trial)
    except (KeyError, TypeError) as error:
        raise TrustError(f"it lacks a part ({error})") from None


def _count(trial: Any) -> tuple[Counter[str], list[float]]:
    counts: Counter[str] = Counter()
    halves = []
    for kind, numerator, denominator in PAIRS:
        found = ratio(by_round(trial[denominator]), by_round(trial[numerator]))
        if found is None:
            raise TrustError("it has a pair without two rounds in common")
        contains = found.low <= 1 <= found.high
        counts[kind] += 1
        if kind == "A/B":
            counts["A/B found"] += found.low > 1
            continue
        counts["A/A contains"] += contains
        halves.append((found.high / found.low) ** 0.5 - 1)
        # What calls within one process would have said: the first round of each.
        sides = [(name, tuple(trial[name][0])) for name in (denominator, numerator)]
        if all(len(samples) >= FEWEST for _, samples in sides):
            low, high = ratio_of_samples(*sides, lambda key, values: resampled_medians(values, key))
            counts["within"] += 1
            counts["within contains"] += low <= 1 <= high
    return counts, halves


def lines(files: Sequence[tuple[Path, Any]]) -> Iterator[str]:
    """Tabulate files that were read: a row for each machine, case and state of the machine.

    Raises:
        TrustError: a file is not what `benchmarks trust` writes; the message names it.
    """
    yield f"| {' | '.join(COLUMNS)} |"
    yield "|" + " --- |" * len(COLUMNS)
    for path, content in files:
        groups: dict[tuple[str, str], tuple[Counter[str], list[float]]] = {}
        try:
            for method, busy, counts, halves in judge(content):
                others = "busy" if busy else "quiet"
                for name in (method, "all"):
                    total, widths = groups.setdefault((others, name), (Counter(), []))
                    total.update(counts)
                    widths.extend(halves)
            slower = f"{100 * float(content['slower']):.3g}%"
            machine = str(content["machine"])
        except (TrustError, KeyError, TypeError, ValueError) as error:
            raise TrustError(f"{path}: {error}") from None
        for (others, name), (total, widths) in sorted(groups.items()):
            yield _row(machine, name, others, slower, total, widths)


def _row(
    machine: str, name: str, others: str, slower: str, total: Counter[str], widths: list[float]
) -> str:
    within = _share(total["within contains"], total["within"])
    cells = [
        *(machine, name, others, str(total["A/A"]), _share(total["A/A contains"], total["A/A"])),
        *(slower, _share(total["A/B found"], total["A/B"]), f"±{100 * np.median(widths):.1f}%"),
        within,
    ]
    return f"| {' | '.join(cells)} |"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "–"


@click.command()
@click.option(
    "--results",
    "results_dir",
    type=click.Path(path_type=Path),
    default=Path("results"),
    show_default=True,
    help="The folder that holds MACHINE/trust/.",
)
@click.option("--rerun", is_flag=True, help="Measure anew first: half an hour, on a quiet machine.")
@click.option("--machine", help="With --rerun: the machine's name in the results.")
def trust(results_dir: Path, rerun: bool, machine: str | None) -> None:
    """Say how often the 95 % interval of a ratio tells the truth: A/A and A/B.

    The half width is the median A/A interval's; "of one process" is how often an interval of the
    calls within the first round alone would have contained 1.
    """
    for slower in ("5", "20") if rerun else ():
        command = [sys.executable, "-m", "benchmarks", "trust", "--fresh", "--slower", slower]
        command += ["--results", str(results_dir), *(["--machine", machine] if machine else [])]
        if subprocess.run(command, check=False).returncode:
            sys.exit(1)
    try:
        for line in lines([(p, _read(p)) for p in sorted(results_dir.glob("*/trust/*.json"))]):
            click.echo(printable(line))
    except TrustError as error:
        click.echo(printable(str(error)), err=True)
        sys.exit(1)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise TrustError(f"{path}: cannot be read ({error})") from None
