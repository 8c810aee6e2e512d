"""Every choice of a training run; the defaults are Table I."""

import json
import math
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

import torch

from .._dispatch import choose
from .._methods import OPERATIONS, auto_method
from ..data import Augmentation
from ..fire import is_fusable
from ..lif.reset import RESETS
from ..loss import OVER_TIME
from ..neurons import NEURONS, SPSN
from ..parameters import NeuronParameters
from ..spsn import BY_COUNTER

FORMAT = 1
BUILT_IN = ("synthetic", "shd", "ssc")


def _option(default: Any, text: str, choices: Any = None) -> Any:
    return field(default=default, metadata={"help": text, "choices": choices and list(choices)})


@dataclass(frozen=True)
class Settings:
    """One run of `spsn-ref train`; each field's help says what it is. Times are in seconds.

    Raises:
        ValueError: an invalid value; the message says which are valid.
    """

    neuron: str = _option("SPSN-SB", "Hidden neuron.", NEURONS)
    data: str = _option(
        "synthetic", '"synthetic", "shd", "ssc" or a folder with *_train.h5 and *_test.h5.'
    )
    augment: bool = _option(True, "Shift and scale the training recordings at random.")
    shift: float = _option(
        Augmentation.shift, "Largest shift of --augment, a fraction of the channels."
    )
    scale: float = _option(
        Augmentation.scale, "Largest zoom of --augment: by 1 - scale to 1 + scale."
    )
    theta: float | None = _option(
        None, "Ceiling of the spike-frequency regulariser; the paper's: 0.4 (SB), 0.1 (GS)."
    )
    theta_weight: float = _option(1.0, "Weight of that regulariser beside the cross-entropy.")
    loss: str = _option("mean", "How the readout membrane is reduced over time.", OVER_TIME)
    mask: bool = _option(False, "Leave padded time-steps out of means, maxima and rates.")
    repeats: int = _option(1, "Networks trained side by side; repeat r has seed + r.")
    seed: int = _option(0, "Seed of the first repeat.")
    method: str = _option("auto", "How the neurons are computed, see `spsn-ref methods`.")
    reset: str = _option("published_code", "Reset of the LIF.", RESETS)
    epochs: int = _option(200, "Passes over the training recordings.")
    batch_size: int = _option(64, "Recordings a step, of each repeat.")
    learning_rate: float = _option(0.001, "Of Adamax.")
    schedule: str = _option(
        "constant",
        "Learning rate over the run: constant, or falling to 0 along half a cosine.",
        ("constant", "cosine"),
    )
    hidden: tuple[int, ...] = _option((128, 128, 128), "Units of each hidden layer.")
    tau_syn: float = _option(0.02, "Synaptic time constant, seconds.")
    tau_mem: float = _option(0.02, "Membrane time constant, seconds.")
    bin: float = _option(0.001, "Width of a time-step, seconds.")
    channel_bin: int = _option(1, "Neighbouring channels added up into one input.")
    duration: float | None = _option(
        None, "Recordings are padded or cut to it, seconds; by default the longest of the data."
    )
    padding: str = _option(
        "fixed",
        "At the end to one length, or at the front to the longest of the batch as the authors did.",
        ("fixed", "front"),
    )
    validation: float = _option(0.0, "Fraction of the training recordings kept for validation.")
    leave_out_speaker: int | None = _option(
        None, "Test on all recordings of this speaker, train on the others' training recordings."
    )
    device: str = _option("cpu", "Where to train.", ("cpu", "cuda"))
    dtype: str = _option(
        "float32", "Precision of the products (autocast).", ("float32", "bfloat16", "float16")
    )
    evaluate_every: int = _option(1, "Epochs between two tests; the last epoch is always tested.")
    checkpoint_batches: int | None = _option(
        None, "Steps between two checkpoints within an epoch; by default one after each epoch."
    )

    def __post_init__(self) -> None:
        for option in fields(self):
            _demand_type(option.name, getattr(self, option.name))
            choices = option.metadata["choices"]
            if choices is not None:
                choose(option.name, dict.fromkeys(choices), getattr(self, option.name))
        object.__setattr__(self, "hidden", tuple(self.hidden))
        self._check_method()
        whole = ("repeats", "epochs", "batch_size", "channel_bin", "evaluate_every")
        for name in (*whole, "checkpoint_batches"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ValueError(f"{name} is {value}; give a whole number of at least 1")
        if not self.hidden or min(self.hidden) < 1:
            raise ValueError(f"hidden is {self.hidden}; give the units of each layer: 128,128,128")
        if not 0 <= self.seed <= 2**32:
            raise ValueError(f"seed is {self.seed}; give a whole number from 0 to {2**32}")
        for name in ("learning_rate", "bin", "duration", "tau_syn", "tau_mem", "theta_weight"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value > 0):
                raise ValueError(f"{name} is {value!r}; give a positive number")
        Augmentation(self.shift, self.scale)
        if not 0 <= self.validation < 1:
            raise ValueError(f"validation is {self.validation}; give a fraction of at least 0, < 1")
        if self.theta is not None and not 0 <= self.theta <= 1:
            raise ValueError(f"theta is {self.theta}; give spikes per step and unit, from 0 to 1")
        if self.theta is not None and not self.spiking:
            raise ValueError(f"theta: {self.neuron} does not spike; leave it out")
        if self.padding == "front" and self.repeats > 1 and self.duration is None:
            raise ValueError(
                'padding "front" gives each batch a length of its own, so repeats cannot share '
                'their steps; use padding "fixed", give a duration, or train 1 repeat'
            )

    def _check_method(self) -> None:
        operation = NEURONS[self.neuron].operation
        table = OPERATIONS[operation] if operation else {}
        choose(f"method of {self.neuron}", dict.fromkeys(("auto", *table)), self.method)

    @property
    def spiking(self) -> bool:
        """Whether hidden outputs are spikes, which have a rate."""
        return NEURONS[self.neuron].spikes

    @property
    def by_counter(self) -> bool:
        """Whether the neurons draw by counter, so that a shard of a batch fires as the whole."""
        return _by_counter(self)

    def network(self) -> dict[str, Any]:
        """Return the arguments of `FeedForward` other than sizes and generator."""
        kind = NEURONS[self.neuron]
        found: dict[str, Any] = {
            "neuron": self.neuron,
            "parameters": NeuronParameters(self.tau_syn, self.tau_mem, self.bin),
            # The readout is an integrator, which does not have all methods of the LIF.
            "readout_method": "auto" if kind.operation == "lif" else self.method,
        }
        if kind.operation:
            found["method"] = self.method
        if kind.resets:
            found["reset"] = self.reset
        return found

    def with_data(self, source: str | None) -> "Settings":
        """Return these settings with `source` as data: of a folder they record only the name.

        Raises:
            ValueError: the data are in a folder and no source is given.
        """
        if source is None and self.data not in BUILT_IN:
            raise ValueError(f"the run was trained on {self.data}; give its folder by --data")
        return replace(self, data=source or self.data)

    def recorded(self, dataset: str) -> "Settings":
        """Return the settings as they are recorded: a folder by the name of its data set."""
        return self if self.data in BUILT_IN else replace(self, data=dataset)

    def as_json(self) -> dict[str, Any]:
        """Return the content of settings.json."""
        return {**asdict(self), "format": FORMAT}

    @classmethod
    def from_json(cls, text: str) -> "Settings":
        """Read settings.json; settings that are newer than the file have their defaults.

        Raises:
            ValueError: not JSON, another format, an unknown field, or an invalid value.
        """
        content = json.loads(text)
        if not isinstance(content, dict) or content.pop("format", None) != FORMAT:
            raise ValueError(f"not the settings of a run in format {FORMAT}")
        names = {option.name for option in fields(cls)}
        if unknown := sorted(set(content) - names):
            raise ValueError(
                f"unknown settings: {', '.join(unknown)}; use a release that knows them"
            )
        return cls(**content)


@cache
def _hints() -> dict[str, Any]:
    return get_type_hints(Settings)


def _demand_type(name: str, value: object) -> None:
    """Raise unless a setting has its field's type; settings.json may have been edited."""
    hint = _hints()[name]
    if get_origin(hint) is tuple:
        fits = isinstance(value, (tuple, list)) and all(type(one) is int for one in value)
    else:
        kinds = get_args(hint) or (hint,)
        # A whole number is a number, if it is one in floating point too; True is none.
        whole = type(value) is int and float in kinds and abs(value) <= 2**53
        fits = type(value) in kinds or whole
    if not fits:
        wanted = getattr(hint, "__name__", str(hint))
        raise ValueError(f"{name} is {value!r}; give {wanted}")


@cache  # each step asks; a cached_property would show up among the fields of vars()
def _by_counter(settings: Settings) -> bool:
    neuron = NEURONS[settings.neuron].make(NeuronParameters())
    if not isinstance(neuron, SPSN) or not is_fusable(neuron.firing):
        return False
    like = torch.empty(0, device=settings.device, dtype=getattr(torch, settings.dtype))
    auto = settings.method == "auto"
    method = auto_method("spsn", like, neuron.firing) if auto else settings.method
    return method in BY_COUNTER
