"""The paper's experiments, read and checked before anything is used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..read.asv_files import BadFileError
from ..read.schema import Model, validated
from ..read.tree import Omission
from .runs import Experiments, Group, TrainingRun
from .schema import EpochLine, TracesLine, TrainingLine

_AGAIN = "Restore the file, or run `python -m benchmarks paper` again"


def load(root: Path) -> Experiments:
    """Return every experiment below `root`; bad content does not raise, see `omissions`."""
    experiments = Experiments(root)
    for path in sorted(root.glob("*/paper/**/*.jsonl")):
        machine = path.relative_to(root).parts[0]
        try:
            lines = _lines(path)
            if lines[0].get("kind") == "traces":
                _checked(TracesLine, lines[0])
                experiments.traces[machine] = lines[0]
            else:
                experiments.runs.append(_run(machine, lines))
        except BadFileError as error:
            experiments.omissions.append(Omission(path, error.what, error.remedy))
    return experiments


def _lines(path: Path) -> list[dict[str, Any]]:
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except OSError as error:
        raise BadFileError(f"cannot be read ({error.strerror})", "Check its permissions") from None
    except (ValueError, RecursionError) as error:
        raise BadFileError(f"is damaged or incomplete JSON Lines ({error})", _AGAIN) from None
    if not lines or not all(isinstance(line, dict) for line in lines):
        raise BadFileError("does not hold JSON objects, one a line", _AGAIN)
    return lines


def _checked(model: type[Model], line: dict[str, Any]) -> Model:
    try:
        return validated(model, line)
    except ValueError as error:
        raise BadFileError(str(error), _AGAIN) from None


def _run(machine: str, lines: list[dict[str, Any]]) -> TrainingRun:
    first, *epochs = lines
    told = _checked(TrainingLine, first)
    for epoch in epochs:
        line = _checked(EpochLine, epoch)
        for name in ("train_accuracy", "test_accuracy", "spikes_per_ms"):
            count = len(getattr(line, name))
            if count != told.settings.repeats:
                what = f"epoch {line.epoch} holds {count} of {name}, not {told.settings.repeats}"
                raise BadFileError(what, _AGAIN)
    return TrainingRun(
        group=Group(machine, told.scale, told.environment.dataset.name),
        condition=told.condition,
        # Also what the schema does not check, which is only shown.
        settings=first["settings"],
        environment=first["environment"],
        status=told.result.status,
        message=told.result.message,
        repeats=[repeat.model_dump() for repeat in told.result.repeats],
        epochs=epochs,
        evaluation=told.evaluation.model_dump() if told.evaluation else None,
        busy=told.machine_busy,
        commit=told.commit,
    )
