"""What NVML knows of a GPU: energy, clocks, throttling, identity; without NVML, nothing."""

import time
from collections.abc import Callable
from typing import Any

import pynvml

from .load import is_far_below

# Reasons for which a clock is lower than asked: power cap, slowdown, heat, power brake (NVML's
# nvmlClocksEventReason bits). Idle and "set by the user" are not among them.
_THROTTLING = 0x4 | 0x8 | 0x20 | 0x40 | 0x80


def first_gpu(uuid: str | None = None) -> Any | None:
    """Return NVML's handle of the GPU with this UUID (None: the first), or None without NVML."""
    try:
        pynvml.nvmlInit()
        if uuid is not None:
            return pynvml.nvmlDeviceGetHandleByUUID(f"GPU-{uuid}")
        return pynvml.nvmlDeviceGetHandleByIndex(0)
    except pynvml.NVMLError:
        return None


def ask(question: Callable[..., Any], *arguments: Any) -> Any | None:
    """Return NVML's answer, or None where this device or driver does not have one."""
    try:
        return question(*arguments)
    except pynvml.NVMLError:
        return None


def is_throttled(handle: Any) -> bool:
    """Tell whether heat or power holds the clocks down at this moment."""
    reasons = ask(pynvml.nvmlDeviceGetCurrentClocksThrottleReasons, handle)
    return bool((reasons or 0) & _THROTTLING)


def clock_hz(handle: Any) -> float | None:
    """Return the present clock of the multiprocessors, hertz."""
    megahertz = ask(pynvml.nvmlDeviceGetClockInfo, handle, pynvml.NVML_CLOCK_SM)
    return None if megahertz is None else megahertz * 1e6


def is_capped(handle: Any) -> bool:
    """Tell whether the multiprocessors' clock is far below what they can reach; ask under load."""
    most = ask(pynvml.nvmlDeviceGetMaxClockInfo, handle, pynvml.NVML_CLOCK_SM)
    return is_far_below(clock_hz(handle), most and most * 1e6)


def is_busy(handle: Any) -> bool:
    """Tell whether something already runs on the device."""
    rates = ask(pynvml.nvmlDeviceGetUtilizationRates, handle)
    return rates is not None and rates.gpu > 10


def joules_per_call(
    call: Callable[[], object],
    synchronize: Callable[[], None],
    handle: Any,
    seconds: float = 1.0,
    clock: Callable[[], float] = time.perf_counter,
) -> float | None:
    """Repeat `call` for `seconds` and return the energy of one, joules, by the board's counter.

    The counter advances some ten times a second; over less than half a second it says nothing, and
    None is returned, as where the device has no counter.
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
    """Return the fingerprint of the first GPU as strings; empty where there is none."""
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
