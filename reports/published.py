"""The numbers of the paper and of its authors' own runs, to compare ours with.

Source: Arnaud Yarga & Wood, "Accelerating SNN Training with Stochastic Parallelizable
Spiking Neurons". Trained on SHD for 200 epochs; ten repeats, mean ± spread as printed (the paper
does not say which spread). The authors' runs are those published with their code, seed 0.
"""

from dataclasses import dataclass
from typing import Any

PAPER, AUTHORS = "the paper", "the authors' published run (seed 0)"
DATASET = "SHD"
REPEATS = 10

CONDITIONS = ("basic", "augmented", "regularised")
LOSSES = ("mean", "max", "last")
# Figure 4, section V; and Table I's choice.
THETAS = (0.01, 0.03, 0.06, 0.08, 0.1, 0.2, 0.4, 0.6)
TABLE_I_THETA = {"SPSN-SB": 0.4, "SPSN-GS": 0.1}
# Figure 6, section VI-C.
TRIALS = 10

# Table I: its name of a parameter, ours, its value.
TABLE_I = (
    ("hidden layers", "hidden", [128, 128, 128]),
    ("classes", "classes", 20),
    ("epochs", "epochs", 200),
    ("τ_mem [s]", "tau_mem", 0.02),
    ("τ_syn [s]", "tau_syn", 0.02),
    ("u_th", "threshold", 1),
    ("Δt [s]", "bin", 0.001),
    ("k_shift", "shift", 0.1),
    ("k_scale", "scale", 0.3),
    ("batch size", "batch_size", 64),
    ("loss function", "loss_function", "cross entropy"),
    ("optimizer", "optimizer", "Adamax"),
    ("learning rate", "learning_rate", 0.001),
    *((f"θ_reg ({neuron})", f"theta {neuron}", theta) for neuron, theta in TABLE_I_THETA.items()),
)
TABLE_I_VALUES: dict[str, Any] = {name: value for _, name, value in TABLE_I}


@dataclass(frozen=True)
class Number:
    """A published number with its spread, None where none is printed, and its n."""

    value: float
    spread: float | None = None
    n: int = REPEATS


# Table II, per cent; Figure 3-B.
ACCURACY = {
    ("LIF", "basic"): Number(73.99, 1.16),
    ("SPSN-SB", "basic"): Number(77.08, 1.5),
    ("SPSN-GS", "basic"): Number(75.32, 1.93),
    ("ReLU", "basic"): Number(70.24, 1.41),
    ("LIF", "augmented"): Number(85.09, 1.57),
    ("SPSN-SB", "augmented"): Number(86.89, 0.71),
    ("SPSN-GS", "augmented"): Number(86.10, 2.89),
    ("ReLU", "augmented"): Number(69.40, 1.09),
    ("SPSN-SB", "regularised"): Number(89.23, 0.57),
    ("SPSN-GS", "regularised"): Number(89.73, 1.57),
}
# Figure 3-C and its text, with augmentation, on a V100.
SECONDS_PER_EPOCH = {"LIF": Number(286.72), "SPSN-SB": Number(27.58), "SPSN-GS": Number(30.4)}
# Figure 3-D and its text, with augmentation; section V of the regularised.
SPIKES_PER_MS = {
    ("LIF", "augmented"): Number(18.84),
    ("SPSN-SB", "augmented"): Number(171.14),
    ("SPSN-GS", "augmented"): Number(181.53),
    ("SPSN-SB", "regularised"): Number(120.0),
    ("SPSN-GS", "regularised"): Number(37.0),
}


@dataclass(frozen=True)
class AuthorsRun:
    """One of the authors' published runs, 200 epochs, seed 0; its hardware is not stated.

    Attributes:
        train_accuracy: of the last epoch, fraction.
        test_accuracy: fraction.
        seconds_per_epoch: training, seconds.
        spikes_per_ms: of each hidden layer; empty for the network that does not spike.
    """

    train_accuracy: float
    test_accuracy: float
    seconds_per_epoch: float
    spikes_per_ms: tuple[float, ...] = ()


