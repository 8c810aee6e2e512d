"""How much of Table I a run keeps: all of it, or what two cores do in hours or in minutes.

The settings of the smaller forms are changed here and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .experiments import Training


@dataclass(frozen=True)
class Scale:
    """A choice of settings for all runs.

    Attributes:
        name: a folder of the results.
        settings: of every run, where they differ from Table I.
        of_condition: those of one condition alone, which come on top.
        base: what the regulariser, the speakers and Figure 6 start from, "augmented" or "basic".
        profile: of the suite sequence_length (Figure 5).
    """

    name: str
    settings: Mapping[str, Any]
    of_condition: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    base: str = "augmented"
    profile: str = "paper"

    def of(self, training: Training) -> dict[str, Any]:
        """Give the settings of a run; what makes it the run that it is comes last."""
        more = self.of_condition.get(training.condition, {})
        return {**self.settings, **more, "neuron": training.neuron, **training.changes}


# Steps of 10 ms, and recordings cut at 0.8 s. With so few steps an epoch has to have more batches:
# at Table I's 64 recordings a batch, accuracy stays near chance for dozens of epochs.
_COARSE = {
    "repeats": 3,
    "bin": 0.01,
    "duration": 0.8,
    "batch_size": 16,
    "learning_rate": 0.005,
}

SCALES = {
    # Table I as it stands, ten repeats.
    "full": Scale("full", {"repeats": 10}, {"speaker": {"repeats": 3}}),
    # Hours on two cores.
    "coarse": Scale("coarse", {**_COARSE, "epochs": 60}, {"speaker": {"repeats": 1}}),
    # Minutes on two cores: too few epochs for augmentation, which learns several times as slowly.
    "quick": Scale(
        "quick",
        {**_COARSE, "epochs": 12},
        {"loss": {"epochs": 6}, "speaker": {"epochs": 8, "repeats": 1}},
        base="basic",
        profile="quick",
    ),
}
