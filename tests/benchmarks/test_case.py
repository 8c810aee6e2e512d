"""A case from gate to record: wrong answers, hangs, kills, no memory: each ends in a status."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import torch

from benchmarks import case as case_module
from benchmarks import gate, measure, runner
from benchmarks.workloads.layers import Case, Problem, make_neuron
from benchmarks.workloads.make import make_problem
from benchmarks.cases.grid import NEURON_METHODS, is_made_for
from benchmarks.instruments.bounded import REST, Ending, run_bounded
from benchmarks.instruments.clock import Budget
from benchmarks.instruments.outcome import CaseError, Flag, Status
from spsn_ref._dispatch import Method
from spsn_ref.integrate import METHODS as INTEGRATE
from spsn_ref.integrate.scan import integrate as scan
from spsn_ref.lif import METHODS as LIF
from spsn_ref.lif.loop import run as loop
from spsn_ref.spsn import METHODS as SPSN

BUDGET = Budget(seconds=0.2, limit=60, least=3, most=5, rounds=1)


def case(neuron_method="SPSN-SB/scan", time_steps=50, **changes):
    settings = {"device": "cpu", "batch": 2, "units": 8, "depth": 1, "dtype": "float32", **changes}
    return Case("sequence_length", neuron_method, time_steps=time_steps, **settings)


def measured_here(case):
    """Run a case in this process, so that what the test put in place is what runs."""
    told = []
    measure.work(measure.Task(case, BUDGET, True), told.append)
    return runner.gather([*told, Ending(stopped=False, exitcode=0)], BUDGET)


@pytest.mark.parametrize("neuron_method", [m for m in NEURON_METHODS if is_made_for(m, "cpu")])
def test_every_method_passes_the_gate_and_is_measured(neuron_method):
    record = measured_here(case(neuron_method, depth=2))
    assert (record["status"], record["reason"]) == (Status.OK, "")
    for quantity in ("forward", "backward", "forward_backward"):
        assert len(record[quantity]) >= 3
        assert min(record[quantity]) > 0
    assert record.get("peak_memory", 0) >= 0
    assert ("peak_memory" in record) == (neuron_method != "floor/copy")
    assert ("spike_rate" in record) == (neuron_method not in ("ReLU/eager", "floor/copy"))


@pytest.mark.parametrize("time_steps", [1, 3, 100, 1000])
@pytest.mark.parametrize("neuron_method", ["SPSN-SB/fft", "SPSN-SB/scan", "SPSN-GS/scan"])
def test_the_gate_lets_a_right_spsn_through_at_every_length(neuron_method, time_steps):
    assert gate.check(case(neuron_method, time_steps)) is False


def test_the_gate_knows_the_published_fft_for_what_it_is():
    assert gate.check(case("SPSN-SB/published_fft", 50)) is True
    assert gate.check(case("SPSN-SB/published_fft", 1000)) is False
    record = measured_here(case("SPSN-SB/published_fft", 50))
    assert record["flags"] & Flag.INEXACT_AS_PUBLISHED


WRONG_INTEGRATORS = {
    "off by a part in a thousand": lambda x, a, b: scan(x, a, b) * 1.001,
    "one step late": lambda x, a, b: torch.cat([x[:1] * 0, scan(x, a, b)[:-1]]),
    "sees the future": lambda x, a, b: scan(x, a, b) + 0.01 * x.flip(0),
    "gradient cut": lambda x, a, b: scan(x, a, b).detach() + 0 * x,
    "gradient forward in time": lambda x, a, b: (
        scan(x, a, b).detach()
        + (scan(x.flip(0), a, b).flip(0) - scan(x.flip(0), a, b).flip(0).detach())
    ),
    "not a number": lambda x, a, b: scan(x, a, b) * float("nan"),
}


@pytest.mark.parametrize("neuron", ["SPSN-SB", "SPSN-GS"])
@pytest.mark.parametrize("wrong", list(WRONG_INTEGRATORS))
def test_a_wrong_spsn_is_never_timed(monkeypatch, neuron, wrong):
    monkeypatch.setitem(INTEGRATE, "scan", Method(WRONG_INTEGRATORS[wrong]))
    record = measured_here(case(f"{neuron}/scan"))
    assert record["status"] == Status.WRONG_ANSWER
    assert "forward" not in record
    assert f"{neuron}/scan at T=50: its" in record["reason"]


def lif_with(change_spikes=lambda s: s, change_membrane=lambda u: u):
    def method(*arguments):
        spikes, membrane = loop(*arguments)
        return change_spikes(spikes), change_membrane(membrane)

    return method


WRONG_LIFS = {
    "fires a step late": lif_with(change_spikes=lambda s: torch.cat([s[:1] * 0, s[:-1]])),
    "never fires": lif_with(change_spikes=lambda s: s * 0),
    "membrane off": lif_with(change_membrane=lambda u: u * 1.01),
    "gradient doubled": lif_with(change_spikes=lambda s: 2 * s - s.detach()),
    "other reset": lambda x, p, reset, *rest: loop(x, p, "printed", *rest),
}


@pytest.mark.parametrize("wrong", list(WRONG_LIFS))
def test_a_wrong_lif_is_never_timed(monkeypatch, wrong):
    monkeypatch.setitem(LIF, "published_loop", Method(WRONG_LIFS[wrong]))
    record = measured_here(case("LIF/published_loop", 200))
    assert record["status"] == Status.WRONG_ANSWER
    assert "forward" not in record


def test_a_neuron_that_is_wrong_only_without_its_membrane_is_never_timed(monkeypatch):
    def method(*arguments):
        spikes, membrane = loop(*arguments)
        return spikes if membrane is not None else 0.99 * spikes + 0.01 * spikes.detach(), membrane

    monkeypatch.setitem(LIF, "published_loop", Method(method))
    record = measured_here(case("LIF/published_loop", 200))
    assert record["status"] == Status.WRONG_ANSWER
    assert "without its membrane its gradient is off by" in record["reason"]


def test_an_old_commit_without_the_method_is_not_available(monkeypatch):
    monkeypatch.delitem(SPSN, "fft")
    record = measured_here(case("SPSN-SB/fft"))
    assert record["status"] == Status.NOT_AVAILABLE
    assert "this commit has no SPSN-SB/fft" in record["reason"]
    monkeypatch.setitem(SPSN, "fft", Method(scan, lambda: "needs the moon"))
    assert measured_here(case("SPSN-SB/fft"))["reason"] == "needs the moon"
    with pytest.raises(CaseError, match="no neuron 'Izhikevich'"):
        make_neuron(case("Izhikevich/loop"))


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (MemoryError(), Status.OUT_OF_MEMORY),
        (
            RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"),
            Status.OUT_OF_MEMORY,
        ),
        (RuntimeError("CUDA out of memory. Tried to allocate"), Status.OUT_OF_MEMORY),
        (NotImplementedError("no kernel"), Status.UNSUPPORTED),
        (ZeroDivisionError("oops"), Status.ERROR),
    ],
)
def test_errors_become_statuses(monkeypatch, error, status):
    def fail(case):
        raise error

    monkeypatch.setattr(gate, "check", fail)
    record = measured_here(case())
    assert record["status"] == status
    assert str(error) in record["reason"]


def test_inputs_are_random_and_differ_between_calls():
    problem = Problem(case(time_steps=100))
    assert len(problem.inputs) == 8
    assert not torch.equal(problem.inputs[0], problem.inputs[1])
    assert 0 < problem.inputs[0].mean() < 0.5
    problem.call()
    first = problem.layers[0]
    problem.call()
    assert not torch.equal(first, problem.layers[0])
    assert problem.linears[0].weight.grad.abs().sum() > 0


def test_depth_0_is_the_neuron_alone():
    problem = Problem(case(depth=0))
    problem.step()
    currents = [current for current in problem.inputs if current.grad is not None]
    assert len(currents) == 1
    assert currents[0].grad.abs().sum() > 0
    problem.clear()
    assert currents[0].grad is None
    assert measured_here(case("LIF/loop", 200, depth=0))["spike_rate"] > 0


def test_the_floor_reads_and_writes_what_a_neuron_must():
    problem = make_problem(case("floor/copy", depth=0))
    problem.step()
    assert any(torch.equal(problem._spikes, current) for current in problem.inputs)
    assert torch.equal(problem._input_gradient, problem.inputs[0] + problem.gradient)


def test_a_problem_waits_for_its_device_around_each_phase(monkeypatch):
    events = []
    monkeypatch.setattr(case_module, "synchronizer", lambda device: lambda: events.append("wait"))
    problem = Problem(case())
    for phase in ("forward", "backward"):
        run = getattr(problem, phase)
        monkeypatch.setattr(
            problem, phase, lambda run=run, phase=phase: (events.append(phase), run())
        )
    problem.call()
    assert events == ["wait", "forward", "wait", "backward", "wait"]


def hang_in_backward(argument, tell):
    tell({"phase": "calling"})
    tell({"first_forward": 0.5})
    time.sleep(60)


def hang_after_two_calls(argument, tell):
    tell({"phase": "calling"})
    tell({"row": [1.0, 2.0]})
    tell({"row": [0.5, 1.0]})
    time.sleep(60)


def killed(argument, tell):
    os.kill(os.getpid(), argument)


def exits(argument, tell):
    os._exit(3)


def rests_twice(argument, tell):
    tell({"phase": "calling"})
    for _ in range(2):
        tell(REST)
        tell({"row": [argument, argument]})


def rests_for_good(argument, tell):
    Path(argument).write_text(str(os.getpid()))
    tell(REST)


def test_time_at_rest_does_not_count():
    rounds = {
        seconds: runner.gathering(run_bounded(rests_twice, seconds, 10, "spawn"), BUDGET)
        for seconds in (0.5, 2.0)
    }
    for one in rounds.values():
        next(one)
    time.sleep(11)  # beyond the limit of those that rest
    records = dict(runner.take_turns(rounds))
    assert records.keys() == rounds.keys()
    for record in records.values():
        assert record["status"] == Status.OK
        assert record["spent"] < 5


def test_one_that_rests_is_ended_with_the_sweep_and_by_a_signal(tmp_path):
    path = tmp_path / "pid"
    events = run_bounded(rests_for_good, str(path), 60, "spawn")
    assert next(events) == REST
    events.close()
    with pytest.raises(ProcessLookupError):
        os.kill(int(path.read_text()), 0)
    events = run_bounded(rests_for_good, str(path), 60, "spawn")
    next(events)
    os.kill(int(path.read_text()), signal.SIGKILL)
    assert runner.gather(events, BUDGET)["status"] == Status.OUT_OF_MEMORY


ORPHAN = """
import os, signal, sys
sys.path.insert(0, {tests!r})
from benchmarks.instruments.bounded import run_bounded
from tests_of_rest import rest
if __name__ == "__main__":
    events = [run_bounded(rest, path, 60, "fork") for path in {paths!r}]
    for one in events:
        next(one)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_those_that_rest_end_when_the_sweep_is_killed(tmp_path):
    paths = [str(tmp_path / name) for name in ("first", "second")]
    (tmp_path / "tests_of_rest.py").write_text(
        "import os\nfrom pathlib import Path\nfrom benchmarks.instruments.bounded import REST\n"
        "def rest(path, tell):\n    Path(path).write_text(str(os.getpid()))\n    tell(REST)\n"
    )
    code = ORPHAN.format(tests=str(Path(__file__).parents[2]), paths=paths)
    script = tmp_path / "sweep.py"
    script.write_text(code)
    ended = subprocess.run([sys.executable, str(script)], check=False)
    assert ended.returncode == -signal.SIGKILL
    end = time.monotonic() + 30
    running = {int(Path(path).read_text()) for path in paths}
    while running and time.monotonic() < end:
        running = {pid for pid in running if not _ended(pid)}
        time.sleep(0.1)
    assert not running


