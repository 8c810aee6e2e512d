"""The command `python -m reports index`: one page that leads to every machine's."""

from __future__ import annotations

from pathlib import Path

import click
import pandas as pd

from ..pages.index_of_machines import machine_row, render_index
from ..text import printable
from .output import linked, write_all


@click.command(epilog="Example: python -m reports index --tables reports/published")
@click.option(
    "--tables",
    type=click.Path(path_type=Path),
    default=Path("reports/published"),
    show_default=True,
    help="The folder of folders that `python -m reports` wrote; the page goes into it.",
)
def index(tables: Path) -> None:
    """Write an index.html that leads to the page of every machine."""
    folders = [path.parent for path in sorted(tables.glob("*/verdict.csv"))]
    if not folders:
        raise click.UsageError(f"--tables {tables} holds no folder that `python -m reports` wrote")
    rows = [machine_row(folder, pd.read_csv(folder / "verdict.csv")) for folder in folders]
    page = render_index(rows, linked(tables, "paper/index.html"))
    write_all(tables, {"index.html": page.encode()})
    click.echo(printable(str(tables / "index.html")))
