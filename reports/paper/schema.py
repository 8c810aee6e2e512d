"""The schema of the experiments' files: what each must hold before any of it is used."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat, model_validator
from typing_extensions import Self

from ..read.schema import Checked, Text

Positive = Annotated[FiniteFloat, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]


class Settings(Checked):
    """The settings of a run that are read."""

    neuron: Text
    augment: bool
    loss: Text
    epochs: Count
    repeats: Count
    batch_size: Count
    hidden: list[Count]
    bin: Positive
    learning_rate: Positive
    tau_mem: Positive
    tau_syn: Positive
    theta: FiniteFloat | None = None
    leave_out_speaker: int | None = None


class Dataset(Checked):
    """What a run was trained on; the sizes count recordings."""

    name: Text
    train: int
    test: int
    classes: int


class Environment(Checked):
    """What a run ran on; what else the file holds is only shown."""

    dataset: Dataset


class Repeat(Checked):
    """The results of one repeat; accuracies are fractions."""

    seed: int
    train_accuracy: FiniteFloat
    test_accuracy: FiniteFloat
    spikes_per_ms: FiniteFloat | None
    validation_accuracy: FiniteFloat | None = None


class Result(Checked):
    """How a run ended."""

    status: Literal["finished", "not finite"]
    message: Text = ""
    repeats: list[Repeat] = Field(default_factory=list)


class Example(Checked):
    """The readouts of one recording over the trials, a number per class."""

    label: int
    membrane_mean: list[FiniteFloat]
    membrane_std: list[FiniteFloat]

    @model_validator(mode="after")
    def _same_classes(self) -> Self:
        if len(self.membrane_mean) != len(self.membrane_std):
            raise ValueError("holds other classes in membrane_std than in membrane_mean")
        return self


class Robustness(Checked):
    """Figure 6: of every repeat, the fraction of recordings whose label never changed."""

    trials: Count
    unchanged_fraction: list[FiniteFloat]
    example: Example


class Evaluation(Checked):
    """What `spsn-ref evaluate` found."""

    accuracy_by_trial: list[list[FiniteFloat]]
    robustness: Robustness


class TrainingLine(Checked):
    """The first line of a training run's file."""

    format: Literal[1]
    kind: Literal["training"]
    condition: Text
    scale: Text
    commit: Text
    machine_busy: bool
    settings: Settings
    environment: Environment
    result: Result
    evaluation: Evaluation | None

    @model_validator(mode="after")
    def _all_repeats(self) -> Self:
        wanted = self.settings.repeats if self.result.status == "finished" else 0
        if len(self.result.repeats) != wanted:
            raise ValueError(f"holds {len(self.result.repeats)} repeats, not {wanted}")
        return self


class EpochLine(Checked):
    """Each further line: numbers of every repeat, seconds of all of them together."""

    epoch: int
    train_accuracy: list[FiniteFloat | None]
    test_accuracy: list[FiniteFloat | None]
    spikes_per_ms: list[FiniteFloat | None]
    data_seconds: FiniteFloat
    model_seconds: FiniteFloat


class NeuronTrace(Checked):
    """One neuron of Figure 1-C, a number per time-step."""

    membrane: list[FiniteFloat]
    spikes: list[int]


class TracesLine(Checked):
    """The file of Figure 1-C."""

    format: Literal[1]
    kind: Literal["traces"]
    dt: Positive
    threshold: FiniteFloat
    input: Annotated[list[FiniteFloat], Field(min_length=3)]
    synaptic: list[FiniteFloat]
    neurons: Annotated[dict[Text, NeuronTrace], Field(min_length=1)]

    @model_validator(mode="after")
    def _same_steps(self) -> Self:
        traces = (part for n in self.neurons.values() for part in (n.membrane, n.spikes))
        if {len(part) for part in (self.synaptic, *traces)} != {len(self.input)}:
            raise ValueError("holds traces of several lengths")
        return self
