"""The command `python -m reports rerun A [B]`: do intervals hold when the sweep is run again?"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..read.tree import load
from ..tables.floor import with_floor
from ..tables.measurements import measurements
from ..tables.reruns import Agreement, comparisons, of_trees
from ..text import printable
from .output import complain

COLUMNS = (
    *("runs", "ratios", "contain the other", "ideal", "disjoint", "median move"),
    "one in twenty moves",
)


@click.command(epilog="Example: python -m reports rerun results/epyc-2core")
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", required=False, type=click.Path(path_type=Path))
def rerun(first: Path, second: Path | None) -> None:
    """Print how often an interval contains what another run found.

    FIRST and SECOND are two folders that asv wrote, or those of one machine. Without SECOND, every
    two runs in FIRST are compared, and of four or more the first half with the second. Of each
    machine and suite the latest commit counts. "Ideal" is the share if runs differed by no more
    than the intervals say. Exits with 1 if a file was left out, or nothing can be compared.
    """
    trees = [load(folder) for folder in (first, second) if folder is not None]
    omissions = [omission for tree in trees for omission in tree.omissions]
    tables = [measurements(tree) for tree in trees]
    complain(omissions)
    found: list[tuple[str, Agreement]] = []
    if not any(table.empty for table in tables):
        tables = [with_floor(table) for table in tables]
        if len(tables) == 1:
            found = list(comparisons(tables[0]))
        elif (agreed := of_trees(*tables)) is not None:
            found = [(f"{first} and {second}", agreed)]
    if not found:
        click.echo(
            "nothing to compare: no ratio of one machine was measured in two runs. Measure again: "
            "`python -m benchmarks run` adds a run.",
            err=True,
        )
        sys.exit(1)
    click.echo(f"| {' | '.join(COLUMNS)} |")
    click.echo("|" + " --- |" * len(COLUMNS))
    for name, one in found:
        click.echo(printable(_row(name, one)))
    sys.exit(1 if omissions else 0)


def _row(name: str, one: Agreement) -> str:
    shares = [f"{100 * share:.0f}%" for share in (one.contained, one.ideal, one.disjoint)]
    moves = [f"{100 * (move - 1):.0f}%" for move in (one.move, one.large_move)]
    return f"| {' | '.join([name, str(one.ratios), *shares, *moves])} |"
