"""A golden results tree and its rendering, made once for all tests of the room."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

# The writers of trees stand beside this file; tests have no package to import them from.
sys.path.append(str(Path(__file__).parent))

import asv_golden
import asv_tree
import pandas as pd
import paper_tree


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
    return {
        "sequence_length": tree.params(asv_golden.METHODS, ["cpu", "cuda"], [100, 1000], [1, 64])
    }


@pytest.fixture(scope="session")
def report(tmp_path_factory, tree, suites, run):
    """Render the golden tree once."""
    root = tmp_path_factory.mktemp("golden")
    old = tree.result_file("toybox", suites, asv_golden.golden, commit="a" * 40, date=1.7e12)
    results = tree.write(
        root / "results", suites, [old, tree.result_file("toybox", suites, asv_golden.golden)]
    )
    done = run(results, root / "out")
    return SimpleNamespace(done=done, out=root / "out", results=results)


@pytest.fixture
def small(tmp_path, tree):
    """Write a tree with one case per method, quick to render, to be damaged by a test."""
    suites = {"sequence_length": tree.params(asv_golden.METHODS[:3], times=[100])}
    files = [tree.result_file(name, suites, asv_golden.golden) for name in ("good", "other")]
    root = tree.write(tmp_path / "results", suites, files)
    return SimpleNamespace(
        root=root,
        out=tmp_path / "out",
        suites=suites,
        file=root / "other" / "6d115e37-virtualenv-py3.11.json",
        machine=root / "other" / "machine.json",
        benchmarks=root / "benchmarks.json",
    )


@pytest.fixture(scope="session")
def floor(tmp_path_factory, tree, run):
    """Render a tree with the floor: the neuron alone, layers, and stacks that lack the floor."""
    from reports.read.tree import load
    from reports.tables.floor import with_floor
    from reports.tables.measurements import measurements

    root = tmp_path_factory.mktemp("floor")
    methods = asv_golden.FLOOR_TIMES
    suites = {
        "neuron": tree.params(methods, times=[100, 1000], batches=[1, 8], depths=[0]),
        "sequence_length": tree.params(methods, times=[100, 1000]),
        "depth": tree.params(methods, depths=[1, 3]),
    }
    files = [tree.result_file("m", suites, asv_golden.floor)]
    results = tree.write(root / "r", suites, files)
    done = run(results, root / "out")
    assert (done.exit_code, done.stderr) == (0, "")
    return SimpleNamespace(
        done=done,
        out=root / "out",
        measured=pd.read_csv(root / "out" / "measurements.csv"),
        speedup=pd.read_csv(root / "out" / "speedup.csv"),
        page=(root / "out" / "index.html").read_text(encoding="utf-8"),
        rows=with_floor(measurements(load(results))),
    )


def _with_floor(root, tree, methods, times, measure):
    """Return the measurements of suite sequence_length, with the floor."""
    from reports.read.tree import load
    from reports.tables.floor import with_floor
    from reports.tables.measurements import measurements

    suites = {"sequence_length": tree.params(methods, times=times)}
    tree.write(root, suites, [tree.result_file("toybox", suites, measure)])
    results = load(root)
    assert not results.omissions
    return with_floor(measurements(results))


@pytest.fixture(scope="session")
def in_rounds(tmp_path_factory, tree):
    """Return measurements over rounds."""
    root = tmp_path_factory.mktemp("rounds") / "results"
    methods = ["LIF/loop", "SPSN-SB/scan", "floor/copy"]
    return _with_floor(root, tree, methods, [100, 316], asv_golden.in_rounds)


@pytest.fixture(scope="session")
def in_runs(tmp_path_factory, tree):
    """Return measurements of two runs."""
    root = tmp_path_factory.mktemp("runs") / "results"
    return _with_floor(root, tree, ["LIF/loop", "SPSN-SB/scan"], [100], asv_golden.in_runs)


@pytest.fixture(scope="session")
def epochs(tmp_path_factory, tree, run):
    """Render a tree of training epochs."""
    root = tmp_path_factory.mktemp("epochs")
    methods = list(asv_golden.EPOCH_SECONDS)
    suites = {"training_epoch": tree.params(methods, times=[100, 1000], batches=[64], depths=[3])}
    files = [tree.result_file("toybox", suites, asv_golden.epochs)]
    tree.write(root / "results", suites, files)
    return SimpleNamespace(done=run(root / "results", root / "out"), out=root / "out")


@pytest.fixture(scope="session")
def libraries(tmp_path_factory, tree):
    """Return results of the suite `peers`: ours, a library's, and an older run of the library."""
    from reports.read.tree import load

    suites = {"peers": tree.params(asv_golden.LAYERS, batches=[8, 64])}
    measure = asv_golden.peers
    ours = tree.result_file("toybox", suites, measure(1), date=1.7e12)
    norse = tree.result_file("toybox", suites, measure(3), date=1.8e12)
    norse["env_name"] = "virtualenv-py3.11-norse1.1.0"
    old = tree.result_file("toybox", suites, measure(9), commit="a" * 40, date=1.6e12)
    old["env_name"] = norse["env_name"]
    return load(tree.write(tmp_path_factory.mktemp("peers"), suites, [ours, norse, old]))


@pytest.fixture(scope="session")
def evil(tmp_path_factory, tree, run):
    """Render a tree whose names are hostile."""
    root = tmp_path_factory.mktemp("evil")
    methods = ["LIF/loop", "SPSN-SB/scan", "@x/$a_{$"]
    suites = {"sequence_length": tree.params(methods, times=[10, 20])}
    sampled = {"status": 0, "flags": 0, "forward_backward": [1.0, 1.1, 1.2]}
    data = tree.result_file(
        asv_golden.EVIL, suites, lambda suite, case: sampled, gpu="<b>gpu</b>", threads="-1"
    )
    done = run(tree.write(root / "results", suites, [data]), root / "out")
    return done, root / "out"


@pytest.fixture(scope="session")
def compared(tmp_path_factory, tree):
    """Compare two people's results: one name on two machines, and a GPU with a hostile name."""
    from reports.commands.report import main

    root = tmp_path_factory.mktemp("hardware")
    suites = {
        "neuron": tree.params(tree.SIDE_BY_SIDE, ["cpu", "cuda"], times=[10, 100], depths=[0])
    }
    fast = tree.machine(0.02, 3.0, ["cuda"])
    evil = "=<script>x"
    mine = [
        tree.result_file("lab", suites, tree.machine(2.0)),
        tree.result_file(evil, suites, fast, gpu="<b>GPU</b>", gpu_driver="1.0", torch="2.14.0"),
    ]
    theirs = [tree.result_file("lab", suites, tree.machine(1.0), cpu="another CPU")]
    folders = [
        str(tree.write(root / name, suites, files))
        for name, files in (("mine", mine), ("theirs", theirs))
    ]
    arguments = ["hardware", *folders, "--out", str(root / "out")]
    done = CliRunner().invoke(main, arguments, catch_exceptions=False)
    return done, root


@pytest.fixture(scope="session")
def paper(tmp_path_factory):
    """Render the paper's page of small golden experiments."""
    root = tmp_path_factory.mktemp("paper")
    return paper_tree.render(paper_tree.write(root / "results", *paper_tree.golden()), root / "out")
