"""Measuring a bare machine: many cases in one process, each with its own end."""

from helpers import BUDGET, make_case

from benchmarks.instruments.bounded import Ending
from benchmarks.instruments.outcome import Status
from benchmarks.measure import gate
from benchmarks.measure.round import Task
from benchmarks.standalone import portable
from benchmarks.standalone.file import Verdict, read


def test_a_case_that_ends_its_process_does_not_take_the_others_with_it(monkeypatch):
    cases = [make_case("LIF/loop", steps) for steps in (1, 2)]
    tasks = [Task(case, BUDGET, False) for case in cases]
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


def test_a_wrong_method_is_not_timed(tmp_path, measure, monkeypatch):
    wrong = Verdict(None, Status.WRONG_ANSWER, "off by 1")
    monkeypatch.setattr(
        portable,
        "_pass_gates",
        lambda cases, _: {gate.compared(case): wrong for case in cases},
    )
    path = tmp_path / "bare.jsonl"
    assert measure(path)
    _, _, rounds = read(path)
    ((record,),) = rounds.values()
    assert record["status"] == Status.WRONG_ANSWER
    assert "forward_backward" not in record


def test_what_took_long_in_the_round_before_comes_last():
    cases = [make_case("LIF/loop", steps) for steps in (1, 2, 3, 4)]
    tasks = [Task(case, BUDGET, False) for case in cases]
    rounds = {case: [{"spent": spent}] for case, spent in zip(cases, (9.0, 0.3, 0.7), strict=False)}
    found = portable._slow_last(tasks, rounds)
    assert [task.case.time_steps for task in found] == [2, 4, 1, 3]


def test_the_portable_profile_leaves_out_what_takes_minutes():
    suites = ["neuron", "sequence_length", "batch_size"]
    listed = portable.affordable_groups("portable", suites, "cuda")
    cases = [case for group in listed for case in group]
    assert {case.time_steps for case in cases if case.method == "loop"} == {100, 1000, 10_000}
    assert max(case.time_steps for case in cases if case.method == "cuda_graph") == 1000
    assert max(case.time_steps for case in cases) == 1_000_000
    assert {case.batch for case in cases if case.time_steps == 1_000_000} == {1}
    assert len(cases) < 200
    for group in listed:
        assert len({(c.suite, c.time_steps, c.batch, c.depth) for c in group}) == 1
