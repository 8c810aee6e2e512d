"""Rounds: in turns, there and back, resumed after a kill, joined to one record."""

import json

import pytest

from benchmarks import grid, runner
from benchmarks import suite as suite_module
from benchmarks.workloads.layers import Case
from benchmarks.measure.interleave import combine, goes_on, run_heat
from benchmarks.instruments.bounded import REST
from benchmarks.instruments.clock import Budget
from benchmarks.instruments.files import write_json
from benchmarks.instruments.outcome import Flag, Status
from benchmarks.sequence_length import SequenceLength

BUDGET = Budget(seconds=1, limit=10, least=3, rounds=3)
SPSNS = ("SPSN-SB", "SPSN-GS")
CASES = [Case("depth", name, "cpu", 50, 2, 8, 1, "float32") for name in ("a/1", "b/2", "c/3")]


def one_round(seconds=(1.0,), status=Status.OK, spent=0.1, flags=0, reason=""):
    record = {"status": int(status), "flags": int(flags), "reason": reason, "spent": spent}
    if seconds:
        record |= {name: list(seconds) for name in ("forward", "backward", "forward_backward")}
    return record


class Track:
    """Measures nothing, and remembers who was measured when, and what was announced."""

    def __init__(self, **rounds):
        self.rounds, self.measured, self.announced = rounds, [], []
        self.stop_after = None

    def run_round(self, cases, thorough):
        for case in cases:
            if len(self.measured) == self.stop_after:
                raise KeyboardInterrupt
            self.measured.append(case.neuron + ("!" if thorough else ""))
            yield case, self.rounds.get(case.neuron, one_round())

    def keep(self, path, content, case, record):
        write_json(path, content)
        if record is not None:
            self.announced.append(case.neuron)


def test_cases_take_turns_there_and_back_and_only_the_first_round_is_thorough(tmp_path):
    track = Track()
    run_heat(CASES, BUDGET, tmp_path, track.run_round, track.keep)
    assert track.measured == ["a!", "b!", "c!", "c", "b", "a", "a", "b", "c"]
    assert track.announced == ["a", "b", "c"]
    assert {path.name for path in tmp_path.iterdir()} == {f"{case.slug}.json" for case in CASES}
    record = json.loads((tmp_path / f"{CASES[0].slug}.json").read_text())
    assert record["round"] == [1, 2, 3]
    assert record["flags"] == 0


@pytest.mark.parametrize("killed_after", range(9))
def test_a_heat_that_was_killed_goes_on_with_the_rounds_it_has(tmp_path, killed_after):
    first, second = Track(), Track()
    first.stop_after = killed_after
    with pytest.raises(KeyboardInterrupt):
        run_heat(CASES, BUDGET, tmp_path, first.run_round, first.keep)
    run_heat(CASES, BUDGET, tmp_path, second.run_round, second.keep)
    assert first.measured + second.measured == ["a!", "b!", "c!", "c", "b", "a", "a", "b", "c"]
    assert first.announced + second.announced == ["a", "b", "c"]


def test_a_slow_case_gets_fewer_rounds_and_a_failed_one_no_more(tmp_path):
    track = Track(b=one_round(spent=4.0), c=one_round((), Status.WRONG_ANSWER, reason="off"))
    run_heat(CASES, BUDGET, tmp_path, track.run_round, track.keep)
    assert track.measured == ["a!", "b!", "c!", "b", "a", "a"]
    slow, failed = (json.loads((tmp_path / f"{c.slug}.json").read_text()) for c in CASES[1:])
    assert slow["round"] == [1, 2]
    assert slow["flags"] == Flag.FEW_ROUNDS | Flag.FEW_SAMPLES
    assert (failed["status"], failed["reason"]) == (Status.WRONG_ANSWER, "off")
    assert failed["flags"] == 0


def test_a_round_is_begun_only_where_it_would_end_within_the_limit():
    assert goes_on([], BUDGET)
    assert goes_on([one_round(spent=5.0)], BUDGET)
    assert not goes_on([one_round(spent=5.1)], BUDGET)
    assert not goes_on([one_round()] * 3, BUDGET)
    assert not goes_on([one_round(status=Status.KILLED)], BUDGET)


def test_rounds_are_joined_and_a_later_failure_is_told_and_left_out():
    rounds = [
        one_round((1.0, 1.1)) | {"spike_rate": 0.5, "peak_memory": 7},
        one_round((9.0,), Status.TIME_BUDGET, reason="stopped"),
        one_round((1.7,), flags=Flag.MACHINE_BUSY) | {"peak_memory": 8},
    ]
    record = combine(rounds, BUDGET)
    assert record["forward"] == [1.0, 1.1, 1.7]
    assert record["round"] == [1, 1, 3]
    assert (record["status"], record["spike_rate"], record["peak_memory"]) == (0, 0.5, 8)
    assert record["reason"] == "round 2: stopped"
    assert record["flags"] == Flag.MACHINE_BUSY | Flag.FEW_ROUNDS | Flag.NOISY


