"""Benchmarks without results are left out of the dashboard."""

import json

import pytest

from benchmarks.drive.dashboard.measured import copy_measured
from benchmarks.drive.error import DriverError


def _results(folder, versions):
    """Write results of benchmarks "a.A.track_time" and so on, whose versions are given.

    Args:
        folder: of the results.
        versions: name -> (version described, version measured; None: not measured).
    """
    machine = folder / "box"
    machine.mkdir(parents=True)
    (machine / "machine.json").write_text(json.dumps({"machine": "box", "version": 1}))
    described = {
        name: {"name": name, "version": version, "unit": "s", "param_names": [], "params": []}
        for name, (version, _) in versions.items()
    }
    (folder / "benchmarks.json").write_text(json.dumps({**described, "version": 2}))
    content = {
        **{"commit_hash": "0" * 40, "env_name": "env", "date": 0, "python": "3.11"},
        **{"params": {"machine": "box"}, "requirements": {}, "env_vars": {}, "durations": {}},
        "version": 2,
        "result_columns": ["result", "params", "version"],
        "results": {
            name: [[1.0], [], measured]
            for name, (_, measured) in versions.items()
            if measured is not None
        },
    }
    (machine / "00000000-env.json").write_text(json.dumps(content))


def test_only_what_has_results_is_described(tmp_path):
    pytest.importorskip("asv")
    versions = {"a.A.track_time": ("2", "2"), "b.B.track_time": ("2", None)}
    _results(tmp_path / "results", {**versions, "c.C.track_time": ("2", "1")})
    (tmp_path / "results" / "box" / "paper").mkdir()
    copy_measured(tmp_path / "results", tmp_path / "copy")
    described = json.loads((tmp_path / "copy" / "benchmarks.json").read_text())
    assert set(described) == {"a.A.track_time", "version"}
    kept = {path.name for path in (tmp_path / "copy").glob("*/*")}
    assert kept == {"machine.json", "00000000-env.json"}


def test_a_dashboard_of_nothing_is_refused(tmp_path):
    pytest.importorskip("asv")
    with pytest.raises(DriverError, match=r"benchmarks\.json.*give a folder that `asv run` has"):
        copy_measured(tmp_path, tmp_path / "copy")
    _results(tmp_path / "results", {"a.A.track_time": ("2", "1")})
    with pytest.raises(DriverError, match="holds no results of what its benchmarks"):
        copy_measured(tmp_path / "results", tmp_path / "copy")


def test_bookkeeping_is_no_benchmark_of_the_dashboard(tmp_path):
    pytest.importorskip("asv")
    names = ("a.A.track_time", "a.A.track_status", "a.A.track_flags", "a.A.track_round")
    _results(tmp_path / "results", dict.fromkeys(names, ("2", "2")))
    copy_measured(tmp_path / "results", tmp_path / "copy")
    described = json.loads((tmp_path / "copy" / "benchmarks.json").read_text())
    assert set(described) == {"a.A.track_time", "version"}


def test_of_the_parameters_those_with_results_are_described(tmp_path):
    """Results may have been written when an axis was shorter."""
    pytest.importorskip("asv")
    names = ("a.A.track_time", "a.A.track_skipped")
    _results(tmp_path / "results", dict.fromkeys(names, ("2", "2")))
    axes = [["'x'", "'y'", "'z'"], ["1", "2", "4"]]
    described_at = tmp_path / "results" / "benchmarks.json"
    described = json.loads(described_at.read_text())
    measured_at = tmp_path / "results" / "box" / "00000000-env.json"
    measured = json.loads(measured_at.read_text())
    for name in names:
        described[name] |= {"params": axes, "param_names": ["method", "T"]}
    shorter = [axes[0][:2], axes[1][:2]]
    measured["results"] = {
        names[0]: [[None, 0.5, None, float("nan")], shorter, "2"],
        names[1]: [[None] * 4, shorter, "2"],
    }
    described_at.write_text(json.dumps(described))
    measured_at.write_text(json.dumps(measured))
    copy_measured(tmp_path / "results", tmp_path / "copy")
    found = json.loads((tmp_path / "copy" / "benchmarks.json").read_text())
    assert set(found) == {names[0], "version"}
    assert found[names[0]]["params"] == [["'x'"], ["2"]]
