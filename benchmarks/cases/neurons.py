"""Facts about our neurons and their methods, each stated here alone."""

from dataclasses import dataclass

from .libraries import JITTED


@dataclass(frozen=True)
class Neuron:
    """A neuron of the suites.

    Attributes:
        operation: the operation of `spsn_ref.methods()` behind it; None: there is but one method.
        spikes: its output is spikes, which are counted.
        stochastic: it fires by chance.
        in_paper: the paper trains it.
        has_oracle: it computes something that a method could get wrong, so the gate checks it.
    """

    operation: str | None
    spikes: bool = True
    stochastic: bool = False
    in_paper: bool = True
    has_oracle: bool = True


NEURONS = {
    "LIF": Neuron("lif"),
    "SPSN-SB": Neuron("spsn", stochastic=True),
    "SPSN-GS": Neuron("spsn", stochastic=True),
    "LI-ReLU": Neuron("leaky_integrate", spikes=False, in_paper=False),
    "ReLU": Neuron(None, spikes=False, has_oracle=False),
    "ParaLIF-T": Neuron("spsn", in_paper=False),
    "ParaLIF-D": Neuron("spsn", in_paper=False),
    "LMU-2019": Neuron(None, spikes=False, in_paper=False),
    "LMU-2021": Neuron(None, spikes=False, in_paper=False),
    # It moves the bytes that a neuron must move, and computes nothing.
    "floor": Neuron(None, spikes=False, in_paper=False, has_oracle=False),
}
# Methods of which the suite captures a whole step in CUDA graphs and replays it, as a training loop
# can: what the host takes to launch the kernels is then no part of the time.
CAPTURED = ("triton_graph",)
# Methods that divide the time of the fused one among so many processes.
RANKS = {"ranks_2": 2, "ranks_4": 4}
# Methods that ask for work time-step by time-step: the longest of all.
STEPWISE = ("published_loop", "loop", "cuda_graph")
# Methods that compile at their first call, for seconds that are a quantity of their own.
COMPILED = ("compile", "compile_chunk")
# Methods that are made for one device.
MADE_FOR = {
    **{"numba": "cpu", "triton": "cuda", "cuda_graph": "cuda", "triton_graph": "cuda"},
    "stream": "cpu",
    **dict.fromkeys(RANKS, "cpu"),
    # Of other libraries: SpikingJelly's choice of kernel, and EXODUS.
    **{f"SpikingJelly-LIF/{kernel}": "cuda" for kernel in ("cuda", "triton", "torch")},
    "Sinabs-LIF/exodus": "cuda",
    **dict.fromkeys(("FLA-SPSN/chunk", "FLA-SPSN/recurrent"), "cuda"),
    "AcceleratedScan-SPSN/scan": "cuda",
}


# How the suites call a method, by the end of a name that the suites alone know:
# the membrane is returned too, as by default; the C library keeps what torch frees.
MEMBRANE, RECYCLED = "_membrane", "_recycled"


def base_method(method: str) -> str:
    """Return the method of spsn_ref behind one of the suites."""
    if ranks_of(method) > 1:
        return "numba"
    if is_captured(method):
        return method.removesuffix("_graph")
    return method.removesuffix(MEMBRANE).removesuffix(RECYCLED)


def counts_spikes(neuron: str) -> bool:
    """Return whether a neuron's output is spikes; other libraries' neurons all spike."""
    return neuron not in NEURONS or NEURONS[neuron].spikes


def is_neuron(neuron: str) -> bool:
    """Return whether this has a state: all but ReLU and the floor; other libraries' all have."""
    return neuron not in NEURONS or NEURONS[neuron].has_oracle


def is_captured(method: str) -> bool:
    """Return whether the suite captures a method's step: "triton_graph" or "LIF/triton_graph"."""
    return method.rpartition("/")[2] in CAPTURED


def ranks_of(method: str) -> int:
    """Return the number of processes among which a method divides its time."""
    return RANKS.get(method, 1)


def is_compiled_whole(neuron_method: str) -> bool:
    """Return whether a method is compiled for each T and batch size, over all its time-steps."""
    return neuron_method in JITTED


def is_compiled(neuron_method: str) -> bool:
    """Return whether a method such as "LIF/compile" compiles before or at its first call."""
    method = base_method(neuron_method.split("/")[1])
    return method in COMPILED or is_compiled_whole(neuron_method)


def is_made_for(neuron_method: str, device: str) -> bool:
    """Return whether a method such as "LIF/numba" belongs on a device."""
    method = neuron_method.split("/")[1].removesuffix(MEMBRANE).removesuffix(RECYCLED)
    return MADE_FOR.get(neuron_method, MADE_FOR.get(method, device)) == device
