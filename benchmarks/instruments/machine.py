"""The fingerprint of this machine, as the strings asv keeps in machine.json."""

import os
import platform
import re
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version

import psutil

from . import gpu
from .allotment import allotted


def thread_count() -> int:
    """Return how many threads torch is given.

    The first number of OMP_NUM_THREADS (the others are of nested regions), or one a physical core,
    but no more than the processors that this process may use.
    """
    asked = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    if asked.isdigit() and int(asked) > 0:
        return int(asked)
    return min(psutil.cpu_count(logical=False) or os.cpu_count() or 1, allotted())


def processor_name() -> str:
    """Return the processor's name by py-cpuinfo (which takes over a second)."""
    import cpuinfo  # not in the measured environments: only the driver needs it

    return str(cpuinfo.get_cpu_info().get("brand_raw") or platform.processor() or "unknown")


def neutral_name(processor: str, graphics: str | None, cores: int) -> str:
    """Make a machine name out of its hardware, such as "amd-epyc-9654-2core": no host name."""
    words = re.sub(r"\((?:R|TM)\)|\bCPU\b|\bProcessor\b|@.*|\d+-Core", " ", graphics or processor)
    slug = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "machine"
    return slug if graphics else f"{slug}-{cores}core"


def fingerprint() -> dict[str, str]:
    """Describe processor, memory, system, torch and GPU, each as a string, under asv's names."""
    processor = processor_name()
    cores = os.cpu_count() or 1
    graphics = gpu.describe()
    facts = {
        "machine": neutral_name(processor, graphics.get("gpu"), cores),
        # The release without what a vendor appends to it.
        "os": f"{platform.system()} {platform.release().partition('-')[0]}",
        "arch": platform.machine(),
        "cpu": processor,
        "num_cpu": str(cores),
        "ram": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "threads": str(thread_count()),
    }
    # The driver's own environment may have no torch: asv then notes the one it installs.
    with suppress(PackageNotFoundError):
        facts["torch"] = version("torch").partition("+")[0]
    return facts | graphics
