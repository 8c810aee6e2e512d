"""What a peer is: another library's spiking layer, set to our equations as nearly as it can be."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, IntEnum

from torch import nn

import spsn_ref

from ...cases.case import Case
from ..layers import Workload

PARAMETERS = spsn_ref.NeuronParameters()
# A threshold that no membrane reaches: what is left is the membrane without a reset.
SILENT = 1e9


class Reset(Enum):
    """What a spike does to the membrane before the next step.

    Attributes:
        NONE: nothing, the membrane is a linear filter of the current.
        ZERO: it is set to zero, as in the published code.
        SUBTRACT: the threshold is taken off it.
        SUBTRACT_AFTER_UPDATE: the threshold is taken off what it has become by then.
        ZERO_AT_CROSSING: it is set to zero where it crosses the threshold, between time-steps.
    """

    NONE = "none"
    ZERO = "zero"
    SUBTRACT = "subtract"
    SUBTRACT_AFTER_UPDATE = "subtract_after_update"
    ZERO_AT_CROSSING = "zero_at_crossing"


class Firing(Enum):
    """How a membrane u makes spikes: above the threshold, or by chance, with a probability."""

    THRESHOLD = "u above the threshold"
    SIGMOID = "probability sigmoid(u)"
    SIGMOID_OF_TWICE = "probability sigmoid(2u)"
    FOUR_FIFTHS_OF_SIGMOID = "probability 4/5 sigmoid(u)"
    NEVER = "no membrane, no spikes"


class UnavailableReason(IntEnum):
    """Why a peer has no number, in more detail than the status of its case."""

    IT_HAS_ONE = 0
    NOT_INSTALLED = 1
    FAILS_AT_IMPORT = 2
    CANNOT_BE_INSTALLED = 3
    MEMBRANE_DIFFERS = 4
    SPIKES_DIFFER = 5
    GRADIENT_NOT_FINITE = 6


@dataclass(frozen=True)
class Setting:
    """What a layer is made for.

    Attributes:
        time_steps: T; some layers hold a matrix of its size.
        units: of the layer.
        threshold: in units of our membrane.
        record: the layer returns its membrane too, in units of ours.
        with_linear: a layer that begins with a Linear of its own may keep it, and says so by an
            attribute `has_linear`; else that Linear is the identity.
    """

    time_steps: int
    units: int
    threshold: float = 1.0
    record: bool = False
    with_linear: bool = False


@dataclass(frozen=True)
class Peer:
    """One neuron of a library.

    Attributes:
        library: the module to import.
        make: makes its layer, given a method and a setting: a module that maps current
            [time, batch, unit] to (spikes, membrane), the membrane None unless it is recorded.
        difference: what still differs from our LIF, in words, without a semicolon.
        reset: what a spike does to its membrane.
        synaptic: it has the synaptic current of eq. (5); else it gets the current times that
            filter's gain at rest, 1 / (1 - alpha).
        rectified: its membrane is never negative, so it is compared on currents that are not.
        firing: how its membrane makes spikes.
        late: its spikes come so many steps after ours.
        workload: what is timed; a library that does not compute with torch brings its own.
        as_published: methods whose error is told and not judged; `gate.py` judges them.
        load: imports the library, where its name alone does not do; None: it does.
        cannot: why the library cannot be installed; None: it can.
    """

    library: str
    make: Callable[[str, Setting], nn.Module]
    difference: str
    reset: Reset
    synaptic: bool = True
    rectified: bool = False
    firing: Firing = Firing.THRESHOLD
    late: int = 0
    workload: Callable[[Case, Callable[[], nn.Module]], Workload] | None = None
    as_published: tuple[str, ...] = ()
    load: Callable[[], None] | None = None
    cannot: str | None = None


# alpha = beta in Table I, so the gain at rest of the synaptic filter is that of the membrane's
# without its factor 1 - beta: u = beta u + x needs no other threshold.
GAIN = 1 / (1 - PARAMETERS.alpha)
SLOPE = 100.0


def never(method: str, setting: Setting) -> nn.Module:
    """Stand for the layer of a library that cannot be installed."""
    raise AssertionError("its peer has a reason in `cannot`, which is asked first")
