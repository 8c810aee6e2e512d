"""A golden results tree and its rendering, made once for all tests of the room."""

import math
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

# The writers of trees stand beside this file; tests have no package to import them from.
sys.path.append(str(Path(__file__).parent))

import asv_tree

METHODS = ["LIF/published_loop", "LIF/loop", "SPSN-SB/scan", "SPSN-SB/published_fft", "ReLU/eager"]
SECONDS = {
    "LIF/published_loop": 4e-3,
    "LIF/loop": 1e-3,
    "SPSN-SB/scan": 1e-4,
    "SPSN-SB/published_fft": 2e-4,
    "ReLU/eager": 1e-5,
}


def golden(suite, case):
    """SPSN/scan is 40x and 10x as fast at batch 1, half as fast as the fair loop at batch 64."""
    name, time_steps, batch = case["neuron_method"], case["time_steps"], case["batch"]
    if case["device"] == "cuda":
        return {"status": 3, "flags": 0}
    if name == "ReLU/eager" and batch == 64:
        return {}
    if name == "SPSN-SB/published_fft" and batch == 64:
        return {"status": None, "flags": None}
    step = SECONDS[name] * (20 if batch == 64 and name == "SPSN-SB/scan" else 1)
    forward = [step * time_steps / 4 * (1 + i / 1000) for i in range(5)]
    if name == "LIF/published_loop" and time_steps == 1000:
        return {"status": 2, "flags": 0, "forward": forward, "stopped_after": 30.0}
    whole = [step * time_steps * (1 + i / 1000) for i in range(5)]
    return {
        "status": 0,
        "flags": {"SPSN-SB/published_fft": 8, "LIF/loop": 3}.get(name, 0),
        "forward": forward,
        "backward": [b - f for b, f in zip(whole, forward, strict=True)],
        "forward_backward": whole,
        "peak_memory": 1e6 * time_steps * batch,
        "spike_rate": math.nan if name == "ReLU/eager" else 0.25,
    }


@pytest.fixture(scope="session")
def tree():
    """Return the module that writes results trees."""
    return asv_tree


@pytest.fixture(scope="session")
def run():
    """Return a function that runs the command and returns its exit code and both streams."""

    def invoke(results, out):
        from reports.commands.report import main

        return CliRunner().invoke(
            main, ["--results", str(results), "--out", str(out)], catch_exceptions=False
        )

    return invoke


@pytest.fixture(scope="session")
def suites(tree):
    return {"sequence_length": tree.params(METHODS, ["cpu", "cuda"], [100, 1000], [1, 64])}


@pytest.fixture(scope="session")
def report(tmp_path_factory, tree, suites, run):
    """Render the golden tree once."""
    root = tmp_path_factory.mktemp("golden")
    old = tree.result_file("toybox", suites, golden, commit="a" * 40, date=1.7e12)
    results = tree.write(
        root / "results", suites, [old, tree.result_file("toybox", suites, golden)]
    )
    done = run(results, root / "out")
    return SimpleNamespace(done=done, out=root / "out", results=results)


@pytest.fixture
def small(tmp_path, tree):
    """Write a tree with one case per method, quick to render, to be damaged by a test."""
    suites = {"sequence_length": tree.params(METHODS[:3], times=[100])}
    files = [tree.result_file(name, suites, golden) for name in ("good", "other")]
    root = tree.write(tmp_path / "results", suites, files)
    return SimpleNamespace(
        root=root,
        out=tmp_path / "out",
        suites=suites,
        file=root / "other" / "6d115e37-virtualenv-py3.11.json",
        machine=root / "other" / "machine.json",
        benchmarks=root / "benchmarks.json",
    )
