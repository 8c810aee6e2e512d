"""Numbers of the paper and of its authors' own runs, to stand beside the measured ones.

Source of all: Arnaud Yarga & Wood, "Accelerating SNN Training with Stochastic Parallelizable
Spiking Neurons". Trained on SHD for 200 epochs; ten repeats, mean ± spread as printed (the paper
does not say which spread). The authors' runs are those published with their code, seed 0.
"""

from dataclasses import dataclass

PAPER, AUTHORS = "the paper", "the authors' published run (seed 0)"
DATASET = "SHD"
REPEATS = 10

NEURONS = ("LIF", "SPSN-SB", "SPSN-GS", "ReLU")
SPIKING = ("LIF", "SPSN-SB", "SPSN-GS")
CONDITIONS = ("basic", "augmented", "regularised")
LOSSES = ("mean", "max", "last")
# Figure 4, section V; and Table I's choice.
THETAS = (0.01, 0.03, 0.06, 0.08, 0.1, 0.2, 0.4, 0.6)
TABLE_I_THETA = {"SPSN-SB": 0.4, "SPSN-GS": 0.1}
# Figure 6, section VI-C.
TRIALS = 10

# Table I: what it calls a parameter, our setting, its value.
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
    ("θ_reg (SPSN-SB)", "theta SPSN-SB", 0.4),
    ("θ_reg (SPSN-GS)", "theta SPSN-GS", 0.1),
)


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
        spikes_per_ms: of each hidden layer; none for the network that does not spike.
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


# Speed-ups, as the paper and its authors' own runs have them.
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
