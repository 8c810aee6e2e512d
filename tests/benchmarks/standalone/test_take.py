"""A file of rounds becomes results of the commit that was measured, or none."""

import json
import shutil

import pytest

from benchmarks.__main__ import main
from benchmarks.drive.checkout import ROOT, head_commit
from benchmarks.drive.error import DriverError
from benchmarks.standalone import portable
from benchmarks.standalone.file import read
from benchmarks.standalone.take import take
from reports.read.tree import load


def test_rounds_are_lines_that_become_results(tmp_path, measure, monkeypatch):
    path, results = tmp_path / "bare.jsonl", tmp_path / "results"
    assert not measure(path, seconds=0.0)  # the gates alone
    assert measure(path)
    kinds = [next(iter(json.loads(line))) for line in path.read_text().splitlines()]
    assert kinds == ["portable", "gates", "case", "case"]
    assert measure(path)  # all is there
    assert len(path.read_text().splitlines()) == 4

    results.mkdir()
    shutil.copy(ROOT / "results" / "benchmarks.json", results)
    monkeypatch.setattr("benchmarks.standalone.take._demand_the_commit", lambda *_: None)
    written = take(path, results, "HEAD")
    assert written.name.startswith(head_commit()[:8])
    loaded = load(results)
    assert not loaded.omissions
    (run,) = loaded.runs
    assert run.machine == "bare"
    ((_, cell),) = [
        (case, cell)
        for case, cell in run.suites["sequence_length"]["forward_backward"].items()
        if cell.samples
    ]
    _, _, rounds = read(path)
    ((_, records),) = rounds.items()
    assert cell.samples == tuple(s for r in records for s in r["forward_backward"])
    first = written.read_text()
    take(path, results, "HEAD")
    assert json.loads(written.read_text()) == json.loads(first)


def test_results_are_saved_under_the_commit_that_was_measured_or_not_at_all(
    tmp_path, measure, gates_here, monkeypatch
):
    path = tmp_path / "bare.jsonl"
    monkeypatch.setattr(portable, "package_digest", lambda root: "other")
    measure(path, seconds=0.0)
    with pytest.raises(DriverError, match=r"is not the one that was measured.*--commit"):
        take(path, ROOT / "results", "HEAD")


def test_a_file_that_is_not_there_is_named(tmp_path, capsys):
    assert main(["take", str(tmp_path / "none"), "--results", str(tmp_path)]) == 1
    assert "cannot be read" in capsys.readouterr().err
