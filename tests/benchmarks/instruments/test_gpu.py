"""NVML's answers, by stand-ins for it."""

import os
from types import SimpleNamespace

import pynvml
import pytest

from benchmarks.instruments import gpu, machine


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
def test_temperature_and_power_throttle_but_idling_does_not(monkeypatch, reasons, throttled):
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
