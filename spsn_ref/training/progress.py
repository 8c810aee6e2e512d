"""What a run reports while it is running."""

import time
from collections.abc import Sequence
from statistics import fmean
from types import TracebackType
from typing import Any

from .folder import Row
from .settings import Settings


class Progress:
    """Reports nothing; a base class."""

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    def start(self, settings: Settings, batches: int, epoch: int) -> None:
        """Report that training starts at this epoch."""

    def step(self, epoch: int, done: int) -> None:
        """Report that `done` steps of the epoch are done."""

    def epoch(self, rows: Sequence[Row]) -> None:
        """Report the rows of a finished epoch."""


def _mean(rows: Sequence[Row], column: str) -> float | None:
    values = [row[column] for row in rows if row[column] is not None]
    return fmean(values) if values else None


def summary(rows: Sequence[Row], epochs: int, left: float) -> str:
    """Return one line about an epoch: the means over its repeats.

    Args:
        rows: of the epoch.
        epochs: of the run.
        left: expected seconds for the rest of the run.
    """
    row = rows[0]
    words = [f"epoch {row['epoch'] + 1}/{epochs}", f"loss {_mean(rows, 'train_loss'):.4f}"]
    for name, column in (
        ("train", "train_accuracy"),
        ("validation", "validation_accuracy"),
        ("test", "test_accuracy"),
    ):
        value = _mean(rows, column)
        if value is not None:
            words.append(f"{name} {value:.1%}")
    spikes = _mean(rows, "spikes_per_ms")
    if spikes is not None:
        words.append(f"{spikes:.1f} spikes/ms")
    words.append(f"data {row['data_seconds']:.1f} s, model {row['model_seconds']:.1f} s")
    minutes, seconds = divmod(round(left), 60)
    words.append(f"{minutes}:{seconds:02} left")
    return "  ".join(words)


class Console(Progress):
    """Prints a line for each epoch and, on a terminal, a progress bar for its steps.

    Args:
        label: what each line begins with; with one, runs share the terminal, and there is no bar.
    """

    def __init__(self, label: str = "") -> None:
        import rich.console
        import rich.progress

        self._console = rich.console.Console(soft_wrap=True, highlight=False)
        self._bar = rich.progress.Progress(
            rich.progress.TextColumn("epoch {task.fields[epoch]}"),
            rich.progress.BarColumn(),
            rich.progress.MofNCompleteColumn(),
            rich.progress.TimeRemainingColumn(),
            console=self._console,
            transient=True,
            disable=bool(label) or not self._console.is_terminal,
        )
        self._label = label
        self._task: Any = None
        self._epochs, self._first, self._began = 0, 0, 0.0

    def __enter__(self) -> "Console":
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def start(self, settings: Settings, batches: int, epoch: int) -> None:
        """Show the bar."""
        self._epochs, self._first, self._began = settings.epochs, epoch, time.monotonic()
        self._task = self._bar.add_task("", total=batches, epoch=epoch + 1)

    def step(self, epoch: int, done: int) -> None:
        """Move the bar."""
        self._bar.update(self._task, completed=done, epoch=epoch + 1)

    def epoch(self, rows: Sequence[Row]) -> None:
        """Print the epoch's line."""
        done = int(rows[0]["epoch"]) + 1
        each = (time.monotonic() - self._began) / (done - self._first)
        words = summary(rows, self._epochs, each * (self._epochs - done))
        self._console.print(f"{self._label}{words}", markup=False)
