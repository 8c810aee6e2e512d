"""Runs a function in the processes of a group on this machine; returns what each finds."""

import sys
import traceback
import warnings
from pathlib import Path

import torch
import torch.distributed as dist

sys.path.append(str(Path(__file__).parents[3]))


def _rank(rank, ranks, function, folder, backend):
    warnings.simplefilter("error")
    torch.set_num_threads(1)
    try:
        if backend == "nccl":
            torch.cuda.set_device(rank)
            torch.set_default_device(f"cuda:{rank}")
        dist.init_process_group(
            backend, init_method=f"file://{folder}/meet", rank=rank, world_size=ranks
        )
        found = function(dist.group.WORLD)
        dist.barrier()
        dist.destroy_process_group()
    except BaseException:
        found = {"error": traceback.format_exc()}
    torch.save(found, f"{folder}/{rank}.pt")


def run(function, ranks, folder, backend="gloo"):
    """Return what `function(group)` returns in each of the group's processes, in their order."""
    context = torch.multiprocessing.get_context("spawn")
    processes = [
        context.Process(target=_rank, args=(rank, ranks, function, str(folder), backend))
        for rank in range(ranks)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(300)
        if process.is_alive():
            process.kill()
    found = [torch.load(folder / f"{rank}.pt", weights_only=True) for rank in range(ranks)]
    errors = [one["error"] for one in found if "error" in one]
    assert not errors, "\n".join(errors)
    return found
