"""What is shown is the latest of each suite and library."""

import pandas as pd
from click.testing import CliRunner

from reports.commands.report import main
from reports.read.tree import load
from reports.tables.floor import with_floor
from reports.tables.latest import dated, latest
from reports.tables.measurements import measurements


def frames(tree, root, files, suites):
    return with_floor(measurements(load(tree.write(root, suites, files))))


def timed(seconds):
    return lambda suite, case: {"status": 0, "flags": 0, "forward": [seconds, seconds]}


def test_a_sweep_of_one_suite_leaves_the_others_as_they_were(tree, tmp_path):
    methods = ["LIF/loop", "SPSN-SB/scan"]
    suites = {
        "sequence_length": tree.params(methods, times=(100, 1000)),
        "depth": tree.params(methods, times=(1000,), depths=(1, 2)),
    }

    def measure(seconds):
        return lambda suite, case: {
            "status": 0,
            "forward_backward": [seconds * (1 + (case["neuron_method"] == "LIF/loop"))] * 5,
        }

    older, newer = "a" * 40, "b" * 40
    files = [
        tree.result_file("m", suites, measure(1.0), commit=older, date=1),
        tree.result_file("m", {"depth": suites["depth"]}, measure(3.0), commit=newer, date=2),
    ]
    results = tree.write(tmp_path / "results", suites, files)
    shown = latest(with_floor(measurements(load(results)))).groupby("suite")
    assert {k: set(v["commit"]) for k, v in shown} == {"sequence_length": {older}, "depth": {newer}}
    done = CliRunner().invoke(main, ["--results", str(results), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert "SPSN-SB (scan) is 2.00\u00d7" in done.output
    plots = {path.stem for path in (tmp_path / "out" / "plots").rglob("*.png")}
    assert {"sequence_length-speedup", "depth-speedup"} <= plots


def test_a_library_measured_anew_leaves_the_others_as_they_were(tree, tmp_path):
    suites = {"peers": tree.params(["LIF/loop"])}
    measured = {
        "virtualenv-py3.11-norse1.1.0-torch2.13.0": ("a" * 40, 1),
        "virtualenv-py3.11-sinabs3.1.3-torch2.13.0": ("a" * 40, 1),
        "virtualenv-py3.11-norse1.2.0-torch2.13.1": ("b" * 40, 2),
    }
    files = [
        tree.result_file("m", suites, timed(1.0), commit=commit, date=date) | {"env_name": env}
        for env, (commit, date) in measured.items()
    ]
    shown = latest(frames(tree, tmp_path, files, suites))
    assert set(shown["env"]) == set(measured) - {"virtualenv-py3.11-norse1.1.0-torch2.13.0"}


def test_a_table_tells_the_day_and_whether_its_commit_is_the_latest():
    rows = pd.DataFrame(
        {"run": [0, 1, 2], "suite": "depth", "device": "cpu", "date": [0, 86_400_000, 1e300]}
    )
    known = pd.DataFrame({"run": [2], "suite": ["depth"], "profile": ["quick; standard"]})
    found = dated(rows, rows[rows["run"] == 1], known)
    assert found["date"].fillna("").tolist() == ["1970-01-01", "1970-01-02", ""]
    assert found["latest"].tolist() == [False, True, False]
    assert found["profile"].fillna("").tolist() == ["", "", "quick; standard"]


def test_the_tables_hold_every_commit_only_if_asked(report, tmp_path):
    def commits(out):
        names = "measurements", "speedup", "verdict", "standings"
        return [set(pd.read_csv(out / f"{name}.csv")["commit"]) for name in names]

    assert [len(found) for found in commits(report.out)] == [1] * 4
    arguments = ["--results", str(report.results), "--out", str(tmp_path), "--all"]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    assert [len(found) for found in commits(tmp_path)] == [2] * 4
    told = pd.read_csv(tmp_path / "measurements.csv")
    assert set(told[told["latest"]]["commit"]) == commits(report.out)[0]
