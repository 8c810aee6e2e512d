"""The suites as asv sees them: static, import-clean, and really run over two commits."""

import json
import os
import re
import shutil
import subprocess
import sys
from itertools import pairwise, product
from pathlib import Path

import pytest

from benchmarks import checkout, grid, neutral
from benchmarks.__main__ import main
from benchmarks.batch_size import BatchSize
from benchmarks.depth import Depth
from benchmarks.cases.grid import FIGURE_5, GRID, PARAMETERS, PROFILES
from benchmarks.neuron import Neuron
from benchmarks.cases.selection import patterns, selection
from benchmarks.sequence_length import SequenceLength
from benchmarks.common import device_is_here
from benchmarks.training_epoch import TrainingEpoch

ROOT = Path(__file__).parents[2]


def test_the_grid_is_figure_5_and_more():
    axes = dict(zip(PARAMETERS, GRID["sequence_length"], strict=True))
    assert axes["time_steps"] == [*FIGURE_5, 31_623, 100_000]
    assert len(FIGURE_5) == 9
    ratios = [later / earlier for earlier, later in pairwise(FIGURE_5)]
    assert min(ratios) == pytest.approx(max(ratios), rel=0.01)
    assert GRID["batch_size"][3] == [2**n for n in range(9)]
    assert GRID["depth"][5] == list(range(1, 11))
    neurons = {"LIF", "SPSN-SB", "SPSN-GS", "ReLU"}
    for suite, axes in GRID.items():
        if suite == "peers":
            continue  # peers/test_catalogue.py
        more = "LI-ReLU" if suite == "training_epoch" else "floor"
        assert {m.split("/")[0] for m in axes[0]} == {*neurons, more}
        assert axes[1] == ["cpu", "cuda"]


@pytest.mark.parametrize("suite", [SequenceLength, BatchSize, Depth, Neuron, TrainingEpoch])
def test_suites_are_static_and_skip_in_setup(suite, monkeypatch):
    assert suite.params is GRID[suite.name]
    monkeypatch.setenv("SPSN_PROFILE", "smoke")
    values = [axis[-1] for axis in suite.params]
    with pytest.raises(NotImplementedError):
        suite().setup(*values)


def test_a_device_that_is_not_here_is_skipped(monkeypatch):
    import torch

    monkeypatch.setattr(torch.version, "cuda", None)
    assert not device_is_here("cuda")
    assert device_is_here("cpu")
    values = ("SPSN-SB/scan", "cuda", 100, 1, 128, 1, "float32")
    with pytest.raises(NotImplementedError, match="no cuda device here"):
        SequenceLength().setup(*values)


def test_profiles_choose_from_the_grid():
    for name, profile in PROFILES.items():
        for suite, only in profile.only.items():
            for parameter, values in only.items():
                assert set(values) <= set(GRID[suite][PARAMETERS.index(parameter)]), (name, suite)
    quick = PROFILES["quick"].chosen("sequence_length", "cpu")
    assert max(quick[2]) == 10_000
    assert not any("triton" in method for method in quick[0])
    on_cuda = PROFILES["quick"].chosen("sequence_length", "cuda")
    assert {"LIF/triton", "LIF/cuda_graph", "SPSN-SB/triton"} <= set(on_cuda[0])
    assert not any("numba" in method for method in on_cuda[0])
    assert {"LIF/published_loop", "LIF/loop", "SPSN-SB/published_fft"} <= set(quick[0])
    for method in ("LIF/triton", "LIF/cuda_graph", "LIF/compile", "SPSN-GS/triton"):
        for device in ("cpu", "cuda"):
            values = [method, device, 1000, 1, 128, 1, "float32"]
            assert PROFILES["quick"].includes("sequence_length", values) == (device == "cuda")
            assert PROFILES["full"].includes("sequence_length", values) == (device == "cuda")
    assert PROFILES["paper"].chosen("sequence_length", "cpu")[2] == FIGURE_5
    assert PROFILES["paper"].budget.most == PROFILES["paper"].budget.least == 10


def test_an_unknown_profile_is_named(monkeypatch):
    monkeypatch.setenv("SPSN_PROFILE", "fast")
    with pytest.raises(ValueError, match="'fast'; choose one of smoke, quick, paper, full"):
        grid.current_profile()


@pytest.mark.parametrize("devices", [["cpu"], ["cpu", "cuda"]])
def test_asvs_expressions_choose_exactly_the_profile(devices):
    chosen = selection("quick", list(GRID), devices)
    expressions = [re.compile(p) for p in patterns(chosen)]
    for suite, axes in GRID.items():
        for values in product(*axes):
            name = f"{suite}.Suite.track_status({', '.join(map(repr, values))})"
            wanted = values[1] in devices and PROFILES["quick"].includes(suite, values)
            assert any(e.search(name) for e in expressions) == wanted, name


