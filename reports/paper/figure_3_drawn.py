"""The four pictures of Figure 3."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import fmean

import matplotlib as mpl

from ..estimate.mean import Mean
from ..neurons import IN_PAPER, LIF, PAPERS_SPIKING, SB
from ..plots.picture import Picture
from ..published import SECONDS_PER_EPOCH, SPIKES_PER_MS
from ..text import digits
from .drawing import canvas, colour, legend, name_neurons, point, published
from .parts import neuron_words, spikes
from .runs import Group, TrainingRun
from .seconds import seconds

# The training runs of a group, by neuron and condition.
Runs = dict[tuple[str, str], TrainingRun]


def curves(group: Group, runs: Runs, name: str, figure: str, ylabel: str, number: int) -> Picture:
    """Draw an accuracy after each epoch, with and without augmentation."""
    with canvas(figure) as drawn:
        (ax,) = drawn.axes
        for (neuron, condition), run in runs.items():
            kept = [e for e in run.epochs if None not in e[name]]
            epochs = [e["epoch"] + 1 for e in kept]
            line = "-" if condition == "augmented" else "--"
            words = f"{neuron_words(neuron)}, {condition}"
            each = [[100 * value for value in e[name]] for e in kept]
            ax.plot(epochs, list(map(fmean, each)), line, color=colour(neuron), label=words, lw=1.5)
            ax.fill_between(
                epochs,
                list(map(min, each)),
                list(map(max, each)),
                color=colour(neuron),
                alpha=0.12,
                lw=0,
            )
        ax.xaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True))
        ax.set(xlabel="epoch", ylabel=ylabel, ylim=(0, 101))
        legend(ax)
        last = {key: fmean(run.of_repeats(name)) for key, run in runs.items()}
        low, high = min(last, key=lambda k: last[k]), max(last, key=lambda k: last[k])
        caption = (
            f"As Figure {figure}: mean over repeats after each epoch, the band from the lowest "
            "to the highest repeat; full lines with augmentation, dashed without. After "
            f"the last epoch, lowest: {100 * last[low]:.1f} % ({neuron_words(low[0])}, {low[1]}); "
            f"highest: {100 * last[high]:.1f} % ({neuron_words(high[0])}, {high[1]})."
        )
        title = f"{figure}, {ylabel.partition(' [')[0]}: {group}"
        return drawn.picture(f"{figure.lower()}-{number}", title, caption)


@dataclass(frozen=True)
class _Bars:
    """A picture of one number of each neuron, on a logarithmic axis beside the paper's."""

    figure: str
    ylabel: str
    neurons: tuple[str, ...]
    value: Callable[[TrainingRun], Mean | None]
    paper: dict[str, float]
    caption: str

    def draw(self, group: Group, runs: Runs, number: int, more: str = "") -> Picture:
        with canvas(self.figure) as drawn:
            (ax,) = drawn.axes
            zero = []
            for position, neuron in enumerate(self.neurons):
                for condition, shift in (("augmented", -0.1), ("basic", 0.1)):
                    run = runs.get((neuron, condition))
                    mean = self.value(run) if run else None
                    if mean is not None and mean.value > 0:
                        point(ax, position + shift, mean, neuron, hollow=condition == "basic")
                    elif mean is not None:
                        zero.append(f"{neuron}, {condition}")
                if neuron in self.paper:
                    published(ax, position - 0.28, self.paper[neuron])
            ax.set_yscale("log")
            ax.set_ylabel(self.ylabel)
            name_neurons(ax, self.neurons)
            ax.plot([], [], "o", color="#444444", label="augmented")
            ax.plot([], [], "o", color="#444444", markerfacecolor="white", label="basic")
            published(ax, float("nan"), float("nan"), "paper, augmented\n(SHD, V100)")
            legend(ax)
            title = f"{self.figure}, {self.ylabel.partition(' [')[0]}: {group}"
            caption = f"As Figure {self.figure}: {self.caption}{more}"
            if zero:
                caption += f" Zero, and so not on this axis: {'; '.join(zero)}."
            return drawn.picture(f"{self.figure.lower()}-{number}", title, caption)


_SECONDS = _Bars(
    "3-C",
    "seconds an epoch [s]",
    IN_PAPER,
    seconds,
    {neuron: number.value for neuron, number in SECONDS_PER_EPOCH.items()},
    "median seconds of a training epoch of one network, data and model together, with the "
    "bootstrap 95 % interval over epochs. The stars are the paper's, on another data set and a "
    "GPU: compare ratios, not seconds.",
)
_SPIKES = _Bars(
    "3-D",
    "spikes in the network [1/ms]",
    PAPERS_SPIKING,
    spikes,
    {neuron: SPIKES_PER_MS[neuron, "augmented"].value for neuron in PAPERS_SPIKING},
    "spikes per millisecond of the whole network in the last test, with the 95 % interval of the "
    "mean over repeats; a time-step longer than 1 ms holds at most one spike of a neuron, so it "
    "lowers what SPSN can fire.",
)


def seconds_picture(group: Group, runs: Runs, number: int) -> Picture:
    """Draw the seconds of an epoch; the caption compares LIF with SPSN-SB."""
    found = {}
    for neuron in (LIF, SB):
        run = next((runs[neuron, c] for c in ("augmented", "basic") if (neuron, c) in runs), None)
        mean = seconds(run) if run else None
        if run and mean and mean.value > 0:
            found[neuron, run.condition] = (mean.value, run.settings.get("method", "auto"))
    more = ""
    if len({condition for _, condition in found}) == 1 and len(found) == 2:
        (lif, method), (spsn, _) = found.values()
        more = (
            f" An epoch of LIF (method {method}) takes {digits(lif / spsn)} times as long as "
            "one of SPSN-SB."
        )
    return _SECONDS.draw(group, runs, number, more)


def spikes_picture(group: Group, runs: Runs, number: int) -> Picture:
    """Draw the spikes per millisecond of the networks that spike."""
    return _SPIKES.draw(group, runs, number)
