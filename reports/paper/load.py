"""The records of the paper's experiments, read and checked before anything is believed."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from ..asv_files import BadFileError
from ..load import Problem
from .runs import FINISHED, NOT_FINITE, Group, Records, Run

FORMAT = 1
_AGAIN = "Restore the file, or run `python -m benchmarks paper` again"
_SETTINGS = {
    "neuron": str,
    "augment": bool,
    "loss": str,
    "epochs": int,
    "repeats": int,
    "bin": float,
    "learning_rate": float,
    "batch_size": int,
    "tau_mem": float,
    "tau_syn": float,
    "hidden": list,
}


def load(root: Path) -> Records:
    """Read every record below `root`; never raises for bad content, see `Records.problems`."""
    records = Records(root)
    for path in sorted(root.glob("*/paper/**/*.jsonl")):
        machine = path.relative_to(root).parts[0]
        try:
            lines = _lines(path)
            if lines[0].get("kind") == "traces":
                records.traces[machine] = _traces(lines[0])
            else:
                records.runs.append(_run(machine, lines))
        except BadFileError as error:
            records.problems.append(Problem(path, error.what, error.remedy))
    return records


def _lines(path: Path) -> list[dict[str, Any]]:
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except OSError as error:
        raise BadFileError(f"cannot be read ({error.strerror})", "Check its permissions") from None
    except (ValueError, RecursionError) as error:
        raise BadFileError(f"is damaged or incomplete JSON Lines ({error})", _AGAIN) from None
    if not lines or not all(isinstance(line, dict) for line in lines):
        raise BadFileError("does not hold JSON objects, one a line", _AGAIN)
    if lines[0].get("format") != FORMAT:
        what = f"has format {lines[0].get('format')!r}, this report reads {FORMAT}"
        raise BadFileError(what, "Run `python -m benchmarks paper` again")
    return lines


def _bad(what: str) -> BadFileError:
    return BadFileError(what, _AGAIN)


def _part(holder: dict[str, Any], name: str, kind: type) -> Any:
    value = holder.get(name)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise _bad(f"holds {value!r:.40} as {name}")
    if isinstance(value, float) and not math.isfinite(value):
        raise _bad(f"holds {value!r} as {name}")
    return value


def _numbers(holder: dict[str, Any], name: str, count: int | None = None) -> list[Any]:
    """Give a list of finite numbers; those that were not measured are None."""
    values = _part(holder, name, list)
    for value in values:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if value is not None and not (number and math.isfinite(value)):
            raise _bad(f"holds {value!r:.40} in {name}")
    if count is not None and len(values) != count:
        raise _bad(f"{name} holds {len(values)} numbers, not {count}")
    return list(values)


def _repeat(repeat: Any) -> dict[str, Any]:
    if not isinstance(repeat, dict):
        raise _bad("a repeat is no object")
    for name in ("seed", "train_accuracy", "test_accuracy", "spikes_per_ms"):
        _numbers({name: [repeat.get(name)]}, name)
    if repeat.get("spikes_per_ms_by_layer") is not None:
        _numbers(repeat, "spikes_per_ms_by_layer")
    return repeat


def _epoch(epoch: dict[str, Any], repeats: int) -> dict[str, Any]:
    for name in ("train_accuracy", "test_accuracy", "spikes_per_ms"):
        _numbers(epoch, name, repeats)
    for name, kind in (("epoch", int), ("data_seconds", float), ("model_seconds", float)):
        _part(epoch, name, kind)
    return epoch


def _evaluation(found: Any) -> dict[str, Any] | None:
    if found is None:
        return None
    if not isinstance(found, dict):
        raise _bad("evaluation is no object")
    robustness = _part(found, "robustness", dict)
    _part(robustness, "trials", int)
    _numbers(robustness, "unchanged_fraction")
    example = _part(robustness, "example", dict)
    means = _numbers(example, "membrane_mean")
    _numbers(example, "membrane_std", len(means))
    _part(example, "label", int)
    return found


def _run(machine: str, lines: list[dict[str, Any]]) -> Run:
    first = lines[0]
    settings = _part(first, "settings", dict)
    for name, kind in _SETTINGS.items():
        _part(settings, name, kind)
    _numbers(settings, "hidden")
    if settings.get("theta") is not None:
        _part(settings, "theta", float)
    environment = _part(first, "environment", dict)
    dataset = _part(environment, "dataset", dict)
    result = _part(first, "result", dict)
    status = _part(result, "status", str)
    if status not in (FINISHED, NOT_FINITE):
        raise _bad(f"has the unknown status {status!r:.40}")
    repeats = _part(result, "repeats", list) if status == FINISHED else []
    if len(repeats) != (settings["repeats"] if status == FINISHED else 0):
        raise _bad(f"holds {len(repeats)} repeats of {settings['repeats']}")
    return Run(
        group=Group(machine, _part(first, "scale", str), _part(dataset, "name", str)),
        condition=_part(first, "condition", str),
        settings=settings,
        environment=environment,
        status=status,
        message=str(result.get("message", "")),
        repeats=[_repeat(repeat) for repeat in repeats],
        epochs=[_epoch(epoch, settings["repeats"]) for epoch in lines[1:]],
        evaluation=_evaluation(first.get("evaluation")),
        busy=bool(first.get("machine_busy")),
        commit=str(first.get("commit", "")),
    )


def _traces(content: dict[str, Any]) -> dict[str, Any]:
    steps = len(_numbers(content, "input"))
    _numbers(content, "synaptic", steps)
    for name in ("dt", "threshold"):
        _part(content, name, float)
    for neuron in _part(content, "neurons", dict).values():
        if not isinstance(neuron, dict):
            raise _bad("a neuron is no object")
        for name in ("membrane", "spikes"):
            _numbers(neuron, name, steps)
    return content
