"""The run file: what is kept of a training run, in JSON Lines, without paths or weights.

The first line is the run, each further line an epoch. It ends in `.jsonl` because asv takes every
`.json` below its results for its own.
"""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..instruments.files import write_whole
from .experiments import Training

FORMAT = 1
DIGITS = 7
# Of a row of epochs.csv: measured of every repeat, and of all of them together.
_OF_REPEATS = ("train_loss", "train_accuracy", "test_accuracy", "spikes_per_ms", "regularizer")
_OF_EPOCH = ("data_seconds", "model_seconds")


def rounded(value: Any) -> Any:
    """Round every float of a JSON value to DIGITS significant digits."""
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, dict):
        return {name: rounded(part) for name, part in value.items()}
    return [rounded(part) for part in value] if isinstance(value, list) else value


def write(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    """Write a run file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = (json.dumps(rounded(line), allow_nan=False) + "\n" for line in lines)
    write_whole(path, "".join(text))


def head(path: Path) -> dict[str, Any] | None:
    """Read a run file's first line; None if there is no file, or one that cannot be read."""
    try:
        with path.open(encoding="utf-8") as file:
            content = json.loads(file.readline())
    except (FileNotFoundError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def _json(path: Path) -> Any:
    return json.loads(path.read_text()) if path.is_file() else None


def epochs(path: Path) -> list[dict[str, Any]]:
    """Read epochs.csv as one dict an epoch: lists over repeats, and the seconds of all of them."""
    if not path.is_file():
        return []
    found: dict[int, dict[str, Any]] = {}
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            epoch = found.setdefault(
                int(row["epoch"]),
                {
                    "epoch": int(row["epoch"]),
                    **{name: [] for name in _OF_REPEATS},
                    **{name: float(row[name]) for name in _OF_EPOCH},
                },
            )
            for name in _OF_REPEATS:
                epoch[name].append(float(row[name]) if row[name] else None)
    return list(found.values())


def summarise(training: Training, folder: Path, facts: dict[str, Any]) -> list[dict[str, Any]]:
    """Make the lines of a run file from the folder of its run.

    Args:
        training: what was run.
        folder: of the run, as `spsn-ref train` writes it.
        facts: what the folder does not know: scale, commit, whether the machine was busy.
    """
    result = _json(folder / "result.json")
    run = {
        "format": FORMAT,
        "kind": "training",
        "name": training.name,
        "condition": training.condition,
        **facts,
        "settings": _json(folder / "settings.json"),
        "environment": _json(folder / "environment.json"),
        "result": result,
        "evaluation": _json(folder / "evaluation.json"),
    }
    return [run, *epochs(folder / "epochs.csv")]
