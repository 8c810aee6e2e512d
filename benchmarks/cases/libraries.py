"""The libraries that are measured beside ours: what each needs, and what is measured of it.

Each library is measured in an environment of its own, because their requirements contradict each
other; two of our methods are measured in every one of them, as the common yardstick.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True)
class Library:
    """A library and its neurons.

    Attributes:
        neuron_methods: what is measured of it, such as "Norse-LIF/unbind".
        requirements: package -> version of its environment, besides torch and our own; they are
            the extra `peer-<name>` of pyproject.toml. Empty: nothing can be installed, and its
            cases are not available, for the reason that its module in `workloads/adapters/` gives.
        alone: they are installed without what they require themselves, and no extra has them.
    """

    neuron_methods: tuple[str, ...]
    requirements: Mapping[str, str] = field(default_factory=dict)
    alone: bool = False

    @property
    def installed(self) -> Mapping[str, str]:
        """What asv installs: package -> version, after pip's options; it names files by them."""
        options = "--no-deps==" if self.alone else ""
        return {package: options + version for package, version in self.requirements.items()}


LIBRARIES: dict[str, Library] = {
    "spyx": Library(
        (
            "Spyx-CuBaLIF/scan",
            "Spyx-PSU_LIF/associative_scan",
            "Spyx-SPSN/fft",
            "Spyx-ParallelResetLIF/fixed_point",
        ),
        {"spyx": "1.0.0", "jax": "0.10.2"},
    ),
    "spikingjelly": Library(
        (
            "SpikingJelly-LIF/multi_step",
            "SpikingJelly-LIF/cuda",
            "SpikingJelly-LIF/triton",
            "SpikingJelly-LIF/torch",
            "SpikingJelly-PSN/product",
            "SpikingJelly-MaskedPSN/product",
            "SpikingJelly-SlidingPSN/product",
            "SpikingJelly-CUBALIF/multi_step",
            "SpikingJelly-FlexSN/torch",
            "SpikingJelly-LIF/compile_chunk",
            "SpikingJelly-CUBALIF/compile_chunk",
        ),
        {"spikingjelly": "2.0.0"},
    ),
    "snntorch": Library(
        (
            "snnTorch-Leaky/unbind",
            "snnTorch-Leaky/indexed",
            "snnTorch-LeakyParallel/rnn",
            "snnTorch-StateLeaky/convolution",
            "snnTorch-Leaky/compile",
            "snnTorch-Synaptic/unbind",
            "snnTorch-Leaky/compile_chunk",
        ),
        {"snntorch": "1.0.0"},
    ),
    "norse": Library(
        (
            "Norse-LIF/unbind",
            "Norse-LIF/sequence",
            "Norse-LIF/compile",
            "Norse-LIFAdjoint/unbind",
            "Norse-LIF/compile_chunk",
        ),
        {"norse": "1.1.0"},
    ),
    "sinabs": Library(("Sinabs-LIF/sequence", "Sinabs-LIF/compile_chunk"), {"sinabs": "3.1.3"}),
    "rockpool": Library(
        ("Rockpool-LIF/sequence", "Rockpool-LIFJax/scan"),
        {"rockpool": "3.1.0", "jax": "0.10.2"},
    ),
    "exodus": Library(("Sinabs-LIF/exodus",)),
    # It requires a torchvision that fails beside torch's CPU build.
    "bindsnet": Library(("BindsNET-LIF/sequence",), {"bindsnet": "0.3.4"}, alone=True),
    "jaxsnn": Library(
        ("jaxsnn-LIF/scan", "jaxsnn-EventLIF/eventprop"), {"jaxsnn": "0.3.0", "jax": "0.10.2"}
    ),
    # Later releases of numpy break its import.
    "brian2": Library(("Brian2-LIF/cpp_standalone",), {"brian2": "2.9.0", "numpy": "2.1.3"}),
    "nest": Library(("NEST-LIF/exact",), {"nest-simulator": "3.10.0"}),
    # It requires what its data sets and plots need.
    "pysnn": Library(("PySNN-LIF/sequence",), {"pysnn": "0.1.1"}, alone=True),
    # Scans of a linear recurrence for CUDA: the operators of fla alone, without its models.
    "fla": Library(("FLA-SPSN/chunk", "FLA-SPSN/recurrent"), {"fla-core": "0.6.0"}),
    "accelerated-scan": Library(("AcceleratedScan-SPSN/scan",), {"accelerated-scan": "0.3.1"}),
}
# They are compiled as a whole, for each T and batch size: JAX's, and Brian2's program.
JITTED = (
    *LIBRARIES["spyx"].neuron_methods,
    "Rockpool-LIFJax/scan",
    *LIBRARIES["jaxsnn"].neuron_methods,
    "Brian2-LIF/cpp_standalone",
)
# Measured in every library's environment.
YARDSTICKS = ("LIF/numba", "SPSN-SB/numba", "LIF/triton", "SPSN-SB/triton")
# Measured in an environment without any other library.
OURS = (
    "LIF/published_loop",
    "LIF/loop",
    "SPSN-SB/published_fft",
    "SPSN-SB/scan",
    "SPSN-GS/numba",
    "SPSN-GS/triton",
    "ReLU/eager",
    *YARDSTICKS,
)
OURS_LATER = ("LIF/compile",)
# Appended at the end of the suite's first parameter, whose places are codes in the results: what
# is new stands last here.
LATER = (
    *OURS_LATER,
    "Spyx-ParallelResetLIF/fixed_point",
    "SpikingJelly-CUBALIF/multi_step",
    "SpikingJelly-FlexSN/torch",
    "snnTorch-Leaky/compile",
    "snnTorch-Synaptic/unbind",
    "Norse-LIF/compile",
    "Norse-LIFAdjoint/unbind",
    "Rockpool-LIFJax/scan",
    "snnTorch-Leaky/compile_chunk",
    "Norse-LIF/compile_chunk",
    "SpikingJelly-LIF/compile_chunk",
    "SpikingJelly-CUBALIF/compile_chunk",
    "Sinabs-LIF/compile_chunk",
    "jaxsnn-LIF/scan",
    "Brian2-LIF/cpp_standalone",
    "NEST-LIF/exact",
    "PySNN-LIF/sequence",
    "FLA-SPSN/chunk",
    "FLA-SPSN/recurrent",
    "AcceleratedScan-SPSN/scan",
    "jaxsnn-EventLIF/eventprop",
)
# What is measured in an environment of its own.
MEASURED = ["ours", *(name for name, library in LIBRARIES.items() if library.requirements)]
PEER_METHODS = tuple(m for library in LIBRARIES.values() for m in library.neuron_methods)


def is_peer(neuron_method: str) -> bool:
    """Return whether a neuron such as "Norse-LIF/unbind" is another library's."""
    return neuron_method in PEER_METHODS


def environments(
    libraries: Sequence[str],
) -> list[tuple[str, Mapping[str, str], tuple[str, ...]]]:
    """List (name, requirements, neuron_methods) of the environments that measure these libraries.

    Args:
        libraries: of `MEASURED`. A library that cannot be installed says why in ours.
    """
    listed: list[tuple[str, Mapping[str, str], tuple[str, ...]]] = []
    for name in libraries:
        if name == "ours":
            absent = (one for one in LIBRARIES.values() if not one.requirements)
            more = tuple(m for library in absent for m in library.neuron_methods)
            listed.append((name, MappingProxyType({}), OURS + OURS_LATER + more))
        else:
            library = LIBRARIES[name]
            listed.append((name, library.installed, library.neuron_methods + YARDSTICKS))
    return listed
