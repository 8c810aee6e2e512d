"""The command `python -m reports ask`: which neuron at my size, from tables that are there."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pandas as pd

from ..tables.answer import answer, over_each_lif
from ..tables.nearest import SIZES, Question, nearest
from ..tables.verdicts import side_words
from ..text import count, layers, printable

NAMES = {"T": "time-steps", "batch": "batch", "units": "units"}
TABLES = ("verdict.csv", "speedup.csv")
# What a cell holds only where it has no number.
_TEXT = dict.fromkeys(("flags", "winner", "status", "env"), str)


@click.command(epilog="Example: python -m reports ask --time-steps 500 --batch 16 --units 256")
@click.option("--time-steps", type=click.IntRange(1), default=1000, show_default=True, help="T.")
@click.option(
    "--batch", type=click.IntRange(1), default=1, show_default=True, help="Samples side by side."
)
@click.option(
    "--units", type=click.IntRange(1), default=128, show_default=True, help="Neurons of each layer."
)
@click.option(
    "--depth",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    help="Layers; 0 is the neuron alone, without a Linear layer.",
)
@click.option(
    "--device",
    type=click.Choice(["cpu", "cuda"]),
    default="cpu",
    show_default=True,
    help="Whose results.",
)
@click.option("--dtype", default="float32", show_default=True, help="Floating-point type.")
@click.option(
    "--tables",
    type=click.Path(path_type=Path),
    default=Path("reports/published"),
    show_default=True,
    help="A folder that `python -m reports` wrote, or one of such folders.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer for a machine to read.")
def ask(
    time_steps: int,
    batch: int,
    units: int,
    depth: int,
    device: str,
    dtype: str,
    tables: Path,
    as_json: bool,
) -> None:
    """Say which neuron was the fastest at the nearest size that was measured, on each machine.

    Nothing is measured: `python -m benchmarks ask` does that, at exactly your size. Exits with 1
    if no case is on the device and in the dtype.
    """
    question = Question(device, time_steps, batch, units, depth, dtype)
    found = [case for folder in _folders(tables) for case in _of_folder(folder, question)]
    if not found:
        click.echo(f"{tables}: no case on {device} in {dtype} was measured.", err=True)
        sys.exit(1)
    if as_json:
        click.echo(json.dumps([_data(case, over) for case, over in found], indent=1))
        return
    for case, over in found:
        for line in _answer(case, over, question):
            click.echo(printable(line))


def _folders(tables: Path) -> list[Path]:
    folders = [tables, *sorted(path for path in tables.glob("*") if path.is_dir())]
    found = [one for one in folders if all((one / name).exists() for name in TABLES)]
    if not found:
        raise click.UsageError(
            f"--tables {tables} holds no {' and '.join(TABLES)}; `python -m reports` writes them"
        )
    return found


def _of_folder(folder: Path, question: Question) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
    """Yield the nearest case of each machine, with its ratios over every LIF method."""
    verdicts, ratios = (
        pd.read_csv(folder / name, dtype=_TEXT, keep_default_na=False, na_values={""})
        for name in TABLES
    )
    for case in nearest(verdicts, question):
        yield case, over_each_lif(ratios, case)


def _away(case: dict[str, Any], question: Question) -> str:
    """Say how far a case is: "4× the time-steps, 0.5× the batch"."""
    words = []
    for size in SIZES:
        factor = case[size] / getattr(question, size)
        if factor != 1:
            words.append(f"{factor:.3g}× the {NAMES[size]}")
    if case["depth"] != question.depth:
        words.append(f"{case['depth']} layers for {question.depth}")
    return ", ".join(words) or "exactly yours"


def _answer(case: dict[str, Any], over: pd.DataFrame, question: Question) -> Iterator[str]:
    yield (
        f"{case['machine']} ({case['device']}): nearest is T = {count(case['T'])}, batch "
        f"{count(case['batch'])}, {count(case['units'])} units{layers(case['depth'])} "
        f"({_away(case, question)})"
    )
    for line in answer(case, over):
        yield f"  {line}"


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value


def _data(case: dict[str, Any], over: pd.DataFrame) -> dict[str, Any]:
    """Return a case and its ratios, for a machine to read."""
    names = ("machine", "device", "commit", "suite", "T", "batch", "units", "depth", "dtype")
    told = {name: case[name] for name in (*names, "distance", "winner")}
    told |= {side: side_words(case, side) for side in ("with_reset", "without_reset")}
    told |= {name: _number(case[name]) for name in ("ratio", "ci95_low", "ci95_high")}
    told["over_lif"] = {
        row["denominator_method"]: {
            **{name: _number(row[name]) for name in ("ratio", "ci95_low", "ci95_high")},
            "status": row["status"],
        }
        for _, row in over.iterrows()
    }
    return told
