"""Measuring without asv into a file, and the results that are made of it."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import portable
from benchmarks.__main__ import main
from benchmarks.workloads.layers import Case
from benchmarks.drive.checkout import ROOT, head_commit
from benchmarks.drive.error import DriverError
from benchmarks.cases.grid import PROFILES, Profile
from benchmarks.instruments.bounded import Ending
from benchmarks.instruments.outcome import Status
from benchmarks.standalone.take import take
from reports.read.tree import load

FACTS = {"machine": "bare", "cpu": "some", "num_cpu": "2", "threads": "2"}
TINY = Profile(
    replace(PROFILES["smoke"].budget, rounds=2, least=2, most=4, stored=4),
    {"sequence_length": {"time_steps": [100], "batch": [1], "neuron_method": ["LIF/loop"]}},
)


@pytest.fixture
def tiny(monkeypatch):
    monkeypatch.setitem(PROFILES, "tiny", TINY)


def measure(path, seconds=600.0, profile="tiny"):
    # Spawned: this process has run torch operations, whose threads a fork does not have.
    return portable.measure(path, FACTS, profile, ["sequence_length"], "cpu", seconds, "spawn")


def test_rounds_are_lines_that_become_results(tmp_path, tiny, monkeypatch):
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
    read = load(results)
    assert not read.problems
    (run,) = read.runs
    assert run.machine == "bare"
    ((_, cell),) = [
        (case, cell)
        for case, cell in run.suites["sequence_length"]["forward_backward"].items()
        if cell.samples
    ]
    _, _, rounds = portable.read(path)
    ((_, records),) = rounds.items()
    assert cell.samples == tuple(s for r in records for s in r["forward_backward"])
    first = written.read_text()
    take(path, results, "HEAD")
    assert json.loads(written.read_text()) == json.loads(first)


def test_results_are_saved_under_the_commit_that_was_measured_or_not_at_all(
    tmp_path, tiny, monkeypatch
):
    path = tmp_path / "bare.jsonl"
    monkeypatch.setattr(portable, "package_digest", lambda root: "other")
    measure(path, seconds=0.0)
    with pytest.raises(DriverError, match=r"is not the one that was measured.*--commit"):
        take(path, ROOT / "results", "HEAD")


def test_a_file_of_other_code_or_another_profile_is_not_gone_on_with(tmp_path, tiny, monkeypatch):
    path = tmp_path / "bare.jsonl"
    measure(path, seconds=0.0)
    with pytest.raises(DriverError, match="begun with another profile: 'tiny', now 'smoke'"):
        measure(path, profile="smoke")
    monkeypatch.setattr(portable, "package_digest", lambda root: "other")
    with pytest.raises(DriverError, match="begun with another package"):
        measure(path)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "is no file of"),
        ('{"portable": 99}\n', "format 1"),
        ('{"portable": 1}\n{"case"\n{"gates": []}\n', "line 2, is damaged"),
        ('{"portable": 1}\n{"case": [1]}\n', "no round of a case"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path, text, complaint, capsys):
    path = tmp_path / "bare.jsonl"
    path.write_text(text)
    assert main(["take", str(path), "--results", str(tmp_path)]) == 1
    assert complaint in capsys.readouterr().err


def test_a_line_that_was_cut_off_is_measured_anew(tmp_path, tiny):
    path = tmp_path / "bare.jsonl"
    measure(path, seconds=0.0)
    with path.open("a") as file:
        file.write('{"case": ["sequence_le')
    _, gates, rounds = portable.read(path)
    assert gates
    assert not rounds
    measure(path)
    assert len(path.read_text().splitlines()) == 4
    assert portable.read(path)[2]


def test_a_file_that_is_not_there_is_named(tmp_path, capsys):
    assert main(["take", str(tmp_path / "none"), "--results", str(tmp_path)]) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_a_case_that_ends_its_process_does_not_take_the_others_with_it(monkeypatch):
    cases = [
        Case("sequence_length", "LIF/loop", "cpu", steps, 1, 128, 1, "float32") for steps in (1, 2)
    ]
    tasks = [portable.Task(case, TINY.budget, False) for case in cases]
    runs = [
        [{"phase": "beginning"}, {"phase": "calling"}, Ending(False, -11)],
        [{"phase": "beginning"}, {"warm": True, "rows": [[1.0, 2.0]]}, {"done": True}],
    ]
    started = []

    def run_bounded(work, left, limit, start_method):
        started.append(len(left))
        yield from runs[len(started) - 1]

    monkeypatch.setattr(portable, "run_bounded", run_bounded)
    found = dict(portable._measure(tasks, float("inf")))
    assert started == [2, 1]
    assert found[cases[0]]["status"] == Status.KILLED
    assert found[cases[1]]["forward_backward"] == [3.0]


def test_a_wrong_method_is_not_timed(tmp_path, tiny, monkeypatch):
    wrong = f"{int(Status.WRONG_ANSWER)} off by 1"
    monkeypatch.setattr(
        portable,
        "_pass_gates",
        lambda cases, _: {(c.neuron_method, c.time_steps): (None, wrong) for c in cases},
    )
    path = tmp_path / "bare.jsonl"
    assert measure(path)
    _, _, rounds = portable.read(path)
    ((record,),) = rounds.values()
    assert record["status"] == Status.WRONG_ANSWER
    assert "forward_backward" not in record


def test_the_portable_profile_leaves_out_what_takes_minutes():
    chosen = PROFILES["portable"]
    listed = portable.groups(chosen, ["neuron", "sequence_length", "batch_size"], "cuda")
    cases = [case for group in listed for case in group]
    assert {case.time_steps for case in cases if case.method == "loop"} == {100, 1000, 10_000}
    assert max(case.time_steps for case in cases if case.method == "cuda_graph") == 1000
    assert max(case.time_steps for case in cases) == 1_000_000
    assert {case.batch for case in cases if case.time_steps == 1_000_000} == {1}
    assert len(cases) < 200
    for group in listed:
        assert len({(c.suite, c.time_steps, c.batch, c.depth) for c in group}) == 1


def test_the_code_that_was_measured_has_a_name(tmp_path: Path):
    (tmp_path / "spsn_ref").mkdir()
    before = portable.package_digest(tmp_path)
    (tmp_path / "spsn_ref" / "new.py").write_text("1")
    assert portable.package_digest(tmp_path) != before
