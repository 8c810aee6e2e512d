"""A sparse batch by compiled loops on a CPU: bit-identical to the one by tensors, and faster."""

import numpy as np
import torch
from torch import Tensor

from .augmentation import Draw, Tables, tables
from .recordings import CHANNELS, Recordings


def last_steps(recordings: Recordings, chosen: Tensor, step: float) -> Tensor:
    """Return one past the last bin of each chosen recording, int64 [batch]."""
    from . import kernels

    out = torch.empty(len(chosen), dtype=torch.int64)
    times, offsets = recordings.times.numpy(), recordings.offsets.numpy()
    kernels.last_bins(times, offsets, chosen.numpy(), step, out.numpy())
    return out


def _as_it_is(samples: int, length: int) -> Tables:
    """Return the tables of no augmentation: every pixel shows itself."""
    pixels = [torch.arange(size).expand(samples, -1) for size in (length, CHANNELS)]
    time, channel = (pixel.contiguous() for pixel in pixels)
    return Tables(time, torch.ones_like(time), channel, torch.ones_like(channel))


def _shown(sizes: Tensor, zoom: Tensor, shift: Tensor) -> tuple[Tensor, Tensor]:
    """Return what `augmentation.tables` asks for along an axis."""
    from . import kernels

    first = torch.empty(len(sizes), int(sizes.max()), dtype=torch.int64)
    many = torch.zeros_like(first)
    numbers = (sizes, zoom.double(), shift.double(), first, many)
    kernels.shown(*(number.numpy() for number in numbers))
    return first, many


def csr(
    recordings: Recordings,
    chosen: Tensor,
    step: float,
    steps: Tensor,
    length: int,
    drawn: Draw | None,
    front: bool,
    channel_bin: int,
) -> tuple[Tensor, Tensor, Tensor]:
    """Count the spikes of a batch.

    Args:
        recordings: on the CPU.
        chosen: the recordings of the batch, int64 [batch].
        step: length of a bin, seconds.
        steps: time-steps of each recording's own canvas, int64 [batch].
        length: time-steps of the batch.
        drawn: the augmentation; None: none.
        front: whether padding comes before a recording.
        channel_bin: neighbouring channels summed into one input.

    Returns:
        Row edges int64 [length * batch + 1]; inputs int64 and counts float32 of the entries.
    """
    from . import kernels

    if drawn is None:
        found = _as_it_is(len(chosen), length)
    else:
        found = tables(drawn, steps, CHANNELS, _shown)
    lead = (length - steps) * int(front)
    edges, channels, counts = kernels.csr(
        times=recordings.times.numpy(),
        units=recordings.units.numpy(),
        offsets=recordings.offsets.numpy(),
        chosen=chosen.numpy(),
        step=np.float64(step),
        length=length,
        lead=lead.numpy(),
        tables=tuple(table.numpy() for table in found),
        wide=channel_bin,
        inputs=CHANNELS // channel_bin,
    )
    return torch.from_numpy(edges), torch.from_numpy(channels), torch.from_numpy(counts)
