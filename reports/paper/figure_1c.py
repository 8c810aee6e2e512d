"""Figure 1-C: membrane and spikes of each neuron on one input."""

from __future__ import annotations

from typing import Any

from ..neurons import WITH_RESET
from ..plots.picture import Picture
from .drawing import canvas, colour
from .parts import Part, Table
from .runs import Experiments


def part(experiments: Experiments) -> Part:
    """Return the part: the traces of every machine that has them."""
    found = Part(
        "figure-1c",
        "Figure 1-C: one neuron of each kind on one input",
        "LIF spikes only where its membrane reaches the threshold; SPSN spikes by chance, more "
        "densely where the membrane is high, and also where it is low.",
        "python -m benchmarks paper 1c",
    )
    for machine, traces in sorted(experiments.traces.items()):
        found.pictures.append(_picture(machine, traces, len(found.pictures)))
        found.tables.append(_table(machine, traces))
    if not experiments.traces:
        found.missing.append("the traces")
    return found


def _picture(machine: str, traces: dict[str, Any], number: int) -> Picture:
    neurons = traces["neurons"]
    time = [1000 * traces["dt"] * step for step in range(len(traces["input"]))]
    heights = [1.3] + [1.0] * len(neurons)
    with canvas("1c", 1 + len(neurons), size=(8.0, 1.6), heights=heights) as drawn:
        first, *others = drawn.axes
        given = [step for step, x in zip(time, traces["input"], strict=True) if x]
        first.plot(time, traces["synaptic"], color="#444444", linewidth=1.2)
        first.eventplot(given, lineoffsets=-0.6, linelengths=0.5, colors="#999999", linewidths=0.8)
        first.set_ylabel("current i")
        first.set_title("input spikes (grey) and synaptic current", fontsize=9, loc="left")
        for ax, (neuron, outcome) in zip(others, neurons.items(), strict=True):
            membrane = outcome["membrane"]
            fired = [step for step, spike in zip(time, outcome["spikes"], strict=True) if spike]
            low, high = min(membrane), max(*membrane, traces["threshold"])
            ax.plot(time, membrane, color=colour(neuron), linewidth=1.2)
            if neuron in WITH_RESET:
                ax.axhline(traces["threshold"], color="#888888", linewidth=0.8, linestyle="--")
            room = 0.25 * (high - low)
            ax.eventplot(
                fired,
                lineoffsets=low - room,
                linelengths=room,
                colors=colour(neuron),
                linewidths=0.8,
            )
            ax.set_ylabel("membrane u")
            ax.set_title(f"{neuron}: {len(fired)} spikes", fontsize=9, loc="left")
        others[-1].set_xlabel("time [ms]")
        counts = ", ".join(f"{n} {sum(o['spikes'])}" for n, o in neurons.items())
        caption = (
            "One input to three neurons with the constants of Table I: synaptic current, then each "
            "neuron's membrane (line) and spikes (ticks below); dashed: the threshold of the LIF, "
            f"whose membrane is reset (as in the published code). Spikes in {len(time)} steps: "
            f"{counts}."
        )
        return drawn.picture(
            f"traces-{number + 1}", f"current, membrane and spikes: {machine}", caption
        )


def _table(machine: str, traces: dict[str, Any]) -> Table:
    third = len(traces["input"]) // 3
    spans = [slice(0, third), slice(third, 2 * third), slice(2 * third, None)]
    rows = []
    for neuron, outcome in traces["neurons"].items():
        rates = [sum(outcome["spikes"][s]) / len(outcome["spikes"][s]) for s in spans]
        rows.append([neuron, *(f"{rate:.3f}" for rate in rates)])
    columns = ["neuron", "few input spikes", "three times as many", "few again"]
    return Table(f"{machine}: spikes a step in each third", columns, rows)
