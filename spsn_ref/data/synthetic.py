"""Speech-like spike digits out of nothing: formants that move over the 700 channels.

Ten words, each three formants gliding through three positions, spoken by speakers who differ in
pitch, tempo and precision. It is a stand-in for trying things out and for tests, and no benchmark.
"""

import torch
from torch import Generator, Tensor

from .recordings import CHANNELS, Recordings

# Word -> the channel of each formant at its beginning, middle and end.
_WORDS = torch.tensor(
    [
        [[90, 140, 200], [300, 260, 330], [520, 480, 430]],
        [[200, 140, 90], [330, 260, 300], [430, 480, 520]],
        [[120, 120, 180], [240, 330, 380], [600, 560, 500]],
        [[180, 120, 120], [380, 330, 240], [500, 560, 600]],
        [[80, 180, 80], [280, 380, 280], [460, 560, 460]],
        [[180, 80, 180], [380, 280, 380], [560, 460, 560]],
        [[140, 140, 140], [250, 350, 450], [620, 540, 620]],
        [[140, 140, 140], [450, 350, 250], [540, 620, 540]],
        [[100, 160, 220], [400, 400, 300], [640, 580, 580]],
        [[220, 160, 100], [300, 400, 400], [580, 580, 640]],
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
    """Make `count` recordings of 0.45 to 0.9 s, words and speakers in turn; `seed` decides all."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % CLASSES
    speakers = (torch.arange(count) // CLASSES) % SPEAKERS
    # Voice: what a speaker adds to every word, and what one utterance adds to the speaker.
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
