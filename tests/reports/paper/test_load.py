"""Damaged experiments of the paper's experiments are named, and the rest is read."""

import math

import pytest
from paper_tree import run, write

from reports.paper.load import load


def change(key, value):
    def edit(lines):
        holder = lines[0]
        *path, last = key.split(".")
        for name in path:
            holder = holder[name]
        holder[last] = value

    return edit


DAMAGE = {
    "format": (change("format", 9), "format"),
    "no settings": (change("settings", None), "settings"),
    "neuron": (change("settings.neuron", 3), "settings.neuron"),
    "bin": (change("settings.bin", "x"), "settings.bin"),
    "infinite": (change("settings.bin", math.inf), "settings.bin"),
    "status": (change("result.status", "well"), "result.status"),
    "repeats": (change("result.repeats", []), "holds 0 repeats, not 3"),
    "a repeat": (change("result.repeats", [1, 2, 3]), "result.repeats.0"),
    "accuracy": (
        lambda lines: lines[0]["result"]["repeats"][0].update(test_accuracy="1"),
        "result.repeats.0.test_accuracy",
    ),
    "spread": (change("evaluation.robustness.example.membrane_std", [0.1]), "other classes"),
    "epoch": (lambda lines: lines[1].update(train_accuracy=[0.1]), "1 of train_accuracy, not 3"),
    "no object": (lambda lines: lines.append(3), "JSON objects"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_named_and_the_rest_is_read(damage, tmp_path):
    edit, words = DAMAGE[damage]
    broken = run("LIF")
    edit(broken)
    experiments = load(write(tmp_path, broken, run("SPSN-SB")))
    (omission,) = experiments.omissions
    assert omission.file.name == "0.jsonl"
    assert words in omission.what
    assert omission.remedy
    assert [found.neuron for found in experiments.runs] == ["SPSN-SB"]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b'{"format": 1', b"[" * 100_000])
def test_a_file_that_is_no_record_is_named(content, tmp_path):
    root = write(tmp_path, run())
    (root / "toybox" / "paper" / "quick" / "0.jsonl").write_bytes(content)
    assert [omission.file.name for omission in load(root).omissions] == ["0.jsonl"]
