"""Memory and spikes against what is known, NVML and load against stand-ins."""

import ast
import gc
import os
from pathlib import Path
from types import SimpleNamespace

import psutil
import pynvml
import pytest
import torch

import spsn_ref
from benchmarks.workloads.layers import Case, Problem
from benchmarks.instruments import gpu, load, machine, memory
from benchmarks.instruments.outcome import Flag, Status, legend
from benchmarks.instruments.spikes import spike_counts

MIB = 2**20


def test_peak_memory_is_what_was_allocated_and_freed():
    def call():
        first = torch.ones(64 * MIB // 4)
        del first
        torch.ones(96 * MIB // 4)

    memory.peak_resident(call)
    assert memory.peak_resident(call) == pytest.approx(96 * MIB, rel=0.1)


def test_peak_memory_counts_memory_that_was_freed_before():
    def call():
        return [torch.ones(16 * 1024) for _ in range(512)]  # 64 KiB each: out of the heap

    last = call()[-1]  # while it lives the heap cannot shrink by itself
    assert memory.peak_resident(call) == pytest.approx(32 * MIB, rel=0.1)
    assert last[0] == 1


def test_spikes_are_counted_exactly():
    first, second = torch.zeros(10, 2, 4), torch.zeros(10, 2, 4)
    first[:3] = 1  # 3 steps x 2 samples x 4 units
    second[0, 0, 0] = 1
    per_ms, rate = spike_counts([first, second], milliseconds_per_step=0.5)
    assert per_ms == 25 / 2 / 5
    assert rate == 25 / 160


@pytest.mark.parametrize("mebibytes", [32, 128])
def test_peak_memory_grows_by_what_is_allocated_more(mebibytes):
    def call(size):
        return lambda: torch.ones(size * MIB // 4)

    memory.peak_resident(call(16))
    one, two = (memory.peak_resident(call(size)) for size in (mebibytes, 2 * mebibytes))
    assert two - one == pytest.approx(mebibytes * MIB, rel=0.1)


@pytest.mark.gpu
def test_peak_memory_on_the_device_is_what_was_allocated():
    def call():
        first = torch.ones(64 * MIB // 4, device="cuda")
        del first
        torch.ones(96 * MIB // 4, device="cuda")

    gc.collect()  # what earlier tests left would be freed half-way
    allocated, reserved = memory.peak_cuda(call)
    standing = torch.cuda.memory_allocated()
    assert allocated - standing == 96 * MIB
    assert reserved >= allocated


def test_spikes_of_a_case_are_the_oracles_exactly():
    """The float64 loop on the same inputs through the same Linear, spike by spike."""
    problem = Problem(Case("depth", "LIF/loop", "cpu", 200, 4, 16, 1, "float64"))
    problem.step()
    (linear,), (layer,) = problem.linears, problem.layers
    inputs = problem.inputs[problem._turn % len(problem.inputs)]
    spikes, _ = spsn_ref.lif(linear(inputs), method="loop", reset="published_code")
    assert spikes.sum() > 0
    assert torch.equal(layer, spikes)
    per_ms, rate = problem.spikes()
    exact = int(spikes.detach().to(torch.int64).sum())
    assert per_ms == exact / 4 / 200
    assert rate == exact / (200 * 4 * 16)


def test_legends_spell_out_every_outcome():
    assert legend(Status).startswith("0: ok; 1: out of memory; 2: time budget; 3: not available")
    assert legend(Flag) == (
        "1: noisy; 2: few samples; 4: not warmed up; 8: inexact as published; "
        "16: machine busy; 32: throttled; 64: clock capped; 128: few rounds; 256: measured alone"
    )


class Counter:
    """An energy counter of `watts` that goes by the clock it is given."""

    def __init__(self, watts):
        self.watts, self.now = watts, 0.0

    def call(self):
        self.now += 0.25

    def read(self, handle):
        return int(self.now * self.watts * 1000)


def test_energy_is_the_counter_over_the_calls(monkeypatch):
    counter = Counter(watts=300)
    monkeypatch.setattr(pynvml, "nvmlDeviceGetTotalEnergyConsumption", counter.read)
    joules = gpu.joules_per_call(counter.call, lambda: None, None, 2.0, lambda: counter.now)
    assert joules == pytest.approx(300 * 0.25)


def test_energy_below_the_counters_resolution_is_no_number(monkeypatch):
    counter = Counter(watts=300)
    monkeypatch.setattr(pynvml, "nvmlDeviceGetTotalEnergyConsumption", counter.read)
    clock = lambda: counter.now  # noqa: E731
    assert gpu.joules_per_call(counter.call, lambda: None, None, 0.1, clock) is None
    monkeypatch.setattr(pynvml, "nvmlDeviceGetTotalEnergyConsumption", lambda handle: 7)
    assert gpu.joules_per_call(counter.call, lambda: None, None, 2.0, clock) is None


def test_a_device_without_an_answer_gives_none(monkeypatch):
    def refuse(*arguments):
        raise pynvml.NVMLError_NotSupported()

    for question in (
        "nvmlDeviceGetTotalEnergyConsumption",
        "nvmlDeviceGetClockInfo",
        "nvmlDeviceGetCurrentClocksThrottleReasons",
        "nvmlDeviceGetComputeRunningProcesses",
    ):
        monkeypatch.setattr(pynvml, question, refuse)
    assert gpu.joules_per_call(lambda: None, lambda: None, None) is None
    assert gpu.clock_hz(None) is None
    assert not gpu.is_throttled(None)
    assert gpu.is_busy(None) is None


@pytest.mark.parametrize(
    ("listed", "busy"),
    [
        (["own"], False),
        (["own", 1], True),
        ([], None),  # a container hides them
        ([1], None),  # ours by its number outside the container, or another's
        ([1, 2], True),  # one at most is ours
    ],
)
def test_other_processes_make_a_device_busy(monkeypatch, listed, busy):
    numbers = [os.getpid() if number == "own" else number for number in listed]
    processes = [SimpleNamespace(pid=number) for number in numbers]
    name = "nvmlDeviceGetComputeRunningProcesses"
    monkeypatch.setattr(pynvml, name, lambda handle: processes)
    assert gpu.is_busy(None) is busy


@pytest.fixture
def two_gpus(monkeypatch):
    """Stand in for NVML on a machine of two GPUs, the second with a MIG instance."""
    physical = ["GPU-aa11", "GPU-aa22"]

    def by_index(index):
        if index >= len(physical):
            raise pynvml.NVMLError_InvalidArgument()
        return physical[index]

    def by_uuid(uuid):
        if uuid not in [*physical, "MIG-bb33"]:
            raise pynvml.NVMLError_NotFound()
        return uuid

    monkeypatch.setattr(pynvml, "nvmlInit", lambda: None)
    monkeypatch.setattr(pynvml, "nvmlDeviceGetCount", lambda: len(physical))
    monkeypatch.setattr(pynvml, "nvmlDeviceGetHandleByIndex", by_index)
    monkeypatch.setattr(pynvml, "nvmlDeviceGetHandleByUUID", by_uuid)
    monkeypatch.setattr(pynvml, "nvmlDeviceGetUUID", lambda handle: handle)


@pytest.mark.parametrize(
    ("visible", "found"),
    [
        (None, "GPU-aa11"),
        ("0,1", "GPU-aa11"),
        ("1,0", "GPU-aa22"),
        (" 1 ", "GPU-aa22"),
        ("GPU-aa22,GPU-aa11", "GPU-aa22"),
        ("GPU-aa2", "GPU-aa22"),
        ("GPU-aa", None),  # of two
        ("GPU-cc", None),
        ("MIG-bb33", "MIG-bb33"),
        ("2", None),
        ("", None),
        ("-1,0", None),  # CUDA stops at the first that is none
        ("NoDevFiles", None),
    ],
)
def test_the_first_gpu_is_the_first_visible_one(monkeypatch, two_gpus, visible, found):
    if visible is None:
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    else:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert gpu.first_gpu() == found


@pytest.mark.parametrize(
    ("uuid", "found"), [("aa22", "GPU-aa22"), ("bb33", "MIG-bb33"), ("cc44", None)]
)
def test_a_gpu_is_found_by_the_uuid_that_torch_tells(monkeypatch, two_gpus, uuid, found):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    assert gpu.first_gpu(uuid) == found


@pytest.mark.parametrize(
    ("reasons", "throttled"), [(0, False), (1, False), (4, True), (0x40, True)]
)
def test_heat_and_power_throttle_but_idling_does_not(monkeypatch, reasons, throttled):
    name = "nvmlDeviceGetCurrentClocksThrottleReasons"
    monkeypatch.setattr(pynvml, name, lambda handle: reasons)
    assert gpu.is_throttled(None) is throttled


@pytest.mark.parametrize(
    ("present", "most", "capped"),
    [(1980, 1980, False), (1500, 1980, False), (1200, 1980, True), (None, 1980, False)],
)
def test_a_device_clocked_far_below_its_maximum_is_capped(monkeypatch, present, most, capped):
    def clock(handle, kind):
        if present is None:
            raise pynvml.NVMLError_NotSupported()
        return present

    monkeypatch.setattr(pynvml, "nvmlDeviceGetClockInfo", clock)
    monkeypatch.setattr(pynvml, "nvmlDeviceGetMaxClockInfo", lambda handle, kind: most)
    assert gpu.is_capped(None) is capped


@pytest.mark.parametrize(
    ("cores", "capped"),
    [
        ([(800, 3700), (3600, 3700)], False),  # one idles, the other is at work
        ([(800, 3700), (2000, 3700)], True),
        ([(2596, 0.0)], False),  # a virtual machine does not tell its maximum
        ([], False),
        (None, False),
    ],
)
def test_a_processor_clocked_far_below_its_maximum_is_capped(monkeypatch, cores, capped):
    told = cores and [SimpleNamespace(current=now, max=most) for now, most in cores]
    monkeypatch.setattr(psutil, "cpu_freq", lambda percpu: told, raising=False)
    assert load.is_capped() is capped


def test_gpu_fingerprint(monkeypatch):
    answers = {
        "nvmlInit": None,
        "nvmlDeviceGetHandleByIndex": "handle",
        "nvmlDeviceGetName": "NVIDIA H200",
        "nvmlDeviceGetCount": 1,
        "nvmlDeviceGetMemoryInfo": SimpleNamespace(total=141 * 2**30),
        "nvmlSystemGetDriverVersion": "580.1",
        "nvmlSystemGetCudaDriverVersion_v2": 13010,
        "nvmlDeviceGetMaxClockInfo": 1980,
        "nvmlDeviceGetEnforcedPowerLimit": 700_000,
    }
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    for name, answer in answers.items():
        monkeypatch.setattr(pynvml, name, lambda *_, answer=answer: answer)
    assert gpu.describe() == {
        "gpu": "NVIDIA H200",
        "gpu_count": "1",
        "gpu_memory": "141 GiB",
        "gpu_driver": "580.1",
        "cuda": "13.1",
        "gpu_max_clock": "1980 MHz",
        "gpu_power_cap": "700 W",
    }
    assert machine.fingerprint()["machine"] == "nvidia-h200"


def test_fingerprint_is_strings_under_asvs_names(monkeypatch):
    monkeypatch.setattr(gpu, "first_gpu", lambda uuid=None: None)
    facts = machine.fingerprint()
    assert {"machine", "os", "arch", "cpu", "num_cpu", "ram", "threads", "torch"} == set(facts)
    assert all(isinstance(fact, str) and fact for fact in facts.values())


def test_machine_names_come_from_the_hardware():
    assert machine.neutral_name("AMD EPYC 9654 96-Core Processor", None, 2) == "amd-epyc-9654-2core"
    assert machine.neutral_name("Intel(R) Core(TM) i5-2520M CPU @ 2.50GHz", None, 4) == (
        "intel-core-i5-2520m-4core"
    )
    assert machine.neutral_name("x", "NVIDIA H200", 16) == "nvidia-h200"


def test_threads_are_what_is_asked_for(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert machine.thread_count() == 3
    monkeypatch.setenv("OMP_NUM_THREADS", "many")
    assert machine.thread_count() >= 1


@pytest.mark.parametrize(("others", "busy"), [(0.0, False), (0.1, False), (3.0, True)])
def test_a_busy_machine_is_noticed(monkeypatch, others, busy):
    elapsed = {"wall": 0.0, "own": 0.0, "others": 0.0}
    monkeypatch.setattr(load.time, "monotonic", lambda: elapsed["wall"])
    monkeypatch.setattr(psutil, "cpu_count", lambda: 2)
    monkeypatch.setattr(
        psutil, "cpu_times", lambda: SimpleNamespace(user=elapsed["own"], steal=elapsed["others"])
    )
    own = SimpleNamespace(cpu_times=lambda: SimpleNamespace(user=elapsed["own"], system=0.0))
    monkeypatch.setattr(psutil, "Process", lambda: own)
    watch = load.LoadWatch()
    elapsed.update(wall=10.0, own=15.0, others=others)
    assert watch.is_busy() is busy


@pytest.mark.parametrize(("spinning", "asleep"), [(0.0, 0.002), (0.01, 0.012), (9.0, 0.3)])
def test_who_leaves_the_processor_waits_until_its_threads_no_longer_spin(spinning, asleep):
    now = 0.0

    def sleep(seconds):
        nonlocal now
        now += seconds

    load.settle(0.3, used=lambda: min(now, spinning), sleep=sleep)
    assert now == pytest.approx(asleep)


def test_what_others_do_while_the_watch_is_paused_does_not_count(monkeypatch):
    now = {"wall": 0.0, "machine": 0.0}
    monkeypatch.setattr(load.time, "monotonic", lambda: now["wall"])
    monkeypatch.setattr(psutil, "cpu_count", lambda: 2)
    monkeypatch.setattr(psutil, "cpu_times", lambda: SimpleNamespace(user=now["machine"]))
    idle = SimpleNamespace(cpu_times=lambda: SimpleNamespace(user=0.0, system=0.0))
    monkeypatch.setattr(psutil, "Process", lambda: idle)
    watch = load.LoadWatch()
    for _ in range(3):
        with watch.paused():
            now.update(wall=now["wall"] + 10, machine=now["machine"] + 20)
    now["wall"] += 1
    assert not watch.is_busy()
    now["machine"] += 0.3
    assert watch.is_busy()


def test_instruments_know_no_model():
    folder = Path(memory.__file__).parent
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                assert node.level <= 1, path
                names = [node.module or ""]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                continue
            assert not any(n.split(".")[0] in ("spsn_ref", "benchmarks", "reports") for n in names)
