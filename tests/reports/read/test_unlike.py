"""Journals of runs: read, checked, and runs on a machine of another speed told apart."""

import json
from types import SimpleNamespace

import asv_golden
import pytest

from reports.read.tree import load
from reports.read.unlike import clusters
from reports.tables.measurements import joined
from reports.tables.runs import RUN_COLUMNS, profiles, runs

COMMIT = "6d115e37" + "0" * 32


def journal(run, python, minute=0):
    lines = [
        {
            "at": f"2026-11-26T10:{minute + n:02}:00+00:00",
            "suite": "sequence_length",
            "seconds": {"product": 0.002, "copy": 0.01, "python": python * factor},
        }
        for n, factor in enumerate((1.0, 1.1, 1.2))
    ]
    return {
        **{"version": 1, "commit": COMMIT, "run": run, "profile": "quick"},
        **{"suites": ["sequence_length"], "neuron_methods": [], "provenance": {"numba": "<0.66>"}},
        "references": lines,
    }


@pytest.fixture
def two(tmp_path, tree):
    """A tree of two runs, and a function that writes a journal of one."""
    root = tmp_path / "results"
    suites = {"sequence_length": tree.params(["LIF/loop", "SPSN-SB/scan"], times=[100])}
    tree.write(root, suites, [tree.result_file("toybox", suites, asv_golden.in_runs)])
    folder = root / "toybox" / "sweeps"
    folder.mkdir()

    def note(content):
        (folder / f"{content['run']}.json").write_text(json.dumps(content))

    return SimpleNamespace(root=root, folder=folder, note=note)


def medians(root):
    rows = joined([load(root)]).query("neuron == 'LIF' and quantity == 'forward'")
    return {row["machine"]: (row["runs"], row["median"]) for _, row in rows.iterrows()}


def test_alike_runs_are_joined(two):
    for run, python in ((1, 0.001), (2, 0.0019)):
        two.note(journal(run, python))
    ((machine, (count, _)),) = medians(two.root).items()
    assert (machine, count) == ("toybox", 2)


def test_a_run_on_a_machine_twice_as_slow_is_another_machines(two):
    for run, python in ((1, 0.001), (2, 0.0021)):
        two.note(journal(run, python))
    found = medians(two.root)
    assert set(found) == {"toybox", "toybox (run 2)"}
    assert [count for count, _ in found.values()] == [1, 1]
    assert found["toybox (run 2)"][1] == pytest.approx(2 * found["toybox"][1])


def test_each_suite_is_told_by_which_profiles_it_was_measured(two):
    assert profiles(load(two.root)).empty
    two.note(journal(1, 0.001))
    two.note(journal(2, 0.0021) | {"profile": "standard"})
    results = load(two.root)
    joined([results])  # the second run is told apart
    found = profiles(results)
    assert found["run"].tolist() == list(range(len(results.runs))) == [0, 1]
    assert set(found["suite"]) == {"sequence_length"}
    assert set(found["profile"]) == {"quick; standard"}


def test_a_run_without_a_journal_is_taken_for_alike(two):
    two.note(journal(2, 5.0))
    assert set(medians(two.root)) == {"toybox"}


def test_each_joins_the_first_that_is_like_it():
    speeds = {1: {"a": 1.0}, 2: {"a": 2.5}, 3: {"a": 1.9}, 4: {"a": 3.5, "b": 1.0}, 5: {}}
    assert clusters(speeds) == [[1, 3, 5], [2, 4]]


def test_a_row_for_each_run(two):
    two.note(journal(1, 0.001))
    two.note(journal(2, 0.001, minute=30))
    table = runs(load(two.root))
    assert list(table.columns) == RUN_COLUMNS
    assert list(table["run"]) == [1, 2]
    first = table.iloc[0]
    assert (first["minutes"], first["groups"]) == (2, 3)
    assert first["python_seconds"] == pytest.approx(0.0011)
    assert first["python_drift"] == pytest.approx(1.18 / 1.02)
    assert first["product_drift"] == 1
    assert not first["drifted"]


def test_the_page_escapes_what_a_process_saw(two, run, tmp_path):
    two.note(journal(1, 0.001))
    done = run(two.root, tmp_path / "out")
    assert (done.exit_code, done.stderr) == (0, "")
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "&lt;0.66&gt;" in page
    assert "<0.66>" not in page
    assert (tmp_path / "out" / "runs.csv").exists()


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ({"references": []}, "references"),
        ({"version": 7}, "has file version 7"),
        ({"run": 0}, "run"),
        ({"provenance": {"a": 1}}, "provenance.a"),
    ],
)
def test_a_damaged_journal_is_named_and_left_out(two, damage, told):
    two.note(journal(1, 0.001) | damage)
    results = load(two.root)
    (omission,) = results.omissions
    assert told in str(omission)
    assert not results.journals


@pytest.mark.parametrize("at", ["yesterday", "2026-11-26T10:00:00"])
def test_a_time_that_is_none_is_refused(two, at):
    content = journal(1, 0.001)
    content["references"][0]["at"] = at
    two.note(content)
    (omission,) = load(two.root).omissions
    assert "references.0.at" in str(omission)
