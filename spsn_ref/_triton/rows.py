"""What the kernels run on: a CUDA device, and tensors of [time, lane]."""

import os
from importlib.util import find_spec

import torch
from torch import Tensor

_INSTALLED = find_spec("triton") is not None
# Triton's own switch: its interpreter runs the kernels on CPU tensors, which tests their logic.
INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"


def unavailable_reason() -> str | None:
    """Return what is missing, or None."""
    if not _INSTALLED:
        return "needs triton: pip install triton"
    if not (INTERPRETED or torch.cuda.is_available()):
        return "needs a CUDA device"
    return None


def rows(tensor: Tensor) -> Tensor:
    """Reshape a tensor to the layout of the kernels, [time, lane], contiguous.

    Raises:
        NotImplementedError: the tensor is float64, or not on a CUDA device.
    """
    if tensor.dtype == torch.float64:
        raise NotImplementedError(
            "method 'triton' computes in float32 and current is float64; "
            "call current.float() first or choose another method"
        )
    if not (INTERPRETED or tensor.is_cuda):
        raise NotImplementedError(
            f"method 'triton' runs on CUDA devices and current is on {tensor.device}; "
            "call current.cuda() first or choose another method"
        )
    return tensor.reshape(tensor.shape[0], -1).contiguous()
