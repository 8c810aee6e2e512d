"""Writes files of the paper's experiments as `benchmarks paper` does, and reads their page."""

import json
import re
from types import SimpleNamespace

from click.testing import CliRunner

NEURONS = ("LIF", "SPSN-SB", "SPSN-GS", "ReLU")
ACCURACIES = [0.80, 0.82, 0.84]


def run(neuron="SPSN-SB", condition="augmented", accuracies=ACCURACIES, spikes=100.0, **changes):
    """Return a record's lines: five epochs, LIF takes ten times the seconds."""
    seconds = 10.0 if neuron == "LIF" else 1.0
    repeats = len(accuracies)
    settings = {
        "neuron": neuron, "augment": condition != "basic", "theta": None, "loss": "mean",
        "epochs": 5, "repeats": repeats, "bin": 0.01, "learning_rate": 0.001, "batch_size": 64,
        "tau_mem": 0.02, "tau_syn": 0.02, "hidden": [128, 128, 128], "method": "auto",
        "reset": "published_code", "leave_out_speaker": None, "shift": 0.02, "scale": 0.3,
        "channel_bin": 5, "mask": True, **changes,
    }  # fmt: skip
    fired = None if neuron == "ReLU" else spikes
    first = {
        "format": 1, "kind": "training", "name": "x", "condition": condition, "scale": "quick",
        "commit": "c" * 40, "machine_busy": False, "settings": settings,
        "environment": {
            "torch": "2.13.0", "device": "cpu", "device_name": "CPU", "threads": 2,
            "dataset": {"name": "digits", "train": 60, "test": 30, "classes": 2},
        },
        "result": {
            "status": "finished",
            "repeats": [
                {"seed": seed, "train_accuracy": 1.0, "test_accuracy": a, "spikes_per_ms": fired}
                for seed, a in enumerate(accuracies)
            ],
        },
        "evaluation": {
            "accuracy_by_trial": [[0.8] * repeats, [0.82] * repeats],
            "robustness": {
                "trials": 10, "unchanged_fraction": [0.9] * repeats,
                "example": {"label": 1, "membrane_mean": [0.1, 0.4], "membrane_std": [0.1, 0.1]},
            },
        },
    }  # fmt: skip
    rows = [
        {
            "epoch": epoch, "train_accuracy": [0.2 * epoch] * repeats,
            "test_accuracy": accuracies, "spikes_per_ms": [fired] * repeats,
            "data_seconds": seconds, "model_seconds": 2 * seconds,
        }
        for epoch in range(5)
    ]  # fmt: skip
    return [first, *rows]


TRACES = {
    "format": 1, "kind": "traces", "dt": 0.001, "threshold": 1.0,
    "input": [0.0, 0.1, 0.0], "synaptic": [0.0, 0.1, 0.09],
    "neurons": {
        neuron: {"membrane": [0.0, 0.1, 0.2], "spikes": [0, 1, 0]} for neuron in NEURONS[:3]
    },
}  # fmt: skip


def write(root, *runs, machine="toybox"):
    folder = root / machine / "paper"
    (folder / "quick").mkdir(parents=True)
    (folder / "traces.jsonl").write_text(json.dumps(TRACES))
    for index, lines in enumerate(runs):
        text = "\n".join(map(json.dumps, lines))
        (folder / "quick" / f"{index}.jsonl").write_text(text)
    return root


def golden():
    return [
        *(run(n, c) for n in NEURONS for c in ("augmented", "basic")),
        run("SPSN-SB", "regularised", [0.79, 0.81, 0.83], 40.0, theta=0.4),
        run("SPSN-SB", "regularised", [0.5, 0.5, 0.5], 10.0, theta=0.01),
        *(run("SPSN-GS", "loss", loss=m, hidden=[128], tau_mem=0.001) for m in ("mean", "last")),
        *(run("SPSN-SB", "speaker", [a], leave_out_speaker=s) for s, a in enumerate((0.6, 0.7))),
    ]


def render(results, out):
    """Run `--paper` and return its outcome, its folder and its page."""
    from reports.commands.report import main

    arguments = ["--paper", "--results", str(results), "--out", str(out)]
    done = CliRunner().invoke(main, arguments, catch_exceptions=False)
    page = (out / "index.html").read_text() if (out / "index.html").exists() else ""
    return SimpleNamespace(done=done, out=out, page=page)


def cells(page, *first):
    """Return the first table row that starts with these cells."""
    for row in re.findall(r"<tr>(.*?)</tr>", page):
        found = re.findall(r"<td[^>]*>(.*?)(?=<td|</t|$)", row.replace("\u00a0", " "))
        if found[: len(first)] == list(first):
            return found
    return None
