"""Time divided among processes: the same spikes, every rank's work in the time, and refusals."""

import os
import signal
import time

import pytest
import torch
from helpers import make_case

from benchmarks.cases.grid import GRID
from benchmarks.cases.profiles import PROFILES
from benchmarks.instruments.bounded import Ending, run_bounded
from benchmarks.instruments.outcome import CaseError, Status
from benchmarks.measure import gate
from benchmarks.workloads import sharded
from benchmarks.workloads.make import make_workload


def _case(steps=5000, method="ranks_2", neuron="SPSN-SB"):
    return make_case(f"{neuron}/{method}", steps, "sharded", batch=1, units=2, depth=0)


@pytest.fixture(scope="module", autouse=True)
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def _work(case, emit):
    """Measure as a round does, in a process of its own; its ranks end with it."""
    torch.set_num_threads(2)
    gate.check(case)
    workload = make_workload(case)
    rows = [workload.call() for _ in range(2)]
    share = list(workload.layers[0].shape)
    gradients = [list(one.shape) for one in workload.gradients()]
    others = [process.pid for process in torch.multiprocessing.active_children()]
    emit({"rows": rows, "share": share, "gradients": gradients, "ranks": others})
    emit(workload.further())


@pytest.mark.parametrize("neuron", ["SPSN-SB", "SPSN-GS"])
def test_two_ranks_pass_the_gate_and_each_holds_its_share(neuron):
    case = _case(5001, neuron=neuron)
    first, second, ending = run_bounded(_work, case, 120, "spawn")
    assert ending == Ending(False, 0)
    assert first["share"] == [2501, 1, 2]  # of 5001 time-steps the first has one more
    assert first["gradients"] == [[2501, 1, 2]]
    assert all(seconds > 0 for row in first["rows"] for seconds in row)
    assert len(first["ranks"]) == 1
    assert 0 < second["exchange"] < 1
    # It has been waited for: its processor time is the sweep's, not that of others.
    assert not _is_alive(first["ranks"][0])


def _is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _wrong(case, emit):
    """Compare with one process that has other time constants: every spike may differ."""
    torch.set_num_threads(2)
    make = sharded.spsn_ref.SPSN
    slow = sharded.spsn_ref.NeuronParameters(tau_mem=0.2)
    sharded.spsn_ref.SPSN = lambda **more: make(slow, **more)
    try:
        gate.check(case)
    except CaseError as error:
        emit({"status": int(error.status), "reason": str(error)})


def test_other_spikes_than_one_process_has_do_not_pass():
    found, ending = run_bounded(_wrong, _case(), 120, "spawn")
    assert ending == Ending(False, 0)
    assert found["status"] == Status.WRONG_ANSWER
    assert found["reason"] == "SPSN-SB/ranks_2, rank 0: its spikes are not those of one process"


def test_more_ranks_than_threads_are_not_available():
    with pytest.raises(
        CaseError, match="4 ranks want a thread each; this machine gives 2"
    ) as found:
        gate.check(_case(method="ranks_4"))
    assert found.value.status == Status.NOT_AVAILABLE


def _hang(case, emit):
    torch.set_num_threads(2)
    make_workload(case).step()
    emit({"ranks": [process.pid for process in torch.multiprocessing.active_children()]})
    os.kill(os.getpid(), signal.SIGKILL)


def test_the_ranks_of_a_killed_case_end():
    found, ending = run_bounded(_hang, _case(), 120, "spawn")
    assert ending.killed_by == "SIGKILL"
    for _ in range(100):
        if not _is_alive(found["ranks"][0]):
            return
        time.sleep(0.1)
    pytest.fail("a rank outlived the killed case")


def test_full_measures_at_most_200_million_elements():
    axes = GRID["sharded"]
    assert max(axes[2]) == 10**8
    assert PROFILES["full"].affords("sharded", ["SPSN-SB/numba", "cpu", 10**8, 1, 1, 0, "float32"])
    case = ["SPSN-SB/numba", "cpu", 10**8, 1, 16, 0, "float32"]
    assert not PROFILES["full"].affords("sharded", case)
