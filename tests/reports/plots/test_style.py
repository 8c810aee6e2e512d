"""Every series can be told from every other."""

from reports.plots.style import Looks

ALL = [
    *("LIF/published_loop", "LIF/loop", "LIF/numba", "LIF/triton", "LIF/cuda_graph", "LIF/compile"),
    *(f"SPSN-{n}/{m}" for n in ("SB", "GS") for m in ("published_fft", "fft", "scan")),
    *(f"SPSN-{n}/{m}" for n in ("SB", "GS") for m in ("numba", "triton")),
    "ReLU/eager",
    "floor/copy",
]


def test_every_series_has_a_look_of_its_own():
    pairs = [name.split("/") for name in ALL]
    looks = Looks(*zip(*pairs, strict=True))
    drawn = [looks.of(neuron, method) for neuron, method in pairs if neuron != "floor"]
    assert len({(look.colour, look.marker) for look in drawn}) == len(drawn)