def test_importing_the_suites_runs_no_torch_operation():
    code = """
import torch
from torch.utils._python_dispatch import TorchDispatchMode
class Nothing(TorchDispatchMode):
    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        raise SystemExit(f"import ran {function}")
with Nothing():
    import pkgutil, importlib, benchmarks
    for module in pkgutil.walk_packages(benchmarks.__path__, "benchmarks."):
        importlib.import_module(module.name)
assert not torch.cuda.is_initialized()
print("clean")
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "clean", done.stderr + done.stdout


def test_the_driver_needs_no_torch():
    code = "import sys; sys.modules['torch'] = None; import benchmarks.drive.asv, benchmarks.__main__"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_results_of_an_existing_environment_travel_without_paths(tmp_path):
    executable = "/home/someone/bin/python3"
    name = "existing-py_home_someone_bin_python3"
    content = {"env_name": name, "python": executable, "params": {"python": executable}}
    result = tmp_path / f"0123abcd-{name}.json"
    result.write_text(json.dumps(content))
    with neutral.neutral_names(tmp_path, executable):
        assert result.exists()
    (path,) = tmp_path.iterdir()
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert path.name == f"0123abcd-existing-py{version}.json"
    assert "someone" not in path.read_text()
    with neutral.neutral_names(tmp_path, executable):
        assert json.loads(result.read_text()) == content
    assert "someone" not in path.read_text()


@pytest.fixture
def home(tmp_path, monkeypatch):
    """asv keeps its list of machines in the home folder."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    return folder


def test_machine_reaches_asv(home, capsys):
    assert main(["machine", "--machine", "testbed"]) == 0
    machines = json.loads((home / ".asv-machine.json").read_text())
    assert machines["testbed"]["machine"] == "testbed"
    assert machines["testbed"]["threads"].isdigit()
    assert "testbed" in capsys.readouterr().out


def test_a_machine_name_that_is_a_path_is_refused(home, capsys):
    assert main(["machine", "--machine", "../x"]) == 1
    assert "machine name '../x' names a folder: use letters" in capsys.readouterr().err


def test_without_a_commit_nothing_is_measured(home, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(checkout, "ROOT", tmp_path)
    assert main(["run", "--profile", "smoke"]) == 1
    assert "must be a git checkout with a commit" in capsys.readouterr().err


def git(folder, *arguments):
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def asv(folder, *arguments):
    done = subprocess.run(
        [sys.executable, "-m", "asv", *arguments],
        cwd=folder,
        env=os.environ | {"SPSN_PROFILE": "smoke"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_asv_runs_two_commits_compares_and_publishes(home, tmp_path):
    """An older commit that lacks a method is skipped over, not failed."""
    checkout = tmp_path / "checkout"
    keep = ("spsn_ref", "benchmarks", "asv.conf.json", "pyproject.toml", "README.md", "LICENSE")
    checkout.mkdir()
    for name in keep:
        source = ROOT / name
        if source.is_dir():
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, checkout / name, ignore=ignore)
        else:
            shutil.copy(source, checkout / name)
    integrate = checkout / "spsn_ref" / "integrate" / "__init__.py"
    now = integrate.read_text()
    git(checkout, "init", "-q", "-b", "main")
    integrate.write_text(now.replace('    "scan": Method(scan.integrate),\n', ""))
    assert integrate.read_text() != now
    git(checkout, "add", "-A")
    git(checkout, "commit", "-q", "-m", "without scan")
    git(checkout, "tag", "old")
    integrate.write_text(now)
    git(checkout, "commit", "-q", "-a", "-m", "with scan")

    asv(checkout, "machine", "--yes", "--machine", "testbed")
    only = r"depth.*\(('LIF/loop'|'SPSN-SB/scan'), 'cpu', 1000, 8, 128, 2,"
    arguments = ["--machine", "testbed", "--record-samples", "--bench", only]
    asv(checkout, "run", "old^!", *arguments)
    asv(checkout, "run", "old..main", "--quick", *arguments)
    asv(checkout, "check")
    names = {}
    for path in (checkout / "results" / "testbed").glob("*-virtualenv-*.json"):
        content = json.loads(path.read_text())
        result, parameters = content["results"]["depth.Depth.track_status"][:2]
        cells = ["/".join(values) for values in product(*parameters)]
        names[content["commit_hash"][:8]] = {
            cell.split("/'cpu'")[0]: status
            for cell, status in zip(cells, result, strict=True)
            if "'cpu'/1000/8/128/2" in cell and status == status and status is not None
        }
    old, new = (
        subprocess.run(
            ["git", "rev-parse", "--short=8", ref], cwd=checkout, capture_output=True, text=True
        ).stdout.strip()
        for ref in ("old", "main")
    )
    assert names[old] == {"'LIF/loop'": 0, "'SPSN-SB/scan'": 3}
    assert names[new] == {"'LIF/loop'": 0, "'SPSN-SB/scan'": 0}

    comparison = asv(checkout, "compare", "old", "main", "--machine", "testbed")
    assert "depth.Depth.track_forward_backward('LIF/loop'" in comparison
    times = ["--machine", "testbed", "--bench", only.replace("depth", "depth.*forward_backward")]
    asv(checkout, "continuous", "old", "main", "--factor", "1000", *times)
    asv(checkout, "publish")
    suites = tuple(f"{name}." for name in GRID)
    found = json.loads((checkout / "results" / "benchmarks.json").read_text())
    assert all(name.startswith(suites) for name in found if name != "version")
    graphs = json.loads((checkout / ".asv" / "html" / "index.json").read_text())
    assert "depth.Depth.track_forward_backward" in graphs["benchmarks"]
    assert graphs["machines"]["testbed"]["machine"] == "testbed"