AUTHORS_RUNS = {
    ("LIF", "basic"): AuthorsRun(1.0, 0.7138, 252.289, (3.199, 5.003, 13.824)),
    ("ReLU", "basic"): AuthorsRun(0.9383, 0.7182, 1.507),
    ("SPSN-GS", "basic"): AuthorsRun(1.0, 0.7566, 6.807, (59.098, 66.441, 54.353)),
    ("SPSN-SB", "basic"): AuthorsRun(1.0, 0.7716, 5.513, (63.362, 52.711, 58.357)),
    ("LIF", "augmented"): AuthorsRun(0.8822, 0.8304, 261.765, (5.703, 6.492, 11.454)),
    ("ReLU", "augmented"): AuthorsRun(0.6501, 0.6608, 6.733),
    ("SPSN-GS", "augmented"): AuthorsRun(0.8763, 0.8609, 12.288, (57.946, 62.498, 57.932)),
    ("SPSN-SB", "augmented"): AuthorsRun(0.8866, 0.8609, 10.721, (55.048, 54.207, 46.599)),
    ("SPSN-GS", "regularised"): AuthorsRun(0.9155, 0.894, 12.237, (16.031, 11.549, 9.689)),
    ("SPSN-SB", "regularised"): AuthorsRun(0.9023, 0.8971, 10.744, (49.205, 29.464, 29.595)),
}


def _seconds(neuron: str, condition: str) -> float:
    return AUTHORS_RUNS[neuron, condition].seconds_per_epoch


# Speed-ups of the paper and of its authors' runs.
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
        SECONDS_PER_EPOCH["LIF"].value / SECONDS_PER_EPOCH["SPSN-SB"].value,
        "one SHD training epoch with augmentation: LIF 286.72 s, SPSN-SB 27.58 s",
        "V100, batch 64, mean of 10 repeats",
        "the paper, Figure 3-C and its text",
    ),
    Claim(
        _seconds("LIF", "basic") / _seconds("SPSN-SB", "basic"),
        "one SHD training epoch without augmentation: LIF 252.289 s, SPSN-SB 5.513 s",
        "seed 0, hardware not stated",
        "the authors' published runs, `basic`",
    ),
    Claim(
        _seconds("LIF", "augmented") / _seconds("SPSN-SB", "augmented"),
        "one SHD training epoch with augmentation: LIF 261.765 s, SPSN-SB 10.721 s",
        "seed 0, hardware not stated",
        "the authors' published runs, `data_aug`",
    ),
)


@dataclass(frozen=True)
class Elsewhere:
    """A speed-up that others claim of a neuron parallel in time: how much, where, over what."""

    who: str
    claim: str
    setting: str
    over: str


FIELD = (
    Elsewhere("SPSN (the paper)", "10×; 4000×", "SHD; T = 10 000, V100", "LIF by `x[:, t]`"),
    Elsewhere(
        "ParaLIF, the same authors, doi 10.1088/2634-4386/adb7fe",
        "up to 200×",
        "T up to 5000; forward alone, the device not waited for",
        "their LIF by `x[:, t]`",
    ),
    Elsewhere("LMU, 2021 form", "up to 200×", "not stated", "the sequential LMU"),
    Elsewhere("PRF, arXiv 2410.03530", "6.6 to 16.5×", "T = 1024 to 32 768", "a sequential LIF"),
    Elsewhere(
        "Bullet Trains, arXiv 2603.13283",
        "up to 44×",
        "GPU, event-based, the reset exact",
        "sequential events",
    ),
    Elsewhere("dynamic-decay neuron, arXiv 2602.01133", "25.6×", "T = 16 000", "PSN"),
    Elsewhere("PMSN, arXiv 2408.14917", "over 10×", "S-CIFAR10", "LIF"),
    Elsewhere("Taylor et al., 2023", "over 50×", "small time-steps", "ALIF"),
    Elsewhere("FPT, arXiv 2506.12087", "O(K) for O(T), K = 3", "not stated", "LIF"),
    Elsewhere(
        "jaxpike",
        "9.4 to 21.7×; with a reset 0.99× at best",
        "T = 128 to 8192, batch 8, 128 units, T4",
        "`lax.scan`",
    ),
    Elsewhere(
        "flash-linear-attention, HGRN",
        "5.9× forward, 6.5× backward",
        "T = 16 384, batch 16, 128 units, H800",
        "a fused recurrent kernel",
    ),
    Elsewhere(
        "EventProp on GeNN, arXiv 2212.01232",
        "3×, a quarter of the memory",
        "SHD",
        "the surrogate gradient's method",
    ),
)
