"""A/A and A/B trials: who is measured when, what is kept, and what is refused."""

import itertools
import json

import pytest
from damage import many_damaged
from helpers import make_case

from benchmarks.cases.budget import Budget
from benchmarks.standalone import trust
from benchmarks.standalone.trust import (
    CASES,
    MEMBERS,
    ROUNDS,
    Slowed,
    TrustError,
    measure_trials,
    trial,
)

FACTS = {"machine": "testbed", "torch": "2.13.0", "threads": "1", "cpu": "a CPU"}


@pytest.fixture
def rounds(monkeypatch):
    """Rounds that take no time: 10 ms a call, and what the spin adds."""
    asked = []

    def one_round(case, budget, spins):
        asked.append(spins)
        return {name: [0.01 + seconds] * 3 for name, seconds in spins.items()}

    monkeypatch.setattr(trust, "_round", one_round)
    monkeypatch.setattr(trust, "preload", lambda: None)
    return asked


def test_a_trial_measures_four_entrants_in_turns(rounds):
    budget = Budget(1, 60, rounds=2)
    found = trial(CASES[0], budget, 0.05)
    order = [MEMBERS[place] for place in (0, 1, 3, 2)]
    assert [list(spins) for spins in rounds] == [["as_is"], order, order[::-1]]
    assert rounds[1] == rounds[2]
    assert [rounds[1][name] for name in MEMBERS] == pytest.approx([0, 0, 0.0005, 0.0005])
    assert found["as_is_again"] == [[0.01] * 3] * 2
    assert found["slowed"][1] == pytest.approx([0.0105] * 3)
    assert found["case"]["neuron_method"] == CASES[0].neuron_method
    assert isinstance(found["busy"], bool)


def test_trials_are_kept_one_by_one_and_continued(tmp_path, rounds):
    path = tmp_path / "testbed" / "trust" / "5-percent.json"
    begun = measure_trials(path, FACTS, 0.05, 8, 1e9, False)
    assert list(itertools.islice(begun, 2)) == [(2, 8), (4, 8)]
    assert len(json.loads(path.read_text())["trials"]) == 2
    assert list(measure_trials(path, FACTS, 0.05, 8, 1e9, False)) == [(6, 8), (8, 8)]
    content = json.loads(path.read_text())
    methods = [trial["case"]["neuron_method"] for trial in content["trials"]]
    assert methods == [case.neuron_method for case in (*CASES, CASES[0])]
    assert all(len(trial[name]) == ROUNDS for trial in content["trials"] for name in MEMBERS)
    assert list(measure_trials(path, FACTS, 0.05, 8, 1e9, False)) == []
    assert list(measure_trials(path, FACTS, 0.05, 2, 1e9, True)) == [(2, 2)]


def test_trials_of_other_settings_are_not_mixed(tmp_path, rounds):
    path = tmp_path / "5-percent.json"
    list(measure_trials(path, FACTS, 0.05, 2, 1e9, False))
    before = path.read_text()
    with pytest.raises(TrustError, match="another torch and slower; --fresh begins anew"):
        list(measure_trials(path, FACTS | {"torch": "2.14.0"}, 0.2, 2, 1e9, False))
    assert path.read_text() == before


def test_no_trial_is_begun_when_the_time_is_over(tmp_path, rounds):
    assert list(measure_trials(tmp_path / "x.json", FACTS, 0.05, 8, 0.0, False)) == []


def test_a_slowed_case_spins_in_its_forward_pass(monkeypatch):
    spins = []
    monkeypatch.setattr(trust, "spin", spins.append)
    workload = Slowed(0.25, make_case(time_steps=20))
    workload.step()
    assert spins == [0.25]
    assert workload.layers[0].shape == (20, 2, 8)


def test_a_round_is_a_process_each_and_a_case_that_fails_is_an_error():
    budget = Budget(seconds=0.02, limit=600, least=2, most=2, rounds=1)
    found = trust._round(CASES[1], budget, {"as_is": 0.0, "slowed": 0.001}, "forkserver")
    assert {name: len(seconds) for name, seconds in found.items()} == {"as_is": 2, "slowed": 2}
    assert min(found["slowed"]) >= 0.001
    unknown = make_case("LIF/none", 20)
    with pytest.raises(TrustError, match="cannot be measured"):
        trust._round(unknown, budget, {"as_is": 0.0, "slowed": 0.0}, "forkserver")


@pytest.mark.parametrize("content", ["", "{", "[]", "3", '{"trials": 1}', "{}"])
def test_a_damaged_file_is_named_and_left_as_it_was(tmp_path, rounds, content):
    path = tmp_path / "trust.json"
    path.write_text(content)
    with pytest.raises(TrustError, match=r"trust\.json is damaged .*--fresh begins anew"):
        next(measure_trials(path, FACTS, 0.05, 2, 60, fresh=False))
    assert path.read_text() == content


def test_ten_thousand_damaged_files_are_gone_on_with_or_refused_in_words(tmp_path, rounds):
    path = tmp_path / "trust.json"
    list(measure_trials(path, FACTS, 0.05, 2, 60, fresh=True))
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
