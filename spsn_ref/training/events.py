"""Input spikes as a list of events, and the linear map that reads them.

Half a percent of the entries of a binned recording are not zero. A Linear that reads only these
takes a quarter of the time of the dense product (2 cores, 700 channels), and a GPU does not need
the dense tensor.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional


class Events(NamedTuple):
    """Spike counts [time, batch, channel], the entries that are not zero, ordered by (time, batch).

    Attributes:
        steps: time-steps.
        columns: batch columns; those of the first repeat come first, then those of the second.
        starts: first entry of each (time-step, column), int64 [time * batch].
        channels: of each entry, int64; repeat r counts from r * (number of channels) on.
        counts: spikes of each entry, float32.
    """

    steps: int
    columns: int
    starts: Tensor
    channels: Tensor
    counts: Tensor


def from_csr(parts: Sequence[Tensor], columns: int, channels: int, share: slice) -> Events:
    """Return the batches of all repeats, side by side.

    Args:
        parts: of each repeat, a sparse CSR tensor [time * columns, channels].
        columns: batch size of each part.
        channels: number of input channels.
        share: the columns of each part to take.

    Raises:
        ValueError: the parts differ in their number of time-steps.
    """
    rows = {part.shape[0] for part in parts}
    if len(rows) > 1:
        raise ValueError(
            f"the repeats' batches have {sorted(r // columns for r in rows)} time-steps; "
            'pad all to one length (padding "fixed") or train one repeat at a time'
        )
    steps = rows.pop() // columns
    if len(parts) == 1 and len(range(columns)[share]) == columns:
        (part,) = parts
        starts = part.crow_indices()[:-1]
        return Events(steps, columns, starts, part.col_indices(), part.values().float())
    firsts, sizes, before = [], [], 0
    for part in parts:
        edges = part.crow_indices()
        firsts.append((edges[:-1] + before).view(steps, columns)[:, share])
        sizes.append(edges.diff().view(steps, columns)[:, share])
        before += part.values().numel()
    first, size = torch.cat(firsts, 1).flatten(), torch.cat(sizes, 1).flatten()
    ends = size.cumsum(0)
    starts = ends - size
    # If all columns are taken, the number is known without synchronising with the device.
    total = before if first.numel() == steps * columns * len(parts) else int(ends[-1])
    source = torch.repeat_interleave(first - starts, size, output_size=total)
    source += torch.arange(total, device=source.device)
    channel = torch.cat([part.col_indices() + r * channels for r, part in enumerate(parts)])
    count = torch.cat([part.values() for part in parts])
    return Events(
        steps,
        first.numel() // steps,
        starts,
        channel.index_select(0, source),
        count.index_select(0, source).float(),
    )


class _EventsLinear(torch.autograd.Function):
    """Sums, for each row of events, count times the weights of its channel; then adds the bias."""

    @staticmethod
    def forward(ctx, weight, bias, events):  # type: ignore[no-untyped-def]
        ctx.save_for_backward(events.starts, events.channels, events.counts)
        ctx.weight, ctx.split = weight.shape, (events.steps, len(bias), -1, weight.shape[2])
        current = functional.embedding_bag(
            events.channels,
            weight.flatten(0, 1),
            events.starts,
            mode="sum",
            per_sample_weights=events.counts,
        )
        current.view(ctx.split).add_(bias.unsqueeze(1))
        return current.view(events.steps, events.columns, -1)

    @staticmethod
    @once_differentiable  # type: ignore[untyped-decorator]
    def backward(ctx, grad):  # type: ignore[no-untyped-def]
        # The transposed sum: for each channel, count times the gradient of its rows.
        starts, channels, counts = ctx.saved_tensors
        grad = grad.contiguous()
        sizes = starts.diff(append=starts.new_tensor([channels.numel()]))
        rows = torch.repeat_interleave(sizes, output_size=channels.numel())
        # A stable sort keeps the order of the sum, so that its bits are reproducible.
        order = torch.argsort(channels.to(torch.int32), stable=True)
        per_channel = torch.bincount(channels, minlength=ctx.weight[0] * ctx.weight[1])
        grad_weight = functional.embedding_bag(
            rows.index_select(0, order),
            grad.flatten(0, 1),
            per_channel.cumsum(0) - per_channel,
            mode="sum",
            per_sample_weights=counts.index_select(0, order),
        )
        # In the same layout with and without other repeats, so that the bits are the same.
        parts = grad.view(ctx.split).unbind(1)
        grad_bias = torch.stack([part.reshape(-1, ctx.weight[2]).sum(0) for part in parts])
        return grad_weight.view(ctx.weight), grad_bias, None


def events_linear(events: Events, weight: Tensor, bias: Tensor) -> Tensor:
    """Multiply the events by the weights and add the bias.

    Args:
        events: the input of all repeats.
        weight: [repeat, channel, unit], the dtype of the events' counts.
        bias: [repeat, unit].

    Returns:
        Current [time, batch, unit].
    """
    current: Tensor = _EventsLinear.apply(weight, bias, events)  # type: ignore[no-untyped-call]
    return current
