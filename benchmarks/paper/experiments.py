"""Which runs each figure and table needs, as differences from Table I."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..cases.neurons import NEURONS as FACTS

NEURONS = tuple(name for name, facts in FACTS.items() if facts.in_paper)
SPIKING = tuple(name for name in NEURONS if FACTS[name].spikes)
STOCHASTIC = tuple(name for name in NEURONS if FACTS[name].stochastic)
# Figure 2: how the readout is reduced over time, on one hidden layer with short time constants.
LOSSES = ("mean", "max", "last")
FIGURE_2 = {"hidden": (128,), "tau_syn": 0.001, "tau_mem": 0.001}
# Figure 4, and the two of them that Table I chooses.
THETAS = (0.01, 0.03, 0.06, 0.08, 0.1, 0.2, 0.4, 0.6)
TABLE_I_THETA = {"SPSN-SB": 0.4, "SPSN-GS": 0.1}
# A ceiling that halves the spikes at weight 1; SPSN-SB keeps most of them at Table I's.
HALVING_THETA: Mapping[str, float] = dict.fromkeys(STOCHASTIC, 0.2)
# Learning rates to choose among, about Table I's.
RATES = (0.0005, 0.001, 0.002)
# Figure 6: how often each test recording is shown.
TRIALS = 10


@dataclass(frozen=True)
class Training:
    """One training run.

    Attributes:
        condition: "basic", "augmented", "regularised", "loss" (Figure 2), "speaker" (one left
            out) or "rate" (a learning rate, judged by recordings held out of the training).
        neuron: hidden neuron.
        detail: what distinguishes it within its condition; "" if nothing.
        changes: settings other than Table I's; see `spsn_ref.training.Settings`.
        trials: passes over the test recordings when it is trained (Figure 6); 0: none.
    """

    condition: str
    neuron: str
    detail: str = ""
    changes: dict[str, Any] = field(default_factory=dict)
    trials: int = 0

    @property
    def name(self) -> str:
        """Name of its folder and file."""
        return "-".join(filter(None, (self.neuron, self.condition, self.detail)))


def plain(condition: str, neuron: str, trials: int = 0) -> Training:
    """Return Table I's run without the regulariser, "basic" or "augmented" (Figure 3, Table II)."""
    return Training(condition, neuron, changes={"augment": condition == "augmented"}, trials=trials)


def regularised(base: str, neuron: str, theta: float) -> Training:
    """Return a run with the regulariser of eq. (21), otherwise as `base`."""
    changes = {**plain(base, neuron).changes, "theta": theta}
    return Training("regularised", neuron, f"{theta:g}", changes)


def loss_mode(neuron: str, mode: str) -> Training:
    """Return a run with one reduction of the readout over time (Figure 2)."""
    return Training("loss", neuron, mode, {"augment": False, "loss": mode, **FIGURE_2})


def without_speaker(base: str, neuron: str, speaker: int) -> Training:
    """Return a run tested on a speaker left out of training, else as `base`; not in the paper."""
    changes = {**plain(base, neuron).changes, "leave_out_speaker": speaker}
    return Training("speaker", neuron, str(speaker), changes)


def at_rate(base: str, neuron: str, rate: float) -> Training:
    """Return a run at a learning rate that may be chosen, else as `base`; not in the paper."""
    changes = {**plain(base, neuron).changes, "learning_rate": rate}
    return Training("rate", neuron, f"{rate:g}", changes)


# The figures that need trained networks; 1-C calculates traces, 5 is the suite sequence_length.
TRAINED = ("2", "3", "4", "6", "table1", "table2", "regularised", "speakers", "rates")
FIGURES = ("1c", "2", "3", "4", "5", *TRAINED[3:])


def trainings(
    figure: str,
    speakers: Sequence[int],
    base: str = "augmented",
    halving: Mapping[str, float] = HALVING_THETA,
    rates: Sequence[float] = RATES,
) -> list[Training]:
    """List the runs of a figure, none twice; a run may serve several figures.

    Args:
        figure: one of TRAINED; Table I is that of the runs of Table II.
        speakers: of the data set.
        base: the condition that the regulariser, the speakers and Figure 6 start from: the paper's
            is "augmented".
        halving: for each stochastic neuron a ceiling that halves the spikes, beside Table I's.
        rates: learning rates to choose among.
    """
    figure_3 = [plain(c, n) for c in ("basic", "augmented") for n in NEURONS]
    at_table_i = [regularised(base, n, TABLE_I_THETA[n]) for n in STOCHASTIC]
    return {
        "2": [loss_mode(n, mode) for mode in LOSSES for n in SPIKING],
        "3": figure_3,
        "4": [plain(base, n) for n in SPIKING]
        + [regularised(base, n, theta) for theta in THETAS for n in STOCHASTIC],
        "6": [plain(base, n, TRIALS) for n in STOCHASTIC],
        "table1": figure_3 + at_table_i,
        "table2": figure_3 + at_table_i,
        "regularised": [plain(base, n) for n in STOCHASTIC]
        + at_table_i
        + [regularised(base, n, halving[n]) for n in STOCHASTIC],
        "speakers": [without_speaker(base, n, s) for n in STOCHASTIC for s in speakers],
        "rates": [at_rate(base, n, rate) for n in NEURONS for rate in rates],
    }[figure]


def all_trainings(
    figures: Sequence[str],
    speakers: Sequence[int],
    base: str = "augmented",
    halving: Mapping[str, float] = HALVING_THETA,
    rates: Sequence[float] = RATES,
) -> list[Training]:
    """List the runs of several figures, each once; one that is tested again keeps its trials."""
    chosen: dict[str, Training] = {}
    for figure in figures:
        for run in trainings(figure, speakers, base, halving, rates):
            before = chosen.setdefault(run.name, run)
            if run.trials > before.trials:
                chosen[run.name] = run
    return list(chosen.values())
