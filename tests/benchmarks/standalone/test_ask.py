"""Which neuron at my size: what is asked, what is refused, and the answer in words."""

import json
import re
import sys

import pytest
from helpers import ROOT, make_case

from benchmarks.__main__ import main
from benchmarks.cases.budget import Budget
from benchmarks.cases.case import Case
from benchmarks.drive.error import DriverError
from benchmarks.instruments.outcome import Flag, Status
from benchmarks.standalone import ask

NAMES = ("LIF/loop", "LIF/numba", "SPSN-SB/numba", "SPSN-SB/published_fft", "floor/copy")


def question(**sizes):
    chosen = {"time_steps": 500, "batch": 16, "units": 256, "depth": 1} | sizes
    return Case("ask", "", "cpu", *chosen.values(), "float32")


def record(seconds, flags=0, **more):
    samples = [seconds, seconds * 1.01, seconds * 0.99]
    found = {"status": 0, "reason": "", "flags": int(flags), "round": [1, 2, 3], **more}
    return found | {"forward_backward": samples}


def test_a_question_has_a_case_for_each_method_of_the_device():
    cases = ask.cases_of(question(), [])
    assert {case.neuron_method for case in cases} >= set(NAMES)
    assert not any("triton" in case.method for case in cases)
    assert {(case.time_steps, case.batch, case.units) for case in cases} == {(500, 16, 256)}
    (one,) = ask.cases_of(question(), ["SPSN-SB/fft"])  # left out unless it is named
    assert one.neuron_method == "SPSN-SB/fft"


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ({"time_steps": 0}, r"--time-steps 0 is out of range: 1 to 200000000"),
        ({"batch": -1}, r"--batch -1 is out of range"),
        ({"depth": 101}, r"--depth 101 is out of range: 0 to 100"),
        ({"time_steps": 10**6}, r"is 4,096,000,000: at most 200,000,000 are measured"),
    ],
)
def test_a_size_out_of_range_is_refused(sizes, told):
    with pytest.raises(DriverError, match=told):
        ask.cases_of(question(**sizes), [])


@pytest.mark.parametrize("method", ["LIF/triton", "LIF", "Spyx/x"])
def test_a_method_of_another_device_is_refused(method):
    with pytest.raises(DriverError, match=f"--methods {method}: not known on cpu; choose from LIF"):
        ask.cases_of(question(), [method])


def test_the_answer_in_words():
    cases = [make_case(name, 500, "ask", batch=16, units=256) for name in NAMES]
    inexact = Flag.INEXACT_AS_PUBLISHED | Flag.NOISY
    failed = {"status": int(Status.OUT_OF_MEMORY), "reason": "no room", "flags": 0, "round": []}
    records = [record(0.6), record(0.01, peak_memory=3e6), record(0.02), record(0.001, inexact)]
    lines = list(ask.answer(dict(zip(cases, [*records, failed], strict=True))))
    assert [line.split()[0] for line in lines[1:5]] == [NAMES[n] for n in (3, 1, 2, 0)]
    assert lines[1].endswith("noisy, inexact as published")
    assert "10" in lines[2]
    assert "3.0" in lines[2]
    assert lines[5] == "floor/copy               out of memory: no room"
    assert lines[-2] == "cpu, T = 500, batch 16, 256 units, one layer: LIF/numba is the fastest."
    assert lines[-1].startswith("SPSN-SB/numba is 30x [")
    assert lines[-1].endswith("as fast as LIF/numba.")


def test_the_share_of_the_floor_is_the_fastest_floors():
    names = ("LIF/numba", "floor/copy", "floor/stream")
    cases = [make_case(name, 500, "ask", batch=16, units=256) for name in names]
    records = [record(0.2), record(0.05), record(0.1)]
    lines = list(ask.answer(dict(zip(cases, records, strict=True))))
    shares = {line.split()[0]: line.split()[6] for line in lines[1:4]}
    assert shares == {"LIF/numba": "25%", "floor/copy": "–", "floor/stream": "–"}


