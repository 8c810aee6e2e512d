"""The seconds of an epoch, separately for data and model."""

import time

import torch


class Clock:
    """Sums the seconds between marks.

    On CUDA the marks are events in the stream, and the host does not wait for them before
    `seconds`.
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
        """Add the time since the last mark to "data" or "model"."""
        now, last = self._now(), self._last
        if isinstance(now, float) and isinstance(last, float):
            self._sums[name] += now - last
        elif not isinstance(now, float) and not isinstance(last, float):
            self._events.append((name, last, now))
        self._last = now

    def skip(self) -> None:
        """Do not count the time since the last mark."""
        self._last = self._now()

    def seconds(self) -> dict[str, float]:
        """Return the sums so far."""
        if self._events:
            torch.cuda.synchronize()
        for name, start, end in self._events:
            self._sums[name] += start.elapsed_time(end) / 1000
        self._events.clear()
        return dict(self._sums)
