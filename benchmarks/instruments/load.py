"""Whether other programs used the processors while we measured, and waiting until they are idle."""

import time
from collections.abc import Callable
from typing import Any

import psutil


def _others(times: Any) -> float:
    # "steal" is what a hypervisor gave to somebody else; "guest" is contained in "user".
    names = ("user", "nice", "system", "irq", "softirq", "steal")
    return float(sum(getattr(times, name, 0.0) for name in names))


class LoadWatch:
    """Compares the machine's processor time with that of this process and its ended children."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._start = self._now()

    def _now(self) -> tuple[float, float, float]:
        own = self._process.cpu_times()
        ours = ("user", "system", "children_user", "children_system")
        return (
            time.monotonic(),
            _others(psutil.cpu_times()),
            float(sum(getattr(own, name, 0.0) for name in ours)),
        )

    def is_busy(self, share: float = 0.1) -> bool:
        """Return whether others took more than this share of the processors since the start."""
        wall, machine, own = (
            now - then for now, then in zip(self._now(), self._start, strict=True)
        )
        # The kernel counts in hundredths of a second: below that, nothing is known.
        others = machine - own
        return others > 0.05 and others > share * wall * (psutil.cpu_count() or 1)


def settle(
    limit: float = 0.3,
    used: Callable[[], float] = time.process_time,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Sleep until our threads are idle, or `limit` seconds.

    OpenMP's threads spin for some 10 ms after their last call, and would slow the next case.
    """
    step = 0.002
    for _ in range(round(limit / step)):
        before = used()
        sleep(step)
        if used() - before < 0.2 * step:
            break


def is_far_below(clock: float | None, most: float | None) -> bool:
    """Return whether a clock is below 70% of its maximum; False where either is not known.

    With all cores in use, a processor runs each at three quarters of its single-core clock.
    """
    return bool(clock and most) and clock < 0.7 * most  # type: ignore[operator]


def is_capped() -> bool:
    """Return whether even the fastest core is far below its maximum clock; call it under load."""
    try:
        each = psutil.cpu_freq(percpu=True) or []
    except (AttributeError, OSError, NotImplementedError):
        return False
    fastest = max(each, key=lambda frequency: frequency.current, default=None)
    return fastest is not None and is_far_below(fastest.current, fastest.max)


def clock_hz() -> float | None:
    """Return the processor's present clock, hertz; None where it is not known."""
    try:
        frequency = psutil.cpu_freq()
    except (AttributeError, OSError, NotImplementedError):
        return None
    return frequency.current * 1e6 if frequency and frequency.current else None
