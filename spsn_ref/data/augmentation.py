"""Augmentation of events: equal to shifting and zooming the dense image, without that image."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Generator, Tensor

from .recordings import Augmentation


class Draw(NamedTuple):
    """What was drawn for each sample of a batch.

    Attributes:
        shift: channels upwards, float32 [batch].
        zoom: factor along both axes, float32 [batch].
    """

    shift: Tensor
    zoom: Tensor


def draw(augmentation: Augmentation, samples: int, channels: int, generator: Generator) -> Draw:
    """Draw a whole number of channels and a zoom for each sample, uniformly."""
    uniform = 2 * torch.rand(2, samples, generator=generator) - 1
    shift = (uniform[0] * augmentation.shift * channels).round()
    return Draw(shift, 1 + uniform[1] * augmentation.scale)


# Beyond every pixel.
_NOWHERE = 2**62


def sources(sizes: Tensor, zoom: Tensor, shift: Tensor) -> Tensor:
    """Return which source pixel each pixel of an axis shows: the nearest, zoomed about the centre.

    Args:
        sizes: pixels of the axis of each sample, int64 [batch].
        zoom: factor, [batch].
        shift: pixels, [batch].

    Returns:
        Indices, not all of them on the canvas, int64 [batch, longest size], ascending along it.
    """
    centre = (sizes.double().unsqueeze(1) - 1) / 2
    pixel = torch.arange(int(sizes.max()), device=zoom.device, dtype=torch.float64)
    place = (pixel - centre - shift.double().unsqueeze(1)) / zoom.double().unsqueeze(1) + centre
    behind = pixel >= sizes.unsqueeze(1)
    return (place + 0.5).floor().long().masked_fill(behind, _NOWHERE)


def _shown(sizes: Tensor, zoom: Tensor, shift: Tensor) -> tuple[Tensor, Tensor]:
    """Return, for each source pixel, the first pixel that shows it and how many do."""
    table = sources(sizes, zoom, shift)
    pixel = torch.arange(table.shape[1], device=zoom.device).expand_as(table).contiguous()
    first = torch.searchsorted(table, pixel)
    return first, torch.searchsorted(table, pixel, right=True) - first


class Tables(NamedTuple):
    """Where each source pixel is shown, int64 [batch, pixel] each.

    Attributes:
        first_t: first time-step that shows it.
        many_t: how many do.
        first_c: first channel that shows it.
        many_c: how many do.
    """

    first_t: Tensor
    many_t: Tensor
    first_c: Tensor
    many_c: Tensor


def tables(
    drawn: Draw,
    steps: Tensor,
    channels: int,
    shown: Callable[[Tensor, Tensor, Tensor], tuple[Tensor, Tensor]] = _shown,
) -> Tables:
    """Return where the pixels of each sample's canvas are shown; arguments as in `augment`.

    `shown` is the way to find it along one axis, by tensors or by compiled loops.
    """
    rest = torch.zeros_like(drawn.zoom)
    return Tables(
        *shown(steps, drawn.zoom, rest),
        *shown(torch.full_like(steps, channels), drawn.zoom, drawn.shift),
    )


class Entries(NamedTuple):
    """Entries of a batch's image, one per spike, each int64 [entries]."""

    time: Tensor
    sample: Tensor
    channel: Tensor

    def take(self, indices: Tensor) -> "Entries":
        """Return the entries of these indices, int64 [n], in their order."""
        # On a CPU index_select takes a third of the time of the same indexing in brackets.
        return Entries(*(numbers.index_select(0, indices) for numbers in self))


def _look_up(table: Tensor, row: Tensor, column: Tensor) -> Tensor:
    """Return table[row, column], int64 [entries]."""
    return table.flatten().index_select(0, row * table.shape[1] + column)


def augment(entries: Entries, drawn: Draw, steps: Tensor, channels: int) -> Entries:
    """Move spikes as if the image [time, channel] of each sample were shifted and zoomed.

    A spike appears in every pixel whose nearest source it is: perhaps in none if the image shrinks,
    in a rectangle of several if it grows. What leaves the canvas is lost.

    Args:
        entries: spikes, all on the canvas of their sample.
        drawn: shift and zoom of each sample.
        steps: time-steps of each sample's own canvas, int64 [batch], without padding: a word at one
            end of a long canvas could otherwise be zoomed out of it.
        channels: channels of the canvas.
    """
    first_t, many_t, first_c, many_c = tables(drawn, steps, channels)
    time, sample, channel = entries
    wide = _look_up(many_c, sample, channel)
    sizes = _look_up(many_t, sample, time) * wide
    source = torch.repeat_interleave(torch.arange(len(sizes), device=sizes.device), sizes)
    before = (sizes.cumsum(0) - sizes).index_select(0, source)
    within = torch.arange(len(source), device=sizes.device) - before
    # The first pixel of each spike's rectangle, then all pixels from there.
    corner = Entries(_look_up(first_t, sample, time), sample, _look_up(first_c, sample, channel))
    time, sample, channel = corner.take(source)
    wide = wide.index_select(0, source)
    return Entries(time + within // wide, sample, channel + within % wide)
