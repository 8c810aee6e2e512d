"""What the measuring process itself sees: processor, allotment, threads, versions."""

import os
import platform
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch

from .allotment import allotted
from .files import system_text

# Their versions decide how fast a method is.
PACKAGES = ("torch", "numba", "llvmlite", "numpy", "triton")
_PROCESSOR = {"cpu family": "family", "model": "model", "stepping": "stepping", "microcode": ""}
_CPU = "sys/devices/system/cpu"


def _processor(root: Path) -> dict[str, str]:
    """Return family, model, stepping and microcode of the first processor."""
    found: dict[str, str] = {}
    for line in system_text("proc/cpuinfo", root).splitlines():
        name, _, value = line.partition(":")
        if (name := name.strip()) in _PROCESSOR:
            found.setdefault(f"processor {_PROCESSOR[name] or name}", value.strip())
    return found


def _caches(root: Path) -> dict[str, str]:
    """Return the size of each cache of the first processor, and who shares it."""
    found = {}
    for index in sorted((root / _CPU / "cpu0/cache").glob("index*")):
        told = {
            name: system_text(str(index.relative_to(root) / name), root)
            for name in ("level", "type", "size", "shared_cpu_list")
        }
        if told["size"]:
            name = f"cache L{told['level']} {told['type'].lower()}"
            found[name] = f"{told['size']}, processors {told['shared_cpu_list']}"
    return found


def _allocator() -> str:
    name, number = platform.libc_ver()
    set_by = {name: value for name, value in os.environ.items() if name.startswith("MALLOC_")}
    preloaded = os.environ.get("LD_PRELOAD", "")
    return " ".join(
        [name, number, *(f"{key}={value}" for key, value in set_by.items()), preloaded]
    ).strip()


def provenance(root: Path = Path("/")) -> dict[str, str]:
    """Describe what measures, as strings; what the system does not tell is left out.

    Args:
        root: of the system's files.
    """
    found = {
        **_processor(root),
        **_caches(root),
        "SMT": {"1": "on", "0": "off"}.get(system_text(f"{_CPU}/smt/active", root), ""),
        "huge pages": system_text("sys/kernel/mm/transparent_hugepage/enabled", root),
        "processors allotted": str(allotted()),
        "cgroup quota": system_text("sys/fs/cgroup/cpu.max", root),
        "threads": f"{torch.get_num_threads()} within, {torch.get_num_interop_threads()} between",
        "vectors": torch.backends.cpu.get_cpu_capability(),
        "allocator": _allocator(),
        "python": platform.python_version(),
    }
    for package in PACKAGES:
        with suppress(PackageNotFoundError):
            found[package] = version(package)
    return {name: value for name, value in found.items() if value}
