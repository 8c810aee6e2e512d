"""How much of Table I a run keeps: all of it, or what two cores do in hours or in minutes.

The settings of the smaller forms are changed here and nowhere else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .experiments import HALVING_THETA, RATES, Training


@dataclass(frozen=True)
class Scale:
    """A choice of settings for all runs.

    Attributes:
        name: a folder of the results.
        settings: of every run, where they differ from Table I.
        of_condition: those of one condition alone, which override them.
        of_neuron: those of one neuron alone, which override both.
        base: what the regulariser, the speakers and Figure 6 start from, "augmented" or "basic".
        halving: for each stochastic neuron a ceiling θ that takes about half of its spikes.
        profile: of the suite sequence_length (Figure 5).
        rates: learning rates to choose among.
    """

    name: str
    settings: Mapping[str, Any]
    of_condition: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    of_neuron: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    base: str = "augmented"
    halving: Mapping[str, float] = field(default_factory=lambda: HALVING_THETA)
    profile: str = "paper"
    rates: Sequence[float] = RATES

    def of(self, training: Training) -> dict[str, Any]:
        """Return the settings of a run; its own changes override the others."""
        own = {
            **self.of_condition.get(training.condition, {}),
            **self.of_neuron.get(training.neuron, {}),
        }
        return {**self.settings, **own, "neuron": training.neuron, **training.changes}


# Steps of 10 ms, and 70 inputs of ten channels each. With 2700 recordings, not SHD's 8156, an epoch
# has to have more batches; and words that are shifted and zoomed as far as Table I asks are not
# learned in a hundred epochs.
_COARSE = {
    "repeats": 3,
    "bin": 0.01,
    "channel_bin": 10,
    "duration": 0.8,
    "mask": True,
    "shift": 0.02,
    "scale": 0.1,
    "batch_size": 16,
    "learning_rate": 0.008,
    "schedule": "cosine",
    "evaluate_every": 10,
}

# The sum over 384 units differs by some spikes from one batch of 16 to the next, and eq. (21) at
# weight 1 is then far steeper than the cross-entropy: nothing is learned. With a light weight and a
# low ceiling the rate falls steadily and settles above the ceiling: at the scale coarse at 58% (SB)
# and 59% (GS) of what it is without.
_LIGHT = {"theta_weight": 1e-5}
_LIGHT_HALVING = {"SPSN-SB": 0.03, "SPSN-GS": 0.01}

# A learning rate is chosen on a fifth of the training recordings, of which these runs see none.
_HELD_OUT = {"validation": 0.2}
_COARSE_RATES = (0.002, 0.004, 0.008, 0.016, 0.032)
# Chosen so at the scale coarse (`paper rates`), where it is not the best of all neurons.
_CHOSEN = {name: {"learning_rate": 0.016} for name in ("SPSN-SB", "SPSN-GS")}

SCALES = {
    # Table I as it stands, ten repeats.
    "full": Scale(
        "full", {"repeats": 10}, {"speaker": {"repeats": 3}, "rate": {"repeats": 3, **_HELD_OUT}}
    ),
    # Hours on two cores.
    "coarse": Scale(
        "coarse",
        {**_COARSE, "epochs": 140, "repeats": 5},
        {
            "speaker": {"epochs": 30, "repeats": 1},
            "regularised": _LIGHT,
            "rate": {"epochs": 70, "repeats": 2, **_HELD_OUT},
        },
        of_neuron=_CHOSEN,
        halving=_LIGHT_HALVING,
        rates=_COARSE_RATES,
    ),
    # Minutes on two cores: too few epochs for augmentation to pay.
    "quick": Scale(
        "quick",
        {**_COARSE, "epochs": 10, "repeats": 2},
        {
            "loss": {"epochs": 5},
            "speaker": {"epochs": 6, "repeats": 1},
            "regularised": _LIGHT,
            "rate": {"epochs": 5, "repeats": 1, **_HELD_OUT},
        },
        base="basic",
        halving=_LIGHT_HALVING,
        profile="quick",
        rates=_COARSE_RATES,
    ),
}
