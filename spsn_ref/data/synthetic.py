"""Synthetic spoken digits: formants that move over the 700 channels.

Ten words, each three formants gliding through three positions, spoken by speakers who differ in
pitch, tempo and precision. They are for tests and for trying things out, not a benchmark.
"""

import torch
from torch import Generator, Tensor

from .recordings import CHANNELS, Recordings

# Word -> the channel of each formant at its beginning, middle and end.
_WORDS = torch.tensor(
    [
        [[60, 110, 160], [280, 240, 300], [520, 480, 430]],
        [[200, 150, 100], [330, 390, 350], [600, 630, 660]],
        [[120, 120, 180], [240, 330, 420], [640, 560, 500]],
        [[40, 40, 90], [420, 330, 260], [470, 530, 590]],
        [[80, 190, 80], [300, 430, 300], [560, 670, 560]],
        [[170, 60, 170], [370, 240, 370], [540, 440, 540]],
        [[140, 140, 140], [210, 270, 330], [620, 500, 620]],
        [[30, 30, 30], [450, 380, 310], [570, 610, 650]],
        [[100, 150, 220], [400, 400, 340], [660, 600, 480]],
        [[230, 200, 60], [260, 310, 450], [490, 490, 570]],
    ],
    dtype=torch.float32,
)
CLASSES = len(_WORDS)
SPEAKERS = 6
_SPIKES = 700
_NOISE = 0.15
# Channels that a formant's spikes spread over, standard deviation.
_WIDTH = 14.0


def _normal(shape: tuple[int, ...], generator: Generator) -> Tensor:
    return torch.randn(shape, generator=generator)


def synthetic(count: int, seed: int) -> Recordings:
    """Return `count` recordings of 0.45 to 0.9 s, words and speakers in turn, made from `seed`."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % CLASSES
    speakers = (torch.arange(count) // CLASSES) % SPEAKERS
    # A voice: an offset for the speaker plus one for the utterance.
    pitch = (speakers - (SPEAKERS - 1) / 2) * 9 + 6 * _normal((count,), generator)
    seconds = 0.55 + 0.05 * (speakers % 3) + 0.04 * _normal((count,), generator)
    seconds = seconds.clamp(0.45, 0.9)
    sizes = torch.poisson(torch.full((count,), float(_SPIKES)), generator).long().clamp(min=1)
    owner = torch.repeat_interleave(torch.arange(count), sizes)
    moment = torch.rand(len(owner), generator=generator)
    formant = torch.randint(3, (len(owner),), generator=generator)
    track = _WORDS[labels[owner], formant]
    half = moment < 0.5
    start, end = (torch.where(half, track[:, k], track[:, k + 1]) for k in (0, 1))
    along = torch.where(half, 2 * moment, 2 * moment - 1)
    channel = (
        start + (end - start) * along + pitch[owner] + _WIDTH * _normal(owner.shape, generator)
    )
    noise = torch.rand(len(owner), generator=generator) < _NOISE
    anywhere = torch.rand(len(owner), generator=generator) * CHANNELS
    channel = torch.where(noise, anywhere, channel).floor().clamp(0, CHANNELS - 1)
    offsets = torch.cat([sizes.new_zeros(1), sizes.cumsum(0)])
    return Recordings(moment * seconds[owner], channel.to(torch.int16), offsets, labels, speakers)
