"""Reference implementation of the LIF, SPSN-SB and SPSN-GS neurons.

Arnaud Yarga & Wood, "Accelerating SNN Training with Stochastic Parallelizable Spiking Neurons".
Numbers in parentheses in this package are that paper's equations.

Glossary, the paper's symbol and its name here:

    x       current     input current of a neuron, [time, batch, unit]
    i       synaptic    synaptic current
    u       membrane    membrane potential
    s       spikes      0 or 1
    rho     probability firing probability (16, 17)
    alpha   alpha       decay of i per time-step, exp(-dt / tau_syn)
    beta    beta        decay of u per time-step, exp(-dt / tau_mem)
    u_th    threshold   firing threshold of the LIF (3) and of ParaLIF-T
    theta   theta       spike-frequency ceiling (21)

Time leads every tensor. Not included: recurrent connections, delays, and modules that register time
constants to learn them; of tensors among the constants see `NeuronParameters`.
Speed is measured by the package `benchmarks`; `profiling` only shows what one step consists of.
"""

from ._methods import auto_method, methods, unavailable_reason
from ._numba.buffers import release_buffers
from .fire import (
    above_threshold,
    escape_noise,
    gumbel_softmax,
    rising,
    sigmoid_bernoulli,
    surrogate_heaviside,
)
from .integrate import leaky_integrate
from .lif import lif
from .loss import classification_loss, spike_frequency_regularizer
from .network import FeedForward
from .neurons import LIF, SPSN, IntegratorReLU, LeakyIntegrator, ReLU
from .parameters import NeuronParameters
from .published import load_published
from .spsn import spsn
from .state import NeuronState

__version__ = "0.1.0"

__all__ = [
    "LIF",
    "SPSN",
    "FeedForward",
    "IntegratorReLU",
    "LeakyIntegrator",
    "NeuronParameters",
    "NeuronState",
    "ReLU",
    "above_threshold",
    "auto_method",
    "classification_loss",
    "escape_noise",
    "gumbel_softmax",
    "leaky_integrate",
    "lif",
    "load_published",
    "methods",
    "release_buffers",
    "rising",
    "sigmoid_bernoulli",
    "spike_frequency_regularizer",
    "spsn",
    "surrogate_heaviside",
    "unavailable_reason",
]
