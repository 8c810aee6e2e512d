"""What the commands share: where results are, writing whole files, naming what was left out."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click
import pandas as pd

from ..plots.picture import Picture
from ..read.tree import Omission
from ..text import csv_safe, printable

Command = TypeVar("Command", bound=Callable[..., Any])


def package_version() -> str:
    """Return the version of spsn_ref, which lies beside this package; to import it takes torch."""
    text = (Path(__file__).parents[2] / "spsn_ref" / "__init__.py").read_text(encoding="utf-8")
    return str(re.findall(r'^__version__ = "(.+)"$', text, re.MULTILINE)[0])


def results_option(words: str) -> Callable[[Command], Command]:
    """Return the option --results of a command; `words` are its help."""
    return click.option(
        "--results",
        "results_dir",
        type=click.Path(path_type=Path),
        default=Path("results"),
        show_default=True,
        help=words,
    )


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


def picture_files(folder: str, pictures: Iterable[Picture]) -> dict[str, bytes]:
    """Return the files of pictures, both forms of each, by their names."""
    return {
        f"{folder}/{picture.name}.{form}": content
        for picture in pictures
        for form, content in (("svg", picture.svg), ("png", picture.png))
    }


def _write(path: Path, content: bytes) -> None:
    """Write under a temporary name, then rename, so that no reader meets half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def linked(out: Path, *pages: str) -> str | None:
    """Return the first of some pages, by their places relative to `out`, that is there."""
    return next((page for page in pages if (out / page).exists()), None)


def complain(omissions: Iterable[Omission]) -> None:
    """Print on the error stream what was left out."""
    for omission in omissions:
        click.echo(str(omission), err=True)


def to_csv(frame: pd.DataFrame, columns: list[str] | None = None) -> str:
    """Return a table as CSV, of which a spreadsheet runs no cell as a formula."""
    safe = frame[columns] if columns else frame
    safe = safe.rename(columns=csv_safe)
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            safe = safe.assign(**{name: safe[name].map(csv_safe)})
    text: str = safe.to_csv(index=False, lineterminator="\n", float_format="%.12g")
    return text
