"""A record that is there already is read; else its group is measured, in processes."""

import json
import os

import children
from helpers import BUDGET, make_case

from benchmarks.cases.budget import Budget
from benchmarks.instruments.bounded import PAUSE, Ending
from benchmarks.instruments.outcome import Flag, Status
from benchmarks.measure import interleave
from benchmarks.measure import recall as recall_module
from benchmarks.measure.recall import recall


def test_a_case_is_measured_once_and_announced(tmp_path, monkeypatch):
    progress = tmp_path / "progress"
    first = recall(make_case(), BUDGET, tmp_path, "forkserver", progress=progress)
    assert first["status"] == Status.OK
    monkeypatch.setattr(interleave, "run_bounded", None)
    assert recall(make_case(), BUDGET, tmp_path, progress=progress) == first
    (line,) = progress.read_text().splitlines()
    assert json.loads(line)["case"] == vars(make_case())
    assert not list(tmp_path.glob("*.tmp"))


def test_short_cases_of_a_group_are_measured_burst_by_burst(tmp_path, monkeypatch):
    cases = [make_case(f"{neuron}/scan") for neuron in ("SPSN-SB", "SPSN-GS")]
    # On a busy machine a burst lasts longer, and no round has more than the least.
    budget = Budget(seconds=0.2, limit=600, least=8, most=100, rounds=2)
    events, begin = [], interleave.run_bounded

    def listening(work, task, *more):
        for event in begin(work, task, *more):
            events.append((task.case.neuron, event))
            yield event

    monkeypatch.setattr(interleave, "run_bounded", listening)
    monkeypatch.setattr(interleave, "work", children.work_as_if_all_calls_were_short)
    recall(cases[0], budget, tmp_path, "forkserver", group=cases)
    pauses = [name for name, event in events if event == PAUSE]
    there, back = ["SPSN-SB", "SPSN-GS"], ["SPSN-GS", "SPSN-SB"]
    assert pauses == there * 4 + back * 4
    for case in cases:
        record = json.loads((tmp_path / f"{case.slug}.json").read_text())
        assert record["round"] == [1, 1, 1, 1, 2, 2, 2, 2]
        assert "pause" not in record
        assert not Flag(record["flags"]) & (Flag.FEW_ROUNDS | Flag.MEASURED_ALONE)


def test_a_real_case_has_a_process_for_each_round(tmp_path):
    case = make_case()
    budget = Budget(seconds=0.02, limit=600, least=2, most=4, rounds=2)
    record = recall(case, budget, tmp_path, "forkserver")
    assert set(record["round"]) == {1, 2}
    assert len(record["round"]) == len(record["forward_backward"])
    assert record["spike_rate"] > 0


def test_what_a_method_compiles_in_is_measured_once_for_every_t_and_batch(tmp_path, monkeypatch):
    asked = []

    def compiled(work, task, *_):
        asked.append(task.start_up)
        seconds = 12.0 if task.start_up is None else task.start_up
        yield {"rows": [[0.1, 0.1]], "warm": True, "flags": 0, "start_up": seconds}
        yield Ending(stopped=False, exitcode=0)

    monkeypatch.setattr(interleave, "run_bounded", compiled)
    for time_steps, batch, units in ((10, 2, 3), (100, 2, 3), (100, 4, 3), (100, 4, 6)):
        case = make_case("LIF/compile", time_steps, batch=batch, units=units)
        budget = Budget(seconds=0.1, limit=60, rounds=1)
        assert recall(case, budget, tmp_path)["start_up"] == 12.0
    assert asked == [None, 12.0, 12.0, None]


def test_a_method_that_passed_the_gate_is_not_sent_through_it_at_another_batch_size(
    tmp_path, monkeypatch
):
    asked = []

    def passed(work, task, *_):
        asked.append(task.passed)
        flags = int(Flag.INEXACT_AS_PUBLISHED) if task.case.method == "published_fft" else 0
        yield {"rows": [[0.1, 0.1]], "warm": True, "flags": flags}
        yield Ending(stopped=False, exitcode=0)

    monkeypatch.setattr(interleave, "run_bounded", passed)
    budget = Budget(seconds=0.1, limit=60, rounds=1)
    for name in ("SPSN-SB/scan", "SPSN-SB/published_fft"):
        for time_steps, batch, depth in ((10, 2, 1), (10, 4, 3), (20, 4, 3)):
            recall(make_case(name, time_steps, batch=batch, depth=depth), budget, tmp_path)
    assert asked == [None, False, None, None, True, None]


def test_another_librarys_method_is_compared_once_for_every_batch_size(tmp_path, monkeypatch):
    found, asked = {"keeps_reset": 1, "membrane_error": 1e-6, "same_trains": 1.0}, []

    def compared(work, task, *_):
        asked.append(task.comparison)
        yield {"rows": [[0.1, 0.1]], "warm": True, "flags": 0, **found}
        yield Ending(stopped=False, exitcode=0)

    monkeypatch.setattr(interleave, "run_bounded", compared)
    budget = Budget(seconds=0.1, limit=60, rounds=1)
    for time_steps, batch in ((10, 2), (10, 4), (20, 4)):
        case = make_case("Norse-LIF/unbind", time_steps, "peers", batch=batch)
        assert recall(case, budget, tmp_path).items() >= found.items()
    assert asked == [None, found, None]


def test_a_method_that_failed_is_sent_through_the_gate_again(tmp_path, monkeypatch):
    asked = []

    def fail(work, task, *_):
        asked.append(task.passed)
        yield {"status": int(Status.WRONG_ANSWER), "reason": "off by 1"}
        yield Ending(stopped=False, exitcode=0)

    monkeypatch.setattr(interleave, "run_bounded", fail)
    for batch in (2, 4):
        recall(make_case(batch=batch), BUDGET, tmp_path)
    assert asked == [None, None]


def test_the_processes_of_every_second_round_are_executed_anew(tmp_path, monkeypatch):
    begun, begin = [], recall_module.begin

    def listening(task, start_method):
        begun.append((start_method, os.environ["SPSN_PADDING"], os.environ["PYTHONHASHSEED"]))
        return begin(task, "forkserver")

    monkeypatch.setenv("PYTHONHASHSEED", "0")
    monkeypatch.setenv("SPSN_PADDING", "x")
    monkeypatch.setattr(recall_module, "begin", listening)
    budget = Budget(seconds=0.02, limit=600, least=2, most=4, rounds=5, executed=2)
    recall(make_case(), budget, tmp_path)
    assert [method for method, *_ in begun] == [None, "spawn", None, "spawn", None]
    layouts = [layout for _, *layout in begun]
    assert layouts[0] == ["x", "0"] != layouts[1]
    assert layouts[1] == layouts[2] != layouts[3] == layouts[4]


def test_a_case_is_measured_by_processes_that_are_executed_anew(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONHASHSEED", "0")
    monkeypatch.setenv("SPSN_PADDING", "x")
    budget = Budget(seconds=0.02, limit=600, least=2, most=4, rounds=1, executed=1)
    record = recall(make_case(), budget, tmp_path)
    assert record["status"] == Status.OK
    assert len(record["forward_backward"]) >= 2
