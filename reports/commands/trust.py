"""`python -m reports trust`: how often the reported interval of a ratio is right."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pandas as pd

from ..tables.trust import counted, read_trust
from ..text import printable
from .output import complain, results_option

COLUMNS = (
    *("machine", "ratio", "others", "pairs", "A/A agree", "ideal", "slowed by", "A/B found"),
    "half width",
)


def lines(table: pd.DataFrame) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    yield f"| {' | '.join(COLUMNS)} |"
    yield "|" + " --- |" * len(COLUMNS)
    for row in table.itertuples():
        shares = [_percent(share) for share in (row.agree, row.ideal, row.slower, row.found)]
        half = "–" if pd.isna(row.half_width) else f"±{100 * row.half_width:.1f}%"
        cells = row.machine, row.kind, row.others, str(row.pairs), *shares, half
        yield f"| {' | '.join(cells)} |"


def _percent(share: float) -> str:
    return "–" if pd.isna(share) else f"{100 * share:.0f}%"


@click.command(epilog="Example: python -m reports trust --results results")
@results_option("The folder that holds MACHINE/trust/.")
def trust(results_dir: Path) -> None:
    """Print how often two measurements of a ratio agree (A/A), and how often a slow-down is found.

    "Ideal" is how often they should agree; the half width is that of the median 95 % interval.
    """
    files, omissions = read_trust(results_dir)
    for line in lines(counted(files)):
        click.echo(printable(line))
    complain(omissions)
    sys.exit(1 if omissions or not files else 0)
