"""What a run ran on, without the names of hosts, users or folders."""

import platform
from pathlib import Path
from typing import Any

import torch

import spsn_ref

from ..data import Dataset
from . import ranks
from .settings import Settings


def _device_name(device: str) -> str:
    if device == "cuda":
        return torch.cuda.get_device_name()
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.is_file() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def environment(settings: Settings, dataset: Dataset) -> dict[str, Any]:
    """Return the content of environment.json."""
    return {
        "torch": torch.__version__,
        "python": platform.python_version(),
        "device": settings.device,
        "device_name": _device_name(settings.device),
        "processes": ranks.size(),
        "threads": torch.get_num_threads(),
        "spsn_ref": spsn_ref.__version__,
        "dataset": {
            "name": dataset.name,
            "train": len(dataset.train),
            "test": len(dataset.test),
            "classes": dataset.classes,
            "channels": dataset.channels,
        },
    }
