"""The command `python -m reports check RESULTS`: can these results be published?"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..read.tree import load
from ..tables.floor import with_floor
from ..tables.measurements import measurements
from ..tables.submission import complaints
from ..text import printable


@click.command(epilog="Example: python -m reports check results/epyc-2core")
@click.argument("results", type=click.Path(path_type=Path))
def check(results: Path) -> None:
    """Tell what is to be mended before RESULTS are published.

    They are a results tree, or the folder of one machine in it. Of each suite the latest commit
    counts. Exits with 1 if anything but advice is told.
    """
    tree = load(results)
    rows = measurements(tree)
    found = list(complaints(tree, rows if rows.empty else with_floor(rows)))
    for complaint in found:
        click.echo(printable(str(complaint)))
    wrong = sum(not complaint.advice for complaint in found)
    if not wrong:
        click.echo("nothing stands in the way of publishing them")
    sys.exit(int(bool(wrong)))
