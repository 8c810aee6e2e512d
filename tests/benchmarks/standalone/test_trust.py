"""A/A and A/B trials: who is measured when, what is kept, and what is refused."""

import itertools
import json

import pytest
from damage import many_damaged
from helpers import make_case

from benchmarks.cases.budget import Budget
from benchmarks.cases.grid import GRID, NEURON_METHODS
from benchmarks.standalone import trust
from benchmarks.standalone.trust import (
    KINDS,
    MEMBERS,
    ROUNDS,
    SIZES,
    Member,
    Slowed,
    TrustError,
    drawn,
    measure_trials,
    trial,
)

FACTS = {"machine": "testbed", "torch": "2.13.0", "threads": "1", "cpu": "a CPU"}


@pytest.fixture
def rounds(monkeypatch):
    """Rounds that take no time: 10 ms a call, of a loop 30, and what the spin adds."""
    asked = []

    def one_round(members, budget):
        asked.append(members)
        return {
            name: [(0.03 if case.method == "loop" else 0.01) + seconds] * 3
            for name, (case, seconds) in members.items()
        }

    monkeypatch.setattr(trust, "_round", one_round)
    monkeypatch.setattr(trust, "preload", lambda: None)
    return asked


def test_a_trial_measures_five_members_in_turns(rounds):
    budget = Budget(1, 60, rounds=2)
    baseline, method = make_case("LIF/loop"), make_case("SPSN-SB/scan")
    found = trial("loop over scan", baseline, method, budget, 0.05)
    assert list(rounds[0]) == ["method"]
    assert list(rounds[1]) == list(rounds[2])[::-1]
    assert sorted(rounds[1]) == sorted(MEMBERS)
    assert {name: case for name, (case, _) in rounds[1].items()} == {
        **dict.fromkeys(MEMBERS[:2], baseline),
        **dict.fromkeys(MEMBERS[2:], method),
    }
    assert {name: spin for name, (_, spin) in rounds[1].items() if spin} == {
        "method_slowed": pytest.approx(0.0005)
    }
    assert found["baseline_again"] == [[0.03] * 3] * 2
    assert found["method"] == [[0.01] * 3] * 2
    assert found["method_slowed"][1] == pytest.approx([0.0105] * 3)
    assert (found["baseline_case"], found["method_case"]) == ("LIF/loop", "SPSN-SB/scan")
    assert isinstance(found["busy"], bool)


def test_every_kind_of_ratio_is_drawn_at_every_size_of_the_sweep():
    trials = [drawn(number) for number in range(len(KINDS) * len(SIZES))]
    assert {(kind, method.time_steps, method.batch) for kind, _, method in trials} == {
        (kind, *size) for kind, size in itertools.product(KINDS, SIZES)
    }
    for kind, baseline, method in trials:
        assert (baseline.neuron_method, method.neuron_method) == KINDS[kind]
        assert baseline.values[1:] == method.values[1:]
        for case in (baseline, method):
            assert case.neuron_method in NEURON_METHODS
            axes = GRID["sequence_length"][1:]
            assert all(value in axis for value, axis in zip(case.values[1:], axes, strict=False))


def test_trials_are_kept_one_by_one_and_continued(tmp_path, rounds):
    path = tmp_path / "testbed" / "trust" / "5-percent.json"
    begun = measure_trials(path, FACTS, 0.05, 5, 1e9, False)
    assert list(itertools.islice(begun, 2)) == [(1, 5), (2, 5)]
    assert len(json.loads(path.read_text())["trials"]) == 2
    assert list(measure_trials(path, FACTS, 0.05, 5, 1e9, False)) == [(3, 5), (4, 5), (5, 5)]
    content = json.loads(path.read_text())
    assert [trial["kind"] for trial in content["trials"]] == [*KINDS, next(iter(KINDS))]
    assert all(len(trial[name]) == ROUNDS for trial in content["trials"] for name in MEMBERS)
    assert list(measure_trials(path, FACTS, 0.05, 5, 1e9, False)) == []
    assert list(measure_trials(path, FACTS, 0.05, 1, 1e9, True)) == [(1, 1)]


def test_trials_of_other_settings_are_not_mixed(tmp_path, rounds):
    path = tmp_path / "5-percent.json"
    list(measure_trials(path, FACTS, 0.05, 1, 1e9, False))
    before = path.read_text()
    with pytest.raises(TrustError, match="another torch and slower; --fresh begins anew"):
        list(measure_trials(path, FACTS | {"torch": "2.14.0"}, 0.2, 1, 1e9, False))
    assert path.read_text() == before


def test_no_trial_is_begun_when_the_time_is_over(tmp_path, rounds):
    assert list(measure_trials(tmp_path / "x.json", FACTS, 0.05, 4, 0.0, False)) == []


def test_a_slowed_case_spins_in_its_forward_pass(monkeypatch):
    spins = []
    monkeypatch.setattr(trust, "spin", spins.append)
    workload = Slowed(0.25, make_case(time_steps=20))
    workload.step()
    assert spins == [0.25]
    assert workload.layers[0].shape == (20, 2, 8)


def test_a_round_is_a_process_each_and_a_case_that_fails_is_an_error():
    budget = Budget(seconds=0.02, limit=600, least=2, most=2, rounds=1)
    case = make_case("SPSN-SB/scan")
    members = {"baseline": Member(case), "method_slowed": Member(case, 0.001)}
    found = trust._round(members, budget, "forkserver")
    assert {name: len(seconds) for name, seconds in found.items()} == dict.fromkeys(members, 2)
    assert min(found["method_slowed"]) >= 0.001
    unknown = {"baseline": Member(make_case("LIF/none", 20))}
    with pytest.raises(TrustError, match=r"LIF/none.* cannot be measured"):
        trust._round(unknown, budget, "forkserver")


@pytest.mark.parametrize("content", ["", "{", "[]", "3", '{"trials": 1}', "{}"])
def test_a_damaged_file_is_named_and_left_as_it_was(tmp_path, rounds, content):
    path = tmp_path / "trust.json"
    path.write_text(content)
    with pytest.raises(TrustError, match=r"trust\.json is damaged .*--fresh begins anew"):
        next(measure_trials(path, FACTS, 0.05, 1, 60, fresh=False))
    assert path.read_text() == content


def test_ten_thousand_damaged_files_are_gone_on_with_or_refused_in_words(tmp_path, rounds):
    path = tmp_path / "trust.json"
    list(measure_trials(path, FACTS, 0.05, 1, 60, fresh=True))
    settings = {name: json.loads(path.read_text())[name] for name in ("machine", "slower")}
    taken, refused = 0, set()
    for content in many_damaged(path.read_text(), 10_000):
        path.write_bytes(content)
        try:
            found = trust._open(path, settings, fresh=False)
        except TrustError as error:
            refused.add("fresh" in str(error))
        else:
            taken += isinstance(found["trials"], list)
    assert 100 < taken < 9000
    assert refused == {True}
