"""Cases of a group in turns: there and back, resumed after a kill, from pause to pause."""

import itertools
import json
from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import children
import pytest
from helpers import make_case, one_round

from benchmarks.cases.budget import Budget
from benchmarks.instruments.bounded import run_bounded
from benchmarks.instruments.files import write_json
from benchmarks.instruments.outcome import Flag, Status
from benchmarks.measure import interleave
from benchmarks.measure.interleave import measure_group, take_turns, turns
from benchmarks.measure.record import collect

BUDGET = Budget(seconds=1, limit=10, least=3, rounds=3)


CASES = [make_case(name) for name in ("a/1", "b/2", "c/3")]


@pytest.fixture(autouse=True)
def quiet_machine(monkeypatch):
    """Whatever else runs beside the tests."""
    monkeypatch.setattr(interleave, "LoadWatch", lambda: SimpleNamespace(is_busy=lambda: False))


class Track:
    """Measures nothing, and remembers who was measured when, and what was announced."""

    def __init__(self, **rounds):
        self.rounds, self.measured, self.announced = rounds, [], []
        self.stop_after = None

    def run_round(self, so_far):
        for case, rounds in so_far.items():
            if len(self.measured) == self.stop_after:
                raise KeyboardInterrupt
            self.measured.append(case.neuron + ("" if rounds else "!"))
            yield case, self.rounds.get(case.neuron, one_round())

    def keep(self, path, content, case, record):
        write_json(path, content)
        if record is not None:
            self.announced.append(case.neuron)


def test_cases_take_turns_there_and_back_and_only_the_first_round_is_thorough(tmp_path):
    track = Track()
    measure_group(CASES, BUDGET, tmp_path, track.run_round, track.keep)
    assert track.measured == ["a!", "b!", "c!", "c", "b", "a", "b", "c", "a"]
    assert track.announced == ["b", "c", "a"]
    assert {path.name for path in tmp_path.iterdir()} == {f"{case.slug}.json" for case in CASES}
    record = json.loads((tmp_path / f"{CASES[0].slug}.json").read_text())
    assert record["round"] == [1, 2, 3]
    assert record["flags"] == 0


@pytest.mark.parametrize("killed_after", range(9))
def test_a_group_that_was_killed_goes_on_with_the_rounds_it_has(tmp_path, killed_after):
    first, second = Track(), Track()
    first.stop_after = killed_after
    with pytest.raises(KeyboardInterrupt):
        measure_group(CASES, BUDGET, tmp_path, first.run_round, first.keep)
    measure_group(CASES, BUDGET, tmp_path, second.run_round, second.keep)
    assert first.measured + second.measured == ["a!", "b!", "c!", "c", "b", "a", "b", "c", "a"]
    assert first.announced + second.announced == ["b", "c", "a"]


def test_nobody_always_follows_the_same_one():
    """Over twice as many rounds as members, each follows each other one equally often."""
    members = "abcd"
    follows = Counter(
        pair for order in turns(members, 2 * len(members)) for pair in itertools.pairwise(order)
    )
    assert set(follows) == {(a, b) for a in members for b in members if a != b}
    assert len(set(follows.values())) == 1
    orders = list(turns("abcde", 8))
    assert all(there == back[::-1] for there, back in zip(orders[::2], orders[1::2], strict=True))


def test_a_slow_case_gets_fewer_rounds_and_a_failed_one_no_more(tmp_path):
    track = Track(b=one_round(spent=4.0), c=one_round((), Status.WRONG_ANSWER, reason="off"))
    measure_group(CASES, BUDGET, tmp_path, track.run_round, track.keep)
    assert track.measured == ["a!", "b!", "c!", "b", "a", "a"]
    slow, failed = (json.loads((tmp_path / f"{c.slug}.json").read_text()) for c in CASES[1:])
    assert slow["round"] == [1, 2]
    assert slow["flags"] == Flag.FEW_ROUNDS | Flag.FEW_SAMPLES
    assert (failed["status"], failed["reason"]) == (Status.WRONG_ANSWER, "off")
    assert failed["flags"] == 0


def test_who_is_measured_while_others_work_is_flagged(tmp_path, monkeypatch):
    """In the second of three turns; the third is quiet."""
    busy = iter([False, True, False])
    monkeypatch.setattr(interleave, "LoadWatch", lambda: SimpleNamespace(is_busy=busy.__next__))
    track = Track(c=one_round((), Status.WRONG_ANSWER))
    measure_group(CASES, BUDGET, tmp_path, track.run_round, track.keep)
    flags = [json.loads((tmp_path / f"{case.slug}.json").read_text())["flags"] for case in CASES]
    assert flags == [Flag.MACHINE_BUSY, Flag.MACHINE_BUSY, 0]


def test_a_case_that_is_known_well_enough_has_no_further_round(tmp_path):
    track = Track()
    budget = replace(BUDGET, limit=100, rounds=12, precision=0.05)
    measure_group(CASES, budget, tmp_path, track.run_round, track.keep)
    assert len(track.measured) == 5 * len(CASES)
    for case in CASES:
        record = json.loads((tmp_path / f"{case.slug}.json").read_text())
        assert (record["round"], record["flags"]) == ([1, 2, 3, 4, 5], 0)


def test_a_case_without_rivals_says_so(tmp_path):
    track = Track()
    measure_group(CASES[:1], BUDGET, tmp_path, track.run_round, track.keep)
    (path,) = tmp_path.iterdir()
    assert json.loads(path.read_text())["flags"] == Flag.MEASURED_ALONE


def counting(name, turns):
    """Begin a round of so many turns as its name says; note each turn."""
    for turn in range(int(name)):
        turns.append((name, turn))
        yield
    return {"turns": int(name)}


def test_rounds_side_by_side_go_from_pause_to_pause_and_none_goes_twice_in_a_row():
    turns = []
    ended = list(take_turns({name: counting(name, turns) for name in "231"}))
    assert turns == [("2", 0), ("3", 0), ("1", 0), ("2", 1), ("3", 1), ("3", 2)]
    assert ended == [(name, {"turns": int(name)}) for name in "123"]


def test_the_time_of_a_pause_does_not_count(skip_time):
    rounds = {
        seconds: collect(run_bounded(children.pause_twice, seconds, 60, "spawn"), BUDGET)
        for seconds in (0.5, 2.0)
    }
    for one in rounds.values():
        next(one)
    skip_time(1000)  # beyond the limit of those that pause
    records = dict(take_turns(rounds))
    assert records.keys() == rounds.keys()
    for record in records.values():
        assert record["status"] == Status.OK
        assert record["spent"] < 500
