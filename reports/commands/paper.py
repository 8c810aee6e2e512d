"""What `python -m reports --paper` writes."""

from __future__ import annotations

from pathlib import Path

import click
import pandas as pd

from ..paper.load import load
from ..paper.page import parts, render
from ..paper.parts import Part
from ..paper.values import values
from ..read.tree import Results
from ..tables.floor import with_floor
from ..tables.speedups import speedups
from ..text import printable
from .output import complain, to_csv, write_all


def write_paper(results: Results, rows: pd.DataFrame, out: Path) -> int:
    """Write the paper's figures beside ours, say what was left out, and return an exit status.

    That asv measured nothing is no problem: then Figure 5 was not run.

    Args:
        results: what asv wrote, as it was read.
        rows: its measurements; may be empty.
        out: the folder to write.
    """
    if not results.root.is_dir():
        complain(results.problems)
        return 1
    records = load(results.root)
    if (results.root / "benchmarks.json").exists():
        records.problems[:0] = results.problems
    rows = rows if rows.empty else with_floor(rows)
    found = parts(records, rows, rows if rows.empty else speedups(rows))
    files = {"paper.csv": to_csv(values(records)).encode(), **_pictures(found)}
    write_all(out, files | {"index.html": render(records, found).encode()})
    complain(records.problems)
    click.echo(printable(str(out / "index.html")))
    return 1 if records.problems else 0


def _pictures(found: list[Part]) -> dict[str, bytes]:
    return {
        f"plots/{part.slug}/{picture.name}.{form}": content
        for part in found
        for picture in part.pictures
        for form, content in (("svg", picture.svg), ("png", picture.png))
    }