def _ended(pid):
    # Nobody may be there to take the exit status of an orphan in a container.
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_case_stopped_in_its_first_backward_keeps_its_forward_and_a_lower_bound():
    budget = Budget(seconds=1, limit=6)
    record = runner.gather(run_bounded(hang_in_backward, None, 6, "spawn"), budget)
    assert record["status"] == Status.TIME_BUDGET
    assert record["forward"] == [0.5]
    assert "forward_backward" not in record
    assert record["stopped_after"] >= 5.9
    assert "limit of 6 s" in record["reason"]


def test_a_case_stopped_later_keeps_the_calls_it_finished():
    # Spawning imports torch, which takes seconds on a busy machine; then the case hangs for good.
    record = runner.gather(run_bounded(hang_after_two_calls, None, 20, "spawn"), Budget(1, 20))
    assert record["status"] == Status.OK
    assert record["forward_backward"] == [1.5]
    assert Flag(record["flags"]) == Flag.NOT_WARMED_UP
    assert "stopped_after" not in record


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGKILL, Status.OUT_OF_MEMORY), (signal.SIGSEGV, Status.KILLED)]
)
def test_a_killed_case_says_so(number, status):
    record = runner.gather(run_bounded(killed, int(number), 60, "spawn"), BUDGET)
    assert record["status"] == status
    assert "killed" in record["reason"]


def test_a_case_that_exits_says_so():
    record = runner.gather(run_bounded(exits, None, 60, "spawn"), BUDGET)
    assert (record["status"], record["reason"]) == (Status.ERROR, "ended with exit status 3")


def test_a_case_is_measured_once_and_announced(tmp_path, monkeypatch):
    progress = tmp_path / "progress"
    monkeypatch.setenv("SPSN_PROGRESS", str(progress))
    first = runner.recall(case(), BUDGET, tmp_path, "spawn")
    assert first["status"] == Status.OK
    monkeypatch.setattr(runner, "run_bounded", None)
    assert runner.recall(case(), BUDGET, tmp_path) == first
    (line,) = progress.read_text().splitlines()
    assert json.loads(line)["case"] == str(case())
    assert not list(tmp_path.glob("*.tmp"))
