"""Writes a results tree as asv 0.6.6 writes it, out of a function from case to numbers."""

import itertools
import json
import math
from pathlib import Path

import numpy as np

NAMES = ["neuron_method", "device", "time_steps", "batch", "units", "depth", "dtype"]
COLUMNS = [
    *("result", "params", "version", "started_at", "duration", "stats_ci_99_a", "stats_ci_99_b"),
    *("stats_q_25", "stats_q_75", "stats_number", "stats_repeat", "samples", "profile"),
]
UNITS = {
    "forward": "seconds",
    "backward": "seconds",
    "forward_backward": "seconds",
    "peak_memory": "bytes",
    "reserved_memory": "bytes",
    "steady_memory": "bytes",
    "spikes_per_ms": "spikes/ms",
    "spike_rate": "spikes/step/unit",
    "energy": "joules",
    "device_clock": "Hz",
    "start_up": "seconds",
    "round": "number of the process, sample by sample",
    "run": "number of the sweep, sample by sample",
    "stopped_after": "seconds",
    "status": "0: ok; 1: out of memory; 2: time budget; 3: not available; 5: wrong answer",
    "flags": "1: noisy; 2: few samples; 8: inexact as published",
}
EPOCH_UNITS = dict.fromkeys(("epoch", "epoch_data", "epoch_model"), "seconds")
PEER_UNITS = {
    "keeps_reset": "0: no; 1: yes",
    "difference": "; ".join(f"{code}: word {code}" for code in range(9)),
    "why_not": "0: it has one; 3: cannot be installed; 6: gradient not finite",
    "membrane_error": "of the maximum",
    "same_trains": "share of neurons",
}
CLASSES = {
    "lmu": "Lmu",
    "peers": "Peers",
    "sequence_length": "SequenceLength",
    "batch_size": "BatchSize",
    "depth": "Depth",
    "neuron": "Neuron",
    "lanes": "Lanes",
    "training_epoch": "TrainingEpoch",
}


def params(methods, devices=("cpu",), times=(100,), batches=(1,), units=(128,), depths=(1,)):
    """Return the parameter lists of a suite as Python values."""
    return [
        *(list(methods), list(devices), list(times), list(batches), list(units), list(depths)),
        ["float32"],
    ]


def units(suite):
    """Return what a suite measures and in which unit."""
    if suite == "peers":
        return UNITS | PEER_UNITS
    if suite != "training_epoch":
        return UNITS
    return EPOCH_UNITS | {name: unit for name, unit in UNITS.items() if "ward" not in name}


def track(suite, quantity):
    return f"{suite}.{CLASSES[suite]}.track_{quantity}"


def benchmarks(suites):
    """Return benchmarks.json for {suite: parameter lists}."""
    described = {
        track(suite, quantity): {
            "code": "...",
            "name": track(suite, quantity),
            "param_names": NAMES,
            "params": [[repr(v) for v in values] for values in lists],
            "type": "track",
            "unit": unit,
            "version": "1",
        }
        for suite, lists in suites.items()
        for quantity, unit in units(suite).items()
    }
    return {**described, "version": 2}


def row(lists, values):
    """Return asv's row of one track; a value is a number, None, or a list of samples."""
    result, samples, stats = [], [], []
    for value in values:
        sampled = isinstance(value, list)
        result.append(float(np.median(value)) if sampled else value)
        samples.append(value if sampled else None)
        stats.append(
            [min(value), max(value), *np.percentile(value, [25, 75]).tolist(), 1, len(value)]
            if sampled
            else [None] * 6
        )
    columns = [list(column) for column in zip(*stats, strict=True)]
    written = [[repr(v) for v in values] for values in lists]
    whole = [result, written, "1", 1795460636791, 1.17, *columns, samples]
    whole = [
        None if i != 1 and isinstance(c, list) and all(x is None for x in c) else c
        for i, c in enumerate(whole)
    ]
    while whole and whole[-1] is None:
        whole.pop()
    return whole


def result_file(
    machine, suites, measure, commit="6d115e37" + "0" * 32, date=1795460618000, **facts
):
    """Return a result file; `measure(suite, case)` gives {quantity: value}, {} if not selected."""
    results = {}
    for suite, lists in suites.items():
        cases = [
            measure(suite, dict(zip(NAMES, case, strict=True)))
            for case in itertools.product(*lists)
        ]
        for quantity in units(suite):
            values = [case.get(quantity, math.nan) for case in cases]
            results[track(suite, quantity)] = row(lists, values)
    known = {"machine": machine, "os": "Linux", "arch": "x86_64", "cpu": "a CPU", "num_cpu": "2"}
    return {
        "commit_hash": commit,
        "env_name": "virtualenv-py3.11",
        "date": date,
        "params": {
            **known,
            "ram": "8",
            "torch": "2.13.0",
            "threads": "1",
            "python": "3.11",
            **facts,
        },
        "python": "3.11",
        "requirements": {},
        "env_vars": {},
        "result_columns": COLUMNS,
        "results": results,
        "durations": {"<build>": 3.5e-05},
        "version": 2,
    }


def write(root: Path, suites, files):
    """Write benchmarks.json and each result file with its machine.json below `root`."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "benchmarks.json").write_text(json.dumps(benchmarks(suites)))
    for data in files:
        machine = data["params"]["machine"]
        folder = root / machine
        folder.mkdir(exist_ok=True)
        told = {k: v for k, v in data["params"].items() if k != "python"}
        (folder / "machine.json").write_text(json.dumps({**told, "version": 1}))
        name = f"{data['commit_hash'][:8]}-{data['env_name']}.json"
        (folder / name).write_text(json.dumps(data))
    return root


# Two methods and the floor, to set machines side by side.
SIDE_BY_SIDE = ["LIF/loop", "SPSN-SB/scan", "floor/copy"]
SPEED = {"LIF/loop": 1.0, "SPSN-SB/scan": 0.1, "floor/copy": 0.01}


def machine(times, joules=None, devices=("cpu",)):
    """Return the measurements of a machine: `times` as long as the table above, and its power."""

    def measure(suite, case):
        if case["device"] not in devices:
            return {"status": 3, "flags": 0}
        seconds = SPEED[case["neuron_method"]] * times * case["time_steps"]
        samples = [seconds * (1 + i / 1000) for i in (-2, -1, 0, 1, 2)]
        found = {"status": 0, "flags": 0, "forward_backward": samples}
        return found if joules is None else {**found, "energy": joules}

    return measure
