"""Seconds of an epoch, its data and its model apart."""

import time

import torch


class Clock:
    """Adds up what lies between two marks.

    On CUDA the marks lie in the stream and the host waits for none of them before `seconds`.
    """

    def __init__(self, device: str, before: dict[str, float] | None = None) -> None:
        self._cuda = device == "cuda"
        self._sums = {"data": 0.0, "model": 0.0} | (before or {})
        self._events: list[tuple[str, torch.cuda.Event, torch.cuda.Event]] = []
        self._last = self._now()

    def _now(self) -> float | torch.cuda.Event:
        if not self._cuda:
            return time.perf_counter()
        event = torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call]
        event.record()
        return event

    def mark(self, name: str) -> None:
        """Count the time since the last mark as that of "data" or "model"."""
        now, last = self._now(), self._last
        if isinstance(now, float) and isinstance(last, float):
            self._sums[name] += now - last
        elif not isinstance(now, float) and not isinstance(last, float):
            self._events.append((name, last, now))
        self._last = now

    def skip(self) -> None:
        """Count the time since the last mark as nobody's."""
        self._last = self._now()

    def seconds(self) -> dict[str, float]:
        """Return the sums so far."""
        if self._events:
            torch.cuda.synchronize()
        for name, start, end in self._events:
            self._sums[name] += start.elapsed_time(end) / 1000
        self._events.clear()
        return dict(self._sums)
