"""Colours by neuron, markers and lines by method, the same in every picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ..text import printable

Line = Literal["-", "--", "-.", ":", "none"] | tuple[int, tuple[int, ...]]

# Okabe and Ito's palette, which colour-blind readers can tell apart.
NEURON_COLOURS = {
    "LIF": "#D55E00",
    "SPSN-SB": "#0072B2",
    "SPSN-GS": "#009E73",
    "ReLU": "#444444",
    "LI-ReLU": "#CC79A7",
}
MORE_COLOURS = ("#E69F00", "#56B4E9", "#F0E442")
METHOD_LINES: dict[str, tuple[str, Line]] = {
    "published_loop": ("s", "--"),
    "loop": ("o", "-"),
    "scan": ("D", "-"),
    "fft": ("^", "-."),
    "published_fft": ("v", ":"),
    "eager": ("X", "-"),
    "compile": ("P", "-."),
    "cuda_graph": ("d", (0, (5, 1))),
    "numba": ("*", "-"),
    "triton": (">", (0, (3, 1, 1, 1))),
    "triton_graph": ("<", (0, (1, 1))),
}
MORE_LINES: tuple[tuple[str, Line], ...] = (
    ("p", (0, (5, 5))),
    ("h", (0, (3, 5, 1, 5))),
    ("8", "--"),
)


@dataclass(frozen=True)
class Look:
    """How one series is drawn."""

    colour: str
    marker: str
    line: Line


# The floor is no neuron: a thin grey line beside the series.
FLOOR = Look("#808080", "", "-")


class Looks:
    """The looks of all neurons and methods of a report; unknown names get spare ones in order."""

    def __init__(self, neurons: Iterable[str], methods: Iterable[str]) -> None:
        new_neurons = sorted(set(neurons) - set(NEURON_COLOURS) - {"floor"})
        new_methods = sorted(set(methods) - set(METHOD_LINES) - {"copy"})
        self._colours = NEURON_COLOURS | {
            name: MORE_COLOURS[i % len(MORE_COLOURS)] for i, name in enumerate(new_neurons)
        }
        self._lines = METHOD_LINES | {
            name: MORE_LINES[i % len(MORE_LINES)] for i, name in enumerate(new_methods)
        }

    def of(self, neuron: str, method: str) -> Look:
        """Return the look of one neuron by one method."""
        return Look(self.colour(neuron), *self._lines[method])

    def colour(self, neuron: str) -> str:
        """Return the colour of one neuron."""
        return self._colours[neuron]


def plain(text: object) -> str:
    """Return text that matplotlib does not read as mathematics, and that keeps an SVG valid."""
    lines = str(text).split("\n")  # a title's own
    return "\n".join(map(printable, lines)).replace("$", r"\$")
