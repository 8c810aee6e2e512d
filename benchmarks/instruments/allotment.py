"""How many processors this process may use."""

import os
from pathlib import Path

from .files import system_text


def allotted() -> int:
    """Return how many processors this process may use: those of its affinity and its cgroup."""
    return min(by_affinity(), by_cgroup(Path("/")))


def by_affinity() -> int:
    """Return on how many processors this process may run."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def by_cgroup(root: Path) -> int:
    """Return how many processors' time its cgroup has, at least one."""
    quota, _, period = system_text("sys/fs/cgroup/cpu.max", root).partition(" ")
    if quota.isdigit() and period.isdigit() and int(period) > 0:
        return max(1, int(quota) // int(period))
    return os.cpu_count() or 1
