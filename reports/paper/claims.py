"""The paper's own speed-ups, to stand beside the measured ones.

Source: Arnaud Yarga & Wood, "Accelerating SNN Training with Stochastic Parallelizable Spiking
Neurons"; and the results that its authors published with their code (seed 0).
"""

from dataclasses import dataclass

FIGURE_5_T = 10_000
FIGURE_5_RATIO = 4000.0


@dataclass(frozen=True)
class Claim:
    """A published speed-up of SPSN-SB: the ratio, what it compares, where and by whom."""

    ratio: float
    what: str
    setting: str
    source: str
    figure_5: bool = False


CLAIMS = (
    Claim(
        FIGURE_5_RATIO,
        "forward + backward of one layer at T = 10 000: LIF (published loop) over SPSN-SB",
        "V100; the layer's width, its batch and its input are not stated, its script not published",
        "the paper, Figure 5",
        figure_5=True,
    ),
    Claim(
        286.72 / 27.58,
        "one SHD training epoch with augmentation: LIF 286.72 s, SPSN-SB 27.58 s",
        "V100, batch 64, mean of 10 repeats",
        "the paper, Figure 3-C and its text",
    ),
    Claim(
        252.289 / 5.513,
        "one SHD training epoch without augmentation: LIF 252.289 s, SPSN-SB 5.513 s",
        "seed 0, hardware not stated",
        "the authors' published runs, `basic`",
    ),
    Claim(
        261.765 / 10.721,
        "one SHD training epoch with augmentation: LIF 261.765 s, SPSN-SB 10.721 s",
        "seed 0, hardware not stated",
        "the authors' published runs, `data_aug`",
    ),
)
