"""The files of a run folder, each replaced atomically, so that none is ever half-written."""

import csv
import io
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

LOCK = ".lock"

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
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)  # what a full disk left


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
    """Read the rows of the epochs below `before`, those that the checkpoint includes.

    Raises:
        ValueError: the file is not there, has other columns, or lacks an epoch.
    """
    remedy = "restore the file, or train anew with another --out"
    try:
        with path.open(newline="") as file:
            reader = csv.DictReader(file)
            rows: list[Row] = list(reader)
        if missing := sorted({*COLUMNS} - {*(reader.fieldnames or ())}):
            raise ValueError(f"it lacks the columns {', '.join(missing)}")
        kept = [row for row in rows if int(row["epoch"]) < before]
    except (OSError, ValueError, TypeError, csv.Error) as error:
        raise ValueError(f"{path.name} cannot be used ({error}); {remedy}") from error
    if lost := sorted({*range(before)} - {int(row["epoch"]) for row in kept}):
        raise ValueError(f"{path.name} lacks epoch {lost[0]}, which the checkpoint has; {remedy}")
    return kept


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a run folder; the system frees it when the process ends, however it does.

    Raises:
        ValueError: another process trains in it.
    """
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise ValueError(
            f"another process trains in {folder}; wait for its end, or give another --out"
        ) from None
    try:
        for left in folder.glob(".*.part"):  # by a process that was killed
            left.unlink()
        yield
    finally:
        lock.release()
