"""How many processors this process may use."""

import os
from pathlib import Path

from .files import system_text


def allotted() -> int:
    """Return how many processors this process may use: by its affinity, its cgroup, its job."""
    return min(by_affinity(), by_cgroup(Path("/")), by_slurm())


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


def by_slurm() -> int:
    """Return how many processors Slurm gave to this task, which it may not bind it to."""
    given = os.environ.get("SLURM_CPUS_PER_TASK", "")
    return int(given) if given.isdigit() and int(given) > 0 else os.cpu_count() or 1
