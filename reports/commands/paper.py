"""What `python -m reports --paper` writes."""

from __future__ import annotations

from pathlib import Path

import click
import pandas as pd

from ..paper.load import load
from ..paper.page import parts, render
from ..paper.values import values
from ..read.tree import Results
from ..tables.floor import with_floor
from ..tables.speedups import speedups
from ..text import printable
from .output import complain, linked, picture_files, to_csv, write_all


def write_paper(results: Results, rows: pd.DataFrame, out: Path) -> int:
    """Write the paper's figures beside ours, name what was left out, and return an exit status.

    Where asv measured nothing, Figure 5 was not run, and nothing is left out.

    Args:
        results: what asv wrote, as it was read.
        rows: its measurements; may be empty.
        out: the folder to write.
    """
    if not results.root.is_dir():
        complain(results.omissions)
        return 1
    experiments = load(results.root)
    if (results.root / "benchmarks.json").exists():
        experiments.omissions[:0] = results.omissions
    rows = rows if rows.empty else with_floor(rows)
    found = parts(experiments, rows, rows if rows.empty else speedups(rows))
    files = {"paper.csv": to_csv(values(experiments)).encode()}
    for part in found:
        files |= picture_files(f"plots/{part.slug}", part.pictures)
    page = render(experiments, found, linked(out, "../index.html"))
    write_all(out, files | {"index.html": page.encode()})
    complain(experiments.omissions)
    click.echo(printable(str(out / "index.html")))
    return 1 if experiments.omissions else 0
