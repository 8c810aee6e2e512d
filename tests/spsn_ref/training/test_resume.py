"""A run that was killed ends, resumed, with the bits of one that was not."""

import csv
import os
import signal
import subprocess
import sys
import time

import pytest
import torch

from spsn_ref.training import Console, train
from spsn_ref.training import folder as folder_module
from spsn_ref.training.checkpoint import NAME, read_checkpoint


def outcome(folder):
    """Everything a run ends with, but for its seconds."""
    tensors, position = read_checkpoint(folder)
    with (folder / "epochs.csv").open(newline="") as file:
        rows = [{k: v for k, v in r.items() if "seconds" not in k} for r in csv.DictReader(file)]
    position.pop("seconds")
    return tensors, position, rows


def assert_same(one, other):
    assert one[1:] == other[1:]
    assert one[0].keys() == other[0].keys()
    for name, tensor in one[0].items():
        assert torch.equal(tensor, other[0][name]), name


class Killed(BaseException):
    """Stands for the process's end at a write."""


@pytest.mark.parametrize("after", [False, True], ids=["before the rename", "after it"])
def test_killed_at_every_write(after, dataset, settings, tmp_path, monkeypatch):
    options = settings(
        neuron="SPSN-SB", repeats=2, augment=True, checkpoint_batches=2, schedule="cosine"
    )
    train(options, tmp_path / "whole")
    expected = outcome(tmp_path / "whole")
    write = folder_module.write
    writes, last = 0, None

    def counted(path, content):
        nonlocal writes
        writes += 1
        if writes == last:
            if after:
                write(path, content)
            else:
                path.with_name(f".{path.name}.1.part").write_bytes(content[:10])
            raise Killed
        write(path, content)

    for module in ("folder", "checkpoint"):
        monkeypatch.setattr(f"spsn_ref.training.{module}.write", counted)
    train(options, tmp_path / "counted")
    total = writes
    assert total > 6
    for last in range(2 if not after else 1, total + 1):
        writes, out = 0, tmp_path / f"killed{last}"
        with pytest.raises(Killed):
            train(options, out)
        train(options, out, resume=True)
        assert_same(outcome(out), expected)


def test_sigkill_at_any_moment(tmp_path):
    command = [sys.executable, "-m", "spsn_ref.cli", "train", "--neuron", "SPSN-GS"]
    command += ["--bin", "0.02", "--hidden", "16,16", "--epochs", "6", "--repeats", "2"]
    command += ["--checkpoint-batches", "3", "--duration", "0.2", "--out"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    done = subprocess.run(
        [*command, str(whole)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for saves in (2, 5, 9):
        process = subprocess.Popen(
            [*command, str(broken), "--resume"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        checkpoint, seen = broken / NAME, set()
        while process.poll() is None and len(seen) < saves:
            if checkpoint.exists():
                seen.add(checkpoint.stat().st_mtime_ns)
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        assert not (broken / "result.json").exists()
    done = subprocess.run(
        [*command, str(broken), "--resume"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert_same(outcome(broken), outcome(whole))


def test_resuming_what_is_finished_changes_nothing(dataset, settings, tmp_path):
    train(settings(), tmp_path / "run")
    before = {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir()}
    train(settings(), tmp_path / "run", resume=True, progress=Console())
    assert before == {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir()}


def test_other_settings_and_broken_checkpoints_are_refused(dataset, settings, tmp_path):
    out = tmp_path / "run"
    train(settings(), out)
    with pytest.raises(ValueError, match="started with another learning_rate"):
        train(settings(learning_rate=0.5), out, resume=True)
    with pytest.raises(ValueError, match="not empty; give another --out, or --resume"):
        train(settings(), out)
    (out / NAME).write_bytes((out / NAME).read_bytes()[:-100])
    with pytest.raises(ValueError, match=f"{NAME} of run cannot be read"):
        train(settings(), out, resume=True)
