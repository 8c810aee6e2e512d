"""Two processes that share every batch train as one does."""

import json
import os
import socket
import subprocess
import sys

import pytest

from spsn_ref.training import ranks
from spsn_ref.training.folder import read_rows


def run(out, neuron, processes, *more):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    launcher = [sys.executable]
    if processes > 1:
        launcher += ["-m", "torch.distributed.run", "--nproc-per-node", str(processes)]
        launcher += ["--master-addr", "127.0.0.1", "--master-port", str(port)]
    command = [*launcher, "-m", "spsn_ref.cli", "train", "--neuron", neuron, "--epochs", "2"]
    command += ["--bin", "0.02", "--tau-mem", "0.01", "--hidden", "16,16", "--repeats", "2"]
    command += ["--batch-size", "126", "--duration", "0.4", "--mask", "--out", str(out), *more]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done


@pytest.mark.parametrize(
    ("neuron", "more"),
    [
        ("LIF", ("--theta", "0")),
        ("LI-ReLU", ()),
        ("SPSN-SB", ("--theta", "0.3")),
        ("SPSN-SB", ("--theta", "0.3", "--method", "scan")),
    ],
)
def test_two_processes_have_the_loss_curve_of_one(neuron, more, tmp_path):
    rows = []
    for processes in (1, 2):
        out = tmp_path / str(processes)
        done = run(out, neuron, processes, *more)
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("epoch 2/2") == 1
        rows.append(read_rows(out / "epochs.csv", 2))
        assert json.loads((out / "environment.json").read_text())["processes"] == processes
    # By `scan` each process draws spikes of its own, so that they agree in the mean alone.
    tolerance = 0.1 if "scan" in more else 1e-3
    for one, two in zip(*rows, strict=True):
        for column in ("train_loss", "test_loss", "spikes_per_ms", "regularizer"):
            if one[column]:
                assert float(two[column]) == pytest.approx(float(one[column]), rel=tolerance)
        if more:
            assert float(one["regularizer"]) > 0


def test_no_process_goes_without_a_sample(monkeypatch):
    monkeypatch.setattr(ranks, "size", lambda: 4)
    for samples in (1, 3, 4, 63):
        taken, weights = [], 0
        for rank in range(4):
            monkeypatch.setattr(ranks, "rank", lambda rank=rank: rank)
            part, weight = ranks.share(samples)
            assert len(range(samples)[part]) >= 1
            if weight:
                taken += range(samples)[part]
                weights += weight * len(range(samples)[part])
        assert taken == list(range(samples))
        assert weights == samples
