"""What every command does at its end: write whole files, and say what was left out."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import click
import pandas as pd

from ..read.tree import Problem
from ..text import csv_safe, printable


def write_all(out: Path, files: Mapping[str, bytes]) -> None:
    """Write files, by their names below `out`; exit with 1 and a message where that fails."""
    try:
        for name, content in files.items():
            _write(out / name, content)
    except OSError as error:
        click.echo(
            printable(f"{out}: cannot be written ({error.strerror}). Choose another --out."),
            err=True,
        )
        sys.exit(1)


def _write(path: Path, content: bytes) -> None:
    """Write under a temporary name, then rename: a reader never meets half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def complain(problems: Iterable[Problem]) -> None:
    """Print on the error stream what was left out."""
    for problem in problems:
        click.echo(str(problem), err=True)


def to_csv(frame: pd.DataFrame, columns: list[str] | None = None) -> str:
    """Return a table as CSV; a spreadsheet runs no cell of it as a formula."""
    safe = frame[columns] if columns else frame
    safe = safe.rename(columns=csv_safe)
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            safe = safe.assign(**{name: safe[name].map(csv_safe)})
    text: str = safe.to_csv(index=False, lineterminator="\n", float_format="%.12g")
    return text
