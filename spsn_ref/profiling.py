"""Profiles one step of a neuron by torch.profiler: its operators or kernels, launches and bytes.

This shows what a step consists of. How fast it is, the package `benchmarks` measures.
"""

import math
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.profiler import ProfilerActivity, profile, record_function
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

# The CUDA calls that launch a kernel; a replayed graph counts once.
_LAUNCHES = ("cudaLaunchKernel", "cuLaunchKernel", "cudaGraphLaunch")


class ByteCounter(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Sums the bytes of every operator's tensor arguments and results, without views.

    This is the traffic at the level of operators, as if there were no caches. Of a fused operator
    only its arguments and results count.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.total = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):  # type: ignore[no-untyped-def]
        """Run the operator and count its bytes."""
        result = func(*args, **(kwargs or {}))
        if not func.is_view:
            leaves = tree_leaves((args, kwargs, result))
            tensors = {id(t): t for t in leaves if isinstance(t, Tensor)}
            self.total += sum(t.numel() * t.element_size() for t in tensors.values())
        return result


@dataclass(frozen=True)
class Profile:
    """One profiled step.

    Attributes:
        table: operators (CPU) or kernels and operators (CUDA), by time.
        launches: kernel launches; 0 on a CPU.
        bytes_moved: see `ByteCounter`.
        bytes_per_element: the same per element of the current; a fused method needs about 20.
        recorded: torch's profile, for `export_chrome_trace`.
    """

    table: str
    launches: int
    bytes_moved: int
    bytes_per_element: float
    recorded: Any


@contextmanager
def _named(name: str, device: torch.device):  # type: ignore[no-untyped-def]
    """Mark a range in the trace and, on CUDA, for NVTX."""
    nvtx: AbstractContextManager[Any] = (
        torch.cuda.nvtx.range(name) if device.type == "cuda" else nullcontext()
    )
    with record_function(name), nvtx:
        yield


def _step(neuron: nn.Module, current: Tensor, gradient: Tensor) -> Callable[[], None]:
    def step() -> None:
        current.grad = None
        with _named("forward", current.device):
            output, _ = neuron(current, with_membrane=False)  # as the networks and suites do
        with _named("backward", current.device):
            torch.autograd.backward(output, gradient)

    return step


def profile_step(
    neuron: nn.Module,
    shape: tuple[int, int, int],
    device: str = "cpu",
    dtype: torch.dtype = torch.float32,
    rows: int = 15,
) -> Profile:
    """Profile one forward and backward pass of a hidden neuron on a random current.

    Args:
        neuron: maps current to (output, membrane), see `spsn_ref.neurons`.
        shape: of the current, [time, batch, unit].
        device: "cpu" or "cuda".
        dtype: of the current.
        rows: number of rows of the table.

    Returns:
        The profile of one warm step.
    """
    current = torch.randn(shape, device=device, dtype=dtype, requires_grad=True)
    step = _step(neuron, current, torch.randn_like(current))
    for _ in range(3):
        step()
    with ByteCounter() as counter:
        step()
    activities = [ProfilerActivity.CPU]
    sort_by = "self_cpu_time_total"
    if device == "cuda":
        activities.append(ProfilerActivity.CUDA)
        sort_by = "self_device_time_total"
        torch.cuda.synchronize()
    # There is one cycle, whose events torch 2.11 else warns of losing.
    with profile(activities=activities, acc_events=True) as recorded:
        step()
        if device == "cuda":
            torch.cuda.synchronize()
    averages = recorded.key_averages()
    return Profile(
        table=averages.table(sort_by=sort_by, row_limit=rows, max_name_column_width=48),
        launches=sum(event.count for event in averages if event.key.startswith(_LAUNCHES)),
        bytes_moved=counter.total,
        bytes_per_element=counter.total / math.prod(shape),
        recorded=recorded,
    )
