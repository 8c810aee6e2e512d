"""The files of a run folder, each replaced atomically, so that none is ever half-written."""

import csv
import io
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

COLUMNS = (
    "epoch",
    "repeat",
    "seed",
    "train_loss",
    "train_accuracy",
    "regularizer",
    "spikes_per_ms",
    "test_loss",
    "test_accuracy",
    "data_seconds",
    "model_seconds",
    "repeats",
    "validation_loss",
    "validation_accuracy",
)
Row = dict[str, Any]


def write(path: Path, content: bytes) -> None:
    """Replace the file atomically: at any time it is either the old or the new one."""
    temporary = path.with_name(path.name + ".part")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def write_json(path: Path, content: Any) -> None:
    """Write JSON; a number that is not finite is an error."""
    write(path, (json.dumps(content, indent=2, allow_nan=False) + "\n").encode())


def write_rows(path: Path, rows: Sequence[Row]) -> None:
    """Write epochs.csv; None becomes an empty field."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write(path, text.getvalue().encode())


def read_rows(path: Path, before: int) -> list[Row]:
    """Read the rows of the epochs below `before`, those that the checkpoint includes."""
    with path.open(newline="") as file:
        rows: list[Row] = list(csv.DictReader(file))
    return [row for row in rows if int(row["epoch"]) < before]
