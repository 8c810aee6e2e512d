"""The command `python -m reports hardware RESULTS…`: machines side by side, on their own page."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..pages.hardware import first_sentence, render
from ..plots.hardware import pictures
from ..plots.style import Looks
from ..read.tree import load
from ..tables.floor import with_floor
from ..tables.hardware import NoSuchPlaceError, side_by_side
from ..tables.latest import latest
from ..tables.measurements import joined
from ..text import printable
from .output import complain, picture_files, to_csv, write_all


@click.command(epilog="Example: python -m reports hardware results/epyc-2core results/nvidia-h200")
@click.argument("results", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--base", metavar="PLACE", help='The base of the ratios, "machine/device".')
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("reports/_build/hardware"),
    show_default=True,
    help="Where hardware.csv, the plots and index.html go.",
)
def hardware(results: tuple[Path, ...], base: str | None, out: Path) -> None:
    """Compare the machines of several RESULTS: folders that asv wrote, or those of one machine.

    Exits with 1 if a file was left out; the rest is reported all the same.
    """
    trees = [load(folder) for folder in results]
    rows = joined(trees)
    omissions = [omission for tree in trees for omission in tree.omissions]
    if rows.empty:
        complain(omissions)
        click.echo("nothing to compare, nothing was written.", err=True)
        sys.exit(1)
    newest = latest(with_floor(rows))
    try:
        table = side_by_side(newest, base)
    except NoSuchPlaceError as error:
        raise click.UsageError(printable(str(error))) from None
    drawn, missing = pictures(table, Looks(newest["neuron"], newest["method"]))
    files = {"hardware.csv": to_csv(table).encode(), **picture_files("plots", drawn)}
    runs = [run for tree in trees for run in tree.runs]
    files["index.html"] = render(table, newest, runs, omissions, drawn, missing).encode()
    write_all(out, files)
    complain(omissions)
    click.echo(printable(first_sentence(table)))
    click.echo(printable(str(out / "index.html")))
    sys.exit(1 if omissions else 0)
