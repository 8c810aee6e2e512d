"""A sweep without asv, whole or in parts: measured, gone on with, saved."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from trees import FACTS

from benchmarks.__main__ import main
from benchmarks.cases.profiles import PROFILES, Profile
from benchmarks.cases.selection import select
from benchmarks.commands import bench as command
from benchmarks.drive import checkout
from benchmarks.drive.checkout import ROOT, Measured, package_digest
from benchmarks.drive.error import DriverError
from benchmarks.standalone.bench import measure
from benchmarks.standalone.bench import sweep as module
from benchmarks.standalone.bench.merge import merge, parts_of
from benchmarks.standalone.bench.parts import Part
from benchmarks.standalone.bench.sweep import Wanted, sweep
from reports.read.tree import load

TINY = Profile(
    replace(PROFILES["smoke"].budget, limit=600, rounds=1, least=2, most=4, stored=4),
    {
        "sequence_length": {
            "time_steps": [100, 178],
            "batch": [1],
            "neuron_method": ["LIF/loop", "SPSN-SB/scan"],
        }
    },
    "seconds",
)


@pytest.fixture
def wanted(tmp_path, monkeypatch):
    monkeypatch.setitem(PROFILES, "tiny", TINY)
    measured = Measured("0123456789" * 4, 1_700_000_000, package_digest(ROOT))
    cases = select("tiny", ["sequence_length"], ["cpu"])
    return Wanted(tmp_path / "results", FACTS, measured, "tiny", cases)


def run(wanted, **options):
    return list(sweep(wanted, start_method="forkserver", **options))


def cells(tree, quantity="forward_backward"):
    loaded = load(tree)
    assert not loaded.omissions
    (one,) = loaded.runs
    found = one.suites["sequence_length"][quantity].items()
    return {
        (f"{key.neuron}/{key.method}", key.T): cell.samples for key, cell in found if cell.samples
    }


ALL = {(name, steps) for name in ("LIF/loop", "SPSN-SB/scan") for steps in (100, 178)}


def test_a_sweep_is_saved_and_a_second_is_another_run(wanted):
    lines = run(wanted)
    assert lines[0].startswith("run 1 of 01234567: 4 cases of profile tiny on m")
    assert sum("ms" in line for line in lines) == 4
    first = cells(wanted.results)
    assert first.keys() == ALL
    assert list((wanted.results / "m" / "sweeps").iterdir())
    assert run(wanted)[0].startswith("run 2 of")
    second = cells(wanted.results)
    assert all(second[key][: len(first[key])] == first[key] for key in ALL)
    assert {*cells(wanted.results, "run")["LIF/loop", 100]} == {1.0, 2.0}
    assert not list((wanted.results / ".unfinished").iterdir())


def test_parts_are_measured_apart_and_are_the_whole_together(wanted):
    for number in (1, 2):
        lines = run(replace(wanted, part=Part(number, 2)))
        assert f"part {number} of 2: 2 cases" in lines[0]
    assert not (wanted.results / "benchmarks.json").exists()
    merge(parts_of(wanted.results), wanted.results)
    assert cells(wanted.results).keys() == ALL
    assert len(list((wanted.results / "m" / "sweeps").iterdir())) == 2


def test_a_part_without_a_group_ends_well(wanted):
    lines = run(replace(wanted, part=Part(3, 3)))
    assert "nothing to measure" in lines[-1]


def test_a_sweep_that_was_stopped_goes_on(wanted, monkeypatch):
    recall, asked = measure.recall, []

    def stopped(case, *arguments, **options):
        if case.time_steps == 178:
            raise KeyboardInterrupt
        return recall(case, *arguments, **options)

    monkeypatch.setattr(measure, "recall", stopped)
    with pytest.raises(KeyboardInterrupt):
        run(wanted)
    (folder,) = (wanted.results / ".unfinished").iterdir()
    kept = {path.name: path.read_text() for path in (folder / "records").glob("*.json")}
    assert len(kept) == 2

    def counted(case, *arguments, **options):
        path = folder / "records" / f"{case.slug}.json"
        if path.name in kept:
            asked.append(path.read_text() == kept[path.name])
        return recall(case, *arguments, **options)

    monkeypatch.setattr(measure, "recall", counted)
    run(wanted)
    assert all(asked)
    assert cells(wanted.results).keys() == ALL


def test_what_goes_on_keeps_its_plan_though_the_journals_grew(wanted, monkeypatch):
    monkeypatch.setattr(
        measure, "recall", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt)
    )
    part = replace(wanted, part=Part(1, 2))
    with pytest.raises(KeyboardInterrupt):
        run(part)
    (plan,) = part.tree.glob(".unfinished/*/plan.json")
    before = plan.read_text()
    monkeypatch.setattr(module, "share_out", lambda *_: pytest.fail("planned anew"))
    with pytest.raises(KeyboardInterrupt):
        run(part)
    assert plan.read_text() == before
    plan.write_text("{")
    with pytest.raises(DriverError, match=r"plan\.json is damaged"):
        run(part)


def test_another_spsn_ref_is_not_saved_under_the_commit(wanted):
    other = replace(wanted.measured, package="other")
    with pytest.raises(DriverError, match=r"is not that of 01234567.*--commits"):
        run(replace(wanted, measured=other))


def test_a_full_disk_is_told_and_nothing_is_lost(wanted, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "save", full)
    with pytest.raises(DriverError, match=r"No space left on device.*the same command goes on"):
        run(wanted)
    monkeypatch.undo()
    monkeypatch.setitem(PROFILES, "tiny", TINY)
    lines = run(wanted)
    assert cells(wanted.results).keys() == ALL
    assert not any("ms" in line for line in lines)  # nothing was measured again


def test_a_users_own_neuron_joins_every_group_of_a_layer():
    parser_options = ["--profile", "standard", "--neuron", "my:leaky"]
    from benchmarks.__main__ import _parser

    options = _parser().parse_args(["bench", *parser_options])
    cases = command.cases_of(options, ["cpu"])
    own = {case.suite for case in cases if case.neuron_method == "my:leaky/custom"}
    assert own == {"sequence_length", "batch_size", "depth", "neuron", "lanes"}
    assert {"training_epoch"} < {case.suite for case in cases}


def test_commits_are_measured_one_after_the_other(monkeypatch, capsys):
    started = []
    monkeypatch.setattr(command, "commits_of", lambda names: ["a" * 40, "b" * 40])

    class Done:
        def __init__(self, arguments, check):
            started.append(arguments)
            self.returncode = int(arguments[arguments.index("--commits") + 1][0] == "b")

    monkeypatch.setattr(command.subprocess, "run", Done)
    assert main(["bench", "--commits", "A..B", "--part", "1/2", "--profile", "smoke"]) == 1
    assert [one[one.index("--part") + 1] for one in started] == ["1/2", "1/2"]
    assert "not measured, the reason is above: bbbbbbbb" in capsys.readouterr().out


def test_commits_are_listed_from_the_oldest_on():
    head = checkout.head_commit()
    assert checkout.commits_of("HEAD") == [head]
    with pytest.raises(DriverError, match="no commit of B that A has not"):
        checkout.commits_of("HEAD..HEAD")
    with pytest.raises(DriverError, match="names no commit"):
        checkout.commits_of("nonsense..HEAD")


def test_a_wheel_is_named_by_its_files(monkeypatch, tmp_path):
    folder = tmp_path / "spsn_ref"
    folder.mkdir()
    (folder / "__init__.py").write_text("a = 1\n")
    monkeypatch.setattr(checkout, "ROOT", tmp_path)
    one = checkout.installed()
    assert len(one.commit) == 40
    (folder / "__init__.py").write_text("a = 2\n")
    assert checkout.installed().commit != one.commit


def test_a_journal_of_a_part_counts_the_nodes_and_names_none(wanted, monkeypatch):
    monkeypatch.setenv("SLURMD_NODENAME", "secret-node")
    run(wanted)
    (path,) = Path(wanted.results / "m" / "sweeps").iterdir()
    assert {line["node"] for line in json.loads(path.read_text())["references"]} == {1}
    assert not any("secret" in path.read_text() for path in wanted.results.rglob("*.json"))