def test_peak_memory_is_of_the_rounds_that_had_no_gate_before():
    """What the gate freed is used again, and a call then seems to need nothing."""
    peaks = (0, 8_000, 9_000, 8_500)
    rounds = [one_round() | {"peak_memory": peak, "reserved_memory": 1} for peak in peaks]
    assert combine(rounds, BUDGET)["peak_memory"] == 8_500
    assert combine(rounds[:1], BUDGET)["peak_memory"] == 0
    del rounds[2]["peak_memory"]
    assert combine(rounds[:3], BUDGET)["peak_memory"] == 8_000


def test_a_case_without_rivals_says_so(tmp_path):
    track = Track()
    run_heat(CASES[:1], BUDGET, tmp_path, track.run_round, track.keep)
    (path,) = tmp_path.iterdir()
    assert json.loads(path.read_text())["flags"] == Flag.MEASURED_ALONE


def test_the_budget_is_shared_out_among_the_rounds():
    budget = Budget(seconds=8, limit=60, least=10, most=50, stored=30, kept=5, rounds=4)
    shared = budget.of_round()
    assert shared.stored == 8
    assert (shared.seconds, shared.limit) == (2, 60)
    assert (shared.least, shared.most, shared.kept, shared.rounds) == (3, 13, 2, 1)


def test_the_driver_has_all_methods_of_a_problem_measured_in_turns_and_asv_alone_one(monkeypatch):
    asked = []
    monkeypatch.setattr(
        suite_module, "recall", lambda case, *_, heat: asked.append((case, heat)) or {}
    )
    monkeypatch.setenv("SPSN_PROFILE", "quick")
    values = ("LIF/loop", "cpu", 1000, 1, 128, 1, "float32")
    SequenceLength().setup(*values)
    monkeypatch.setenv("SPSN_HEATS", "1")
    SequenceLength().setup(*values)
    (case, alone), (again, heat) = asked
    assert case == again
    assert alone == [case]
    chosen = grid.PROFILES["quick"].chosen("sequence_length", "cpu")[0]
    assert [one.neuron_method for one in heat] == chosen
    assert {(one.time_steps, one.batch) for one in heat} == {(1000, 1)}


def counting(until):
    """Begin a round that rests so often; it tells what was done at each turn."""
    yield from ()
    for turn in range(until):
        TURNS.append((until, turn))
        yield
    return {"rests": until}


TURNS = []


def test_rounds_side_by_side_go_from_rest_to_rest_and_none_goes_twice_in_a_row():
    TURNS.clear()
    ended = list(runner.take_turns({name: counting(int(name)) for name in "231"}))
    assert TURNS == [(2, 0), (3, 0), (1, 0), (2, 1), (3, 1), (3, 2)]
    assert ended == [("1", {"rests": 1}), ("2", {"rests": 2}), ("3", {"rests": 3})]


def test_short_cases_of_a_heat_are_measured_burst_by_burst(tmp_path, monkeypatch):
    cases = [Case("depth", f"{n}/scan", "cpu", 50, 2, 8, 1, "float32") for n in SPSNS]
    budget = Budget(seconds=0.2, limit=60, least=2, most=100, rounds=2)
    events, begin = [], runner.run_bounded

    def listening(work, task, *rest):
        for event in begin(work, task, *rest):
            events.append((task.case.neuron, event))
            yield event

    monkeypatch.setattr(runner, "run_bounded", listening)
    runner.recall(cases[0], budget, tmp_path, "spawn", heat=cases)
    rests = [name for name, event in events if event == REST]
    there, back = ["SPSN-SB", "SPSN-GS"], ["SPSN-GS", "SPSN-SB"]
    assert rests == there * 4 + back * 4
    for case in cases:
        record = json.loads((tmp_path / f"{case.slug}.json").read_text())
        assert record["round"] == [1, 1, 1, 1, 2, 2, 2, 2]
        assert "rest" not in record
        assert not Flag(record["flags"]) & (Flag.FEW_ROUNDS | Flag.MEASURED_ALONE)


def test_a_real_case_has_a_process_for_each_round(tmp_path):
    case = Case("depth", "SPSN-SB/scan", "cpu", 50, 2, 8, 1, "float32")
    budget = Budget(seconds=0.02, limit=60, least=2, most=4, rounds=2)
    record = runner.recall(case, budget, tmp_path, "spawn")
    assert set(record["round"]) == {1, 2}
    assert len(record["round"]) == len(record["forward_backward"])
    assert record["spike_rate"] > 0
