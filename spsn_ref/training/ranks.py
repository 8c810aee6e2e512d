"""The processes of `torchrun`: the rank of this one, and sums over all of them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch
import torch.distributed as dist
from torch import Tensor


def size() -> int:
    """Return the number of processes that train together."""
    return dist.get_world_size() if dist.is_initialized() else 1


def rank() -> int:
    """Return the rank of this process; rank 0 writes the run folder."""
    return dist.get_rank() if dist.is_initialized() else 0


def total(tensor: Tensor) -> Tensor:
    """Sum a tensor over all processes."""
    if size() == 1:
        return tensor
    tensor = tensor.clone()
    dist.all_reduce(tensor)
    return tensor


def share(samples: int) -> tuple[slice, float]:
    """Return this process's part of a batch, and the weight of its samples.

    If a batch has fewer samples than processes, those without run the first sample at weight 0.
    """
    ends = [samples * r // size() for r in (rank(), rank() + 1)]
    return (slice(*ends), 1.0) if ends[0] < ends[1] else (slice(0, 1), 0.0)


@contextmanager
def joined(device: str) -> Iterator[str]:
    """Join the processes that `torchrun` started, if any; yield this process's device.

    Raises:
        ValueError: the device is not there.
    """
    local = int(os.environ.get("LOCAL_RANK", 0))
    if device == "cuda":
        if local >= torch.cuda.device_count():
            raise ValueError(
                f"device 'cuda': torch sees {torch.cuda.device_count()} CUDA devices here and "
                f"process {local} needs one of its own; use device 'cpu', or fewer processes"
            )
        torch.cuda.set_device(local)
    if int(os.environ.get("WORLD_SIZE", 1)) == 1:
        yield device
        return
    dist.init_process_group("nccl" if device == "cuda" else "gloo")
    try:
        yield device
    finally:
        dist.destroy_process_group()
