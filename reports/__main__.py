"""The command: `python -m reports --results results --out reports/_build`."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import click
import pandas as pd

from .floor import with_floor
from .growth import COLUMNS as EXPONENT_COLUMNS
from .growth import exponents
from .load import Problem, load, printable
from .page import first_sentence, render
from .place import Place
from .plots import pictures
from .records import measurements
from .style import Looks
from .tables import MEASUREMENT_COLUMNS, SPEEDUP_COLUMNS, hardware, latest, speedups, to_csv
from .verdict import STANDING_COLUMNS, VERDICT_COLUMNS, verdicts


@click.command()
@click.option(
    "--results",
    "results_dir",
    type=click.Path(path_type=Path),
    default=Path("results"),
    show_default=True,
    help="The folder that asv wrote.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("reports/_build"),
    show_default=True,
    help="Where the tables, plots and index.html go.",
)
def main(results_dir: Path, out: Path) -> None:
    """Turn asv's results into tables, speed-ups, plots and one page.

    Exits with 1 when a file was left out; everything else is reported all the same.
    """
    results = load(results_dir)
    rows = measurements(results)
    if rows.empty:
        _complain(results.problems)
        click.echo(printable(f"{results_dir}: nothing to report, nothing was written."), err=True)
        sys.exit(1)
    rows = with_floor(rows)
    ratios = speedups(rows)
    newest = latest(rows)
    judged, standings = verdicts(rows)
    growth = exponents(rows)
    places = _places(
        newest,
        {"ratios": ratios, "verdicts": judged, "standings": standings, "exponents": growth},
    )
    files = {
        "measurements.csv": to_csv(rows, MEASUREMENT_COLUMNS).encode(),
        "speedup.csv": to_csv(ratios, SPEEDUP_COLUMNS).encode(),
        "verdict.csv": to_csv(judged, VERDICT_COLUMNS).encode(),
        "standings.csv": to_csv(standings, STANDING_COLUMNS).encode(),
        "exponents.csv": to_csv(growth, EXPONENT_COLUMNS).encode(),
        "hardware.csv": to_csv(hardware(newest)).encode(),
    }
    for place in places:
        for picture in place.pictures:
            files[f"plots/{place.slug}/{picture.name}.svg"] = picture.svg
            files[f"plots/{place.slug}/{picture.name}.png"] = picture.png
    files["index.html"] = render(results, rows, places).encode()
    try:
        for name, content in files.items():
            _write(out / name, content)
    except OSError as error:
        click.echo(
            printable(f"{out}: cannot be written ({error.strerror}). Choose another --out."),
            err=True,
        )
        sys.exit(1)
    _complain(results.problems)
    click.echo(printable(first_sentence(places[0])))
    click.echo(printable(str(out / "index.html")))
    sys.exit(1 if results.problems else 0)


def _places(newest: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> list[Place]:
    looks = Looks(newest["neuron"], newest["method"])
    places: list[Place] = []
    for label, rows in newest.groupby("label", sort=True):
        if rows["median"].isna().all() and places:
            continue  # a device that this machine does not have
        run, machine, device = rows.iloc[0][["run", "machine", "device"]]
        of_place = {
            name: table[(table["run"] == run) & (table["device"] == device)]
            for name, table in tables.items()
        }
        name = f"{machine} ({device})" + str(label).removeprefix(f"{machine}/{device}")
        drawn, missing = pictures(name, rows, of_place["ratios"], of_place["verdicts"], looks)
        slug = _slug(str(label), len(places))
        places.append(
            Place(str(label), name, slug, rows, pictures=drawn, missing=missing, **of_place)
        )
    return places


def _slug(label: str, index: int) -> str:
    """Make a folder's name of a label that came from a file; the index keeps two apart."""
    letters = re.sub(r"[^A-Za-z0-9]+", "-", label).strip("-")[:60]
    return f"{index + 1}-{letters}"


def _write(path: Path, content: bytes) -> None:
    """Write under a temporary name, then rename: a reader never meets half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _complain(problems: list[Problem]) -> None:
    for problem in problems:
        click.echo(str(problem), err=True)


if __name__ == "__main__":
    main(prog_name="python -m reports")
