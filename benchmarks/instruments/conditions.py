"""What about this machine would spoil a measurement, found before anything is measured."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil

from .allotment import allotted, by_affinity, by_cgroup
from .files import system_text

# Others' share of the processors, and the hypervisor's, above which ratios suffer.
BUSY, STOLEN = 0.05, 0.01
# A case of profile `quick` needs this much memory, a sweep's environment this much disk; bytes.
MEMORY, DISK = 4 * 2**30, 4 * 2**30


class Finding(NamedTuple):
    """What is wrong, and what can be done about it."""

    what: str
    remedy: str


def _of_load(seconds: float) -> Iterator[Finding]:
    before = psutil.cpu_times()
    time.sleep(seconds)
    after = psutil.cpu_times()
    spent = {name: getattr(after, name) - getattr(before, name) for name in after._fields}
    # "guest" is contained in "user".
    total = sum(value for name, value in spent.items() if not name.startswith("guest")) or 1.0
    idle = spent["idle"] + spent.get("iowait", 0.0)
    stolen = spent.get("steal", 0.0) / total
    busy = 1 - idle / total - stolen
    if busy > BUSY:
        yield Finding(
            f"other programs use {busy:.0%} of the processors", "end them, or wait for their end"
        )
    if stolen > STOLEN:
        yield Finding(
            f"the hypervisor gives {stolen:.0%} of the processors to other machines (steal)",
            "measure at another hour, several runs, or on a machine of your own",
        )


def _of_settings(root: Path) -> Iterator[Finding]:
    governors = {
        system_text(str(path.relative_to(root)), root)
        for path in root.glob("sys/devices/system/cpu/cpu*/cpufreq/scaling_governor")
    }
    if slow := governors - {"performance", "schedutil", ""}:
        yield Finding(
            f"the clock's governor is {', '.join(sorted(slow))}",
            "cpupower frequency-set --governor performance",
        )
    pages = system_text("sys/kernel/mm/transparent_hugepage/enabled", root)
    if "[never]" in pages:
        yield Finding(
            "transparent huge pages are off, which slows large tensors",
            "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled",
        )
    if system_text("sys/devices/system/cpu/smt/active", root) == "1":
        physical = psutil.cpu_count(logical=False) or 1
        if allotted() > physical:
            yield Finding(
                f"two threads share a core (SMT): {allotted()} processors, {physical} cores",
                f"leave OMP_NUM_THREADS unset, or set it to {physical} at most",
            )


def _of_allotment(root: Path) -> Iterator[Finding]:
    affinity, quota = by_affinity(), by_cgroup(root)
    if quota < affinity:
        yield Finding(
            f"a quota of {quota} processors is spread over {affinity}, so that threads are stopped "
            "for milliseconds",
            f"taskset --cpu-list 0-{quota - 1}, or lift the quota",
        )


def _of_room(folder: Path) -> Iterator[Finding]:
    memory, disk = psutil.virtual_memory().available, shutil.disk_usage(folder).free
    for what, have, need in (("memory", memory, MEMORY), ("disk", disk, DISK)):
        if have < need:
            yield Finding(
                f"{have / 2**30:.1f} GiB of {what} are free, a sweep needs {need / 2**30:.0f}",
                "the cases that do not fit will say so" if what == "memory" else "free some",
            )


def findings(
    seconds: float = 2.0, root: Path = Path("/"), folder: Path = Path()
) -> Iterator[Finding]:
    """Yield what is wrong with this machine.

    Args:
        seconds: how long the load is watched.
        root: of the system's files.
        folder: where environments are built.
    """
    yield from _of_load(seconds)
    yield from _of_settings(root)
    yield from _of_allotment(root)
    yield from _of_room(folder)
