"""What NVML knows of a GPU: energy, clocks, throttling, identity; without NVML, nothing."""

import os
import time
from collections.abc import Callable
from typing import Any

import pynvml

from .load import is_far_below

# Reasons for which a clock is lower than asked: power cap, slowdown, heat, power brake (NVML's
# nvmlClocksEventReason bits). Idle and "set by the user" are not among them.
_THROTTLING = 0x4 | 0x8 | 0x20 | 0x40 | 0x80


def first_visible() -> int | str | None:
    """Return what CUDA_VISIBLE_DEVICES names first: an index, a UUID, or None for no GPU.

    Unset, it is index 0. CUDA numbers GPUs from the fastest on unless CUDA_DEVICE_ORDER=PCI_BUS_ID,
    NVML always by their bus, and NVML cannot tell which is fastest: an index is taken as NVML's. On
    a machine of unequal GPUs set CUDA_DEVICE_ORDER=PCI_BUS_ID, or name the GPU by its UUID.
    """
    first = os.environ.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0].strip()
    if first.isdecimal():
        return int(first)
    return first if first.startswith(("GPU-", "MIG-")) else None


def _handle_by_uuid(uuid: str) -> Any:
    try:
        return pynvml.nvmlDeviceGetHandleByUUID(uuid)
    except pynvml.NVMLError:
        # CUDA takes the beginning of a UUID as well, where it is of one GPU only.
        every = map(pynvml.nvmlDeviceGetHandleByIndex, range(pynvml.nvmlDeviceGetCount()))
        found = [handle for handle in every if pynvml.nvmlDeviceGetUUID(handle).startswith(uuid)]
        if len(found) != 1:
            raise
        return found[0]


def first_gpu(uuid: str | None = None) -> Any | None:
    """Return NVML's handle of a GPU, or part of one (MIG); None without NVML or such a GPU.

    Args:
        uuid: as torch gives it, without "GPU-" or "MIG-"; None: the first that this process may
            use, see `first_visible`.
    """
    names = [first_visible()] if uuid is None else [f"GPU-{uuid}", f"MIG-{uuid}"]
    for name in names:
        try:
            pynvml.nvmlInit()
            if isinstance(name, int):
                return pynvml.nvmlDeviceGetHandleByIndex(name)
            if name is not None:
                return _handle_by_uuid(name)
        except pynvml.NVMLError:
            continue
    return None


def ask(question: Callable[..., Any], *arguments: Any) -> Any | None:
    """Return NVML's answer, or None where this device or driver does not have one."""
    try:
        return question(*arguments)
    except pynvml.NVMLError:
        return None


def is_throttled(handle: Any) -> bool:
    """Return whether heat or power holds the clocks down at this moment."""
    reasons = ask(pynvml.nvmlDeviceGetCurrentClocksThrottleReasons, handle)
    return bool((reasons or 0) & _THROTTLING)


def clock_hz(handle: Any) -> float | None:
    """Return the present clock of the multiprocessors, hertz."""
    megahertz = ask(pynvml.nvmlDeviceGetClockInfo, handle, pynvml.NVML_CLOCK_SM)
    return None if megahertz is None else megahertz * 1e6


def is_capped(handle: Any) -> bool:
    """Return whether the multiprocessors' clock is far below its maximum; call it under load."""
    most = ask(pynvml.nvmlDeviceGetMaxClockInfo, handle, pynvml.NVML_CLOCK_SM)
    return is_far_below(clock_hz(handle), most and most * 1e6)


def is_busy(handle: Any) -> bool | None:
    """Return whether other processes use the device; call it while this one does.

    The utilisation would not do: it still holds what we ran ourselves a moment ago. None where NVML
    does not list processes, or lists a single one that may be ours: in a container it can hide them
    or number them otherwise.
    """
    processes = ask(pynvml.nvmlDeviceGetComputeRunningProcesses, handle)
    numbers = {process.pid for process in processes or []}
    if len(numbers) > 1:
        return True
    return False if numbers == {os.getpid()} else None


def joules_per_call(
    call: Callable[[], object],
    synchronize: Callable[[], None],
    handle: Any,
    seconds: float = 1.0,
    clock: Callable[[], float] = time.perf_counter,
) -> float | None:
    """Repeat `call` for `seconds` and return the energy of one, joules, by the board's counter.

    The counter advances some ten times a second; over less than half a second it is
    useless, and None is returned, as where the device has no counter.
    """
    synchronize()
    before = ask(pynvml.nvmlDeviceGetTotalEnergyConsumption, handle)
    if before is None or seconds < 0.5:
        return None
    start, calls = clock(), 0
    while clock() - start < seconds:
        call()
        synchronize()
        calls += 1
    after = ask(pynvml.nvmlDeviceGetTotalEnergyConsumption, handle)
    if after is None or after <= before:
        return None
    return float(after - before) / 1000 / calls


def describe() -> dict[str, str]:
    """Return the fingerprint of the first visible GPU as strings; empty where there is none."""
    handle = first_gpu()
    if handle is None:
        return {}
    memory = ask(pynvml.nvmlDeviceGetMemoryInfo, handle)
    cuda = ask(pynvml.nvmlSystemGetCudaDriverVersion_v2)
    clock = ask(pynvml.nvmlDeviceGetMaxClockInfo, handle, pynvml.NVML_CLOCK_SM)
    cap = ask(pynvml.nvmlDeviceGetEnforcedPowerLimit, handle)
    facts = {
        "gpu": ask(pynvml.nvmlDeviceGetName, handle),
        "gpu_count": ask(pynvml.nvmlDeviceGetCount),
        "gpu_memory": memory and f"{memory.total / 2**30:.0f} GiB",
        "gpu_driver": ask(pynvml.nvmlSystemGetDriverVersion),
        "cuda": cuda and f"{cuda // 1000}.{cuda % 1000 // 10}",
        "gpu_max_clock": clock and f"{clock} MHz",
        "gpu_power_cap": cap and f"{cap / 1000:.0f} W",
    }
    return {name: str(fact) for name, fact in facts.items() if fact is not None}
