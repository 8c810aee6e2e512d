"""`python -m reports trust`: how often the reported interval of a ratio is right.

Reads what `python -m benchmarks trust` measured. The true ratio of A/A pairs is 1, and a 95 %
interval should contain 1 in 90 to 99 % of them. That of A/B pairs is not 1, and the interval should
exclude 1.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import median

import click

from ..estimate.bootstrap import FEWEST, ratio_interval, resampled_medians
from ..estimate.rounds import ratio
from ..read.schema import Trial, TrustFile, validated
from ..text import printable
from .output import results_option

# (kind, numerator, denominator); the true ratio of A/B is above 1.
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


def _count(trial: Trial) -> tuple[Counter[str], list[float]]:
    """Return the counts of a trial's pairs, and the relative half width of each A/A interval."""
    counts: Counter[str] = Counter()
    halves = []
    for kind, numerator, denominator in PAIRS:
        sides = [getattr(trial, name) for name in (denominator, numerator)]
        found = ratio(*({(1, n): median(calls) for n, calls in enumerate(side)} for side in sides))
        if found is None:
            continue  # they have fewer than two rounds in common
        counts[kind] += 1
        if kind == "A/B":
            counts["A/B found"] += found.low > 1
            continue
        counts["A/A contains"] += found.low <= 1 <= found.high
        halves.append((found.high / found.low) ** 0.5 - 1)
        # The interval over calls within one process: the first round of each side.
        over, under = (tuple(side[0]) for side in sides)
        if min(len(over), len(under)) >= FEWEST:
            draws = resampled_medians(over, "a"), resampled_medians(under, "b")
            low, high = ratio_interval(*draws)
            counts["within"] += 1
            counts["within contains"] += low <= 1 <= high
    return counts, halves


def lines(files: Iterable[TrustFile]) -> Iterator[str]:
    """Yield the lines of a Markdown table: a row per machine, slow-down, case and load."""
    yield f"| {' | '.join(COLUMNS)} |"
    yield "|" + " --- |" * len(COLUMNS)
    for file in files:
        groups: dict[tuple[str, str], tuple[Counter[str], list[float]]] = {}
        for trial in file.trials:
            counts, halves = _count(trial)
            for name in (str(trial.case.get("neuron_method", "?")), "all"):
                key = ("busy" if trial.busy else "quiet", name)
                total, widths = groups.setdefault(key, (Counter(), []))
                total.update(counts)
                widths.extend(halves)
        for (others, name), (total, widths) in sorted(groups.items(), reverse=True):
            yield _row(file, name, others, total, widths)


def _row(file: TrustFile, name: str, others: str, total: Counter[str], widths: list[float]) -> str:
    cells = [
        *(file.machine, name, others, str(total["A/A"])),
        _share(total["A/A contains"], total["A/A"]),
        *(f"{100 * file.slower:.3g}%", _share(total["A/B found"], total["A/B"])),
        f"±{100 * median(widths):.1f}%" if widths else "–",
        _share(total["within contains"], total["within"]),
    ]
    return f"| {' | '.join(cells)} |"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "–"


@click.command()
@results_option("The folder that holds MACHINE/trust/.")
def trust(results_dir: Path) -> None:
    """Print how often the 95 % interval of a ratio is right, for A/A and for A/B pairs.

    The half width is that of the median A/A interval; "of one process" is how often an interval
    over the calls of the first round alone would have contained 1.
    """
    files, damaged = [], []
    for path in sorted(results_dir.glob("*/trust/*.json")):
        try:
            files.append(validated(TrustFile, json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError, RecursionError) as error:
            damaged.append(f"{path}: cannot be used ({error}). Measure anew, or remove it.")
    for line in (*lines(files), *damaged):
        click.echo(printable(line), err=line in damaged)
    sys.exit(1 if damaged or not files else 0)
