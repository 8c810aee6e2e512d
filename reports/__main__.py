"""The command: `python -m reports --results results --out reports/_build`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click
import pandas as pd

from .fingerprint import joined
from .floor import with_floor
from .growth import COLUMNS as EXPONENT_COLUMNS
from .growth import exponents
from .hardware import hardware
from .load import load, printable
from .output import complain, write_all
from .page import first_sentence, render
from .paper.command import write_paper
from .peers import PEER_COLUMNS, peers, without_peers
from .place import Place
from .plots import pictures
from .side_by_side import side_by_side
from .style import Looks
from .tables import MEASUREMENT_COLUMNS, SPEEDUP_COLUMNS, latest, speedups, to_csv
from .trust import trust
from .verdict import STANDING_COLUMNS, VERDICT_COLUMNS, verdicts


@click.group(invoke_without_command=True)
@click.pass_context
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
    default=None,
    help="Where the tables, plots and index.html go.  [default: reports/_build, or its paper/]",
)
@click.option("--paper", is_flag=True, help="The paper's figures and tables beside ours instead.")
def main(context: click.Context, results_dir: Path, out: Path | None, paper: bool) -> None:
    """Turn asv's results into tables, speed-ups, plots and one page.

    Exits with 1 when a file was left out; everything else is reported all the same.
    """
    if context.invoked_subcommand:
        return
    results = load(results_dir)
    rows = joined([results])
    if paper:
        sys.exit(write_paper(results, rows, out or Path("reports/_build/paper")))
    out = out or Path("reports/_build")
    if rows.empty:
        complain(results.problems)
        click.echo(printable(f"{results_dir}: nothing to report, nothing was written."), err=True)
        sys.exit(1)
    rows = with_floor(rows)
    beside = peers(results, rows)
    alone = without_peers(rows)
    newest, ratios = latest(alone), speedups(alone)
    judged, standings = verdicts(alone)
    growth = exponents(rows)
    places = _places(
        newest,
        {"ratios": ratios, "verdicts": judged, "standings": standings, "exponents": growth},
    )
    files = {
        "measurements.csv": to_csv(rows, MEASUREMENT_COLUMNS).encode(),
        "speedup.csv": to_csv(ratios, SPEEDUP_COLUMNS).encode(),
        "peers.csv": to_csv(beside, PEER_COLUMNS).encode(),
        "verdict.csv": to_csv(judged, VERDICT_COLUMNS).encode(),
        "standings.csv": to_csv(standings, STANDING_COLUMNS).encode(),
        "exponents.csv": to_csv(growth, EXPONENT_COLUMNS).encode(),
        "hardware.csv": to_csv(side_by_side(newest)).encode(),
    }
    for place in places:
        for picture in place.pictures:
            files[f"plots/{place.slug}/{picture.name}.svg"] = picture.svg
            files[f"plots/{place.slug}/{picture.name}.png"] = picture.png
    files["index.html"] = render(results, rows, places, beside, growth).encode()
    write_all(out, files)
    complain(results.problems)
    for place in places[:1]:  # none where only other libraries were measured
        click.echo(printable(first_sentence(place)))
    click.echo(printable(str(out / "index.html")))
    sys.exit(1 if results.problems else 0)


def _places(newest: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> list[Place]:
    looks = Looks(newest["neuron"], newest["method"])
    places: list[Place] = []
    for label, rows in newest.groupby("label", sort=True):
        if rows["median"].isna().all() and places:
            continue  # a device that this machine does not have
        machine, device = rows.iloc[0][["machine", "device"]]
        shown = rows[["run", "suite", "device"]].drop_duplicates()
        of_place = {name: table.merge(shown) for name, table in tables.items()}
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


main.add_command(hardware)
main.add_command(trust)

if __name__ == "__main__":
    main(prog_name="python -m reports")
