"""The command: `python -m reports --results results --out reports/_build`."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import pandas as pd

from ..pages.main import first_sentence, render
from ..pages.place import all_places
from ..read.tree import load
from ..tables.border import BORDER_COLUMNS, RULE_COLUMNS, border, cells, rules
from ..tables.exponents import COLUMNS as EXPONENT_COLUMNS
from ..tables.exponents import exponents
from ..tables.floor import with_floor
from ..tables.hardware import side_by_side
from ..tables.latest import DATED, dated, latest
from ..tables.measurements import MEASUREMENT_COLUMNS, joined
from ..tables.peers import PEER_COLUMNS, peers, without_peers
from ..tables.runs import RUN_COLUMNS, profiles, runs
from ..tables.speedups import SPEEDUP_COLUMNS, speedups
from ..tables.trust import TRUST_COLUMNS, counted, read_trust
from ..tables.verdicts import STANDING_COLUMNS, VERDICT_COLUMNS, verdicts
from ..text import printable
from .ask import ask
from .check import check
from .hardware import hardware
from .index import index
from .output import (
    complain,
    linked,
    package_version,
    picture_files,
    results_option,
    to_csv,
    write_all,
)
from .paper import write_paper
from .rerun import rerun
from .trust import trust


@click.group(
    invoke_without_command=True,
    epilog="Example: python -m reports --results results --out reports/_build",
)
@click.version_option(package_version(), prog_name="spsn-ref")
@click.pass_context
@results_option("The folder that asv wrote.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=None,
    help="Where the tables, plots and index.html go.  [default: reports/_build, or its paper/]",
)
@click.option(
    "--all",
    "every_commit",
    is_flag=True,
    help="Of every commit a row in the CSV files, not of each suite's latest alone.",
)
@click.option("--paper", is_flag=True, help="The paper's figures and tables beside ours instead.")
def main(
    context: click.Context, results_dir: Path, out: Path | None, every_commit: bool, paper: bool
) -> None:
    """Turn asv's results into tables, speed-ups, plots and one page.

    Exits with 1 if a file was left out; the rest is reported all the same.
    """
    if context.invoked_subcommand:
        return
    results = load(results_dir)
    trials, left_out = read_trust(results_dir)
    omissions = [*results.omissions, *left_out]
    rows = joined([results])
    if paper:
        sys.exit(write_paper(results, rows, out or Path("reports/_build/paper")))
    out = out or Path("reports/_build")
    if rows.empty:
        complain(omissions)
        click.echo(printable(f"{results_dir}: nothing to report, nothing was written."), err=True)
        sys.exit(1)
    rows = with_floor(rows)
    beside = peers(results, rows)
    alone = without_peers(rows)
    every, newest, ratios = latest(rows), latest(alone), speedups(alone)
    judged, standings = verdicts(alone)
    growth = exponents(rows)
    crossing = cells(ratios, rows)
    shown = newest[["run", "suite", "device"]].drop_duplicates()
    borders, rule = border(crossing), rules(crossing.merge(shown))
    places = all_places(
        newest,
        {
            **{"ratios": ratios, "verdicts": judged, "standings": standings},
            **{"exponents": growth, "cells": crossing, "border": borders},
        },
    )
    known = profiles(results)

    def of_commits(table: pd.DataFrame, columns: list[str]) -> bytes:
        told = dated(table, every, known)
        return to_csv(told if every_commit else told[told["latest"]], columns + DATED).encode()

    files = {
        "measurements.csv": of_commits(rows, MEASUREMENT_COLUMNS),
        "speedup.csv": of_commits(ratios, SPEEDUP_COLUMNS),
        "peers.csv": to_csv(beside, PEER_COLUMNS).encode(),
        "verdict.csv": of_commits(judged, VERDICT_COLUMNS),
        "standings.csv": of_commits(standings, STANDING_COLUMNS),
        "border.csv": to_csv(borders, BORDER_COLUMNS).encode(),
        "border_rule.csv": to_csv(rule, RULE_COLUMNS).encode(),
        "exponents.csv": to_csv(growth, EXPONENT_COLUMNS).encode(),
        "hardware.csv": to_csv(side_by_side(newest)).encode(),
        "runs.csv": to_csv(runs(results), RUN_COLUMNS).encode(),
        "trust.csv": to_csv(counted(trials), TRUST_COLUMNS).encode(),
    }
    for place in places:
        files |= picture_files(f"plots/{place.slug}", place.pictures)
    of_paper = linked(out, "paper/index.html", "../paper/index.html")
    files["index.html"] = render(results, rows, places, beside, growth, rule, of_paper).encode()
    write_all(out, files)
    complain(omissions)
    for place in places[:1]:  # none where only other libraries were measured
        click.echo(printable(first_sentence(place)))
    click.echo(printable(str(out / "index.html")))
    sys.exit(1 if omissions else 0)


main.add_command(ask)
main.add_command(check)
main.add_command(hardware)
main.add_command(index)
main.add_command(rerun)
main.add_command(trust)