def test_real_methods_are_measured_in_turns():
    budget = Budget(seconds=0.2, limit=600, least=2, most=8, rounds=2, energy=0)
    asked = [make_case(name, 30, "ask") for name in ("LIF/loop", "SPSN-SB/scan")]
    records = ask.measure(asked, budget, "forkserver")
    for found in map(ask.as_data, records.values()):
        assert found["status"] == "ok"
        assert 0 < found["low"] <= found["seconds"] <= found["high"]
        assert found["rounds"] == 2
        assert found["spikes_per_ms"] >= 0


def test_the_command_answers_for_a_machine(monkeypatch, capsys):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("MKL_NUM_THREADS", "1")
    monkeypatch.setattr(ask, "measure", lambda asked: {case: record(0.5) for case in asked})
    sizes = ["--time-steps", "20", "--batch", "2", "--units", "8"]
    assert main(["ask", *sizes, "--methods", "LIF/loop", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["neuron_method"], told["units"], told["rounds"]) == ("LIF/loop", 8, 3)
    assert told["seconds"] == pytest.approx(0.5, rel=0.01)


@pytest.fixture
def neurons_of_a_user(tmp_path, monkeypatch):
    """The example of docs/ask.md, and a package that offers it by an entry point."""
    text = (ROOT / "docs" / "ask.md").read_text()
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (tmp_path / "my_neurons.py").write_text(example)
    described = tmp_path / "my_neurons-1.0.dist-info"
    described.mkdir()
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: my-neurons\nVersion: 1.0\n")
    offer = "[spsn_ref.neurons]\nleaky = my_neurons:leaky\n"
    (described / "entry_points.txt").write_text(offer)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("my_neurons", None)


def test_the_example_of_the_docs_takes_part(neurons_of_a_user):
    budget = Budget(seconds=0.2, limit=600, least=2, most=8, rounds=2, energy=0)
    asked = ask.cases_of(question(time_steps=40), ["LIF/loop"], ["my_neurons:leaky"])
    ask.demand_custom(asked, "forkserver")
    records = ask.measure(asked, budget, "forkserver")
    assert [found["status"] for found in map(ask.as_data, records.values())] == ["ok", "ok"]
    assert not any(Flag(one["flags"]) & Flag.NOT_COMPARED for one in records.values())
    lines = list(ask.answer(records))
    assert lines[-1].startswith("my_neurons:leaky/custom is ")
    assert lines[-1].endswith(" as fast as LIF/loop.")


def test_what_an_installed_package_offers_takes_part_unasked(neurons_of_a_user):
    assert "my_neurons:leaky/custom" in [c.neuron_method for c in ask.cases_of(question(), [])]
    assert len(ask.cases_of(question(), ["LIF/loop"])) == 1


@pytest.mark.parametrize(
    ("neuron", "told"),
    [
        ("leaky", "--neuron 'leaky' names no factory; write it as package.module:factory"),
        ("my_neurons:lazy", "--neuron my_neurons:lazy cannot be loaded: AttributeError: "),
    ],
)
def test_a_neuron_that_is_none_is_refused_at_once(neurons_of_a_user, neuron, told):
    with pytest.raises(DriverError, match=told):
        ask.demand_custom(ask.cases_of(question(), [], [neuron]), "forkserver")


def test_nonsense_ends_with_one_line(monkeypatch, capsys):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("MKL_NUM_THREADS", "1")
    assert main(["ask", "--batch", "0"]) == 1
    assert capsys.readouterr().err == "benchmarks: --batch 0 is out of range: 1 to 200000000\n"


def test_how_long_it_takes_is_told_before():
    few = ask.cases_of(question(), ["LIF/loop", "LIF/numba"])
    assert ask.seconds(few) == 10
    every = ask.cases_of(question(), [])
    assert ask.seconds(every) <= 75
    compiled = ask.cases_of(question(), [], compiled=True)
    assert {c.neuron_method for c in compiled} - {c.neuron_method for c in every} == {"LIF/compile"}
    assert ask.seconds(compiled) > 100
