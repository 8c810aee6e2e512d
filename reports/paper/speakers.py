"""One speaker left out of training: not in the paper, but what a recogniser meets in use."""

from __future__ import annotations

from ..estimate.mean import mean_of
from ..neurons import SB, WITHOUT_RESET
from ..plots.picture import Picture
from .drawing import canvas, colour, legend, marker, point
from .parts import (
    NOT_RUN,
    Part,
    Table,
    accuracy,
    condition_without,
    group_note,
    not_finite,
    only,
    with_interval,
)
from .runs import Experiments, Group, TrainingRun


def part(experiments: Experiments) -> Part:
    """Return the part: the accuracy on each speaker who was left out."""
    found = Part(
        "speakers",
        "A speaker never heard: leave one out",
        "Not in the paper. Each network is trained without one speaker and tested on all of that "
        "speaker's recordings.",
        "python -m benchmarks paper speakers",
    )
    found.missing += not_finite(experiments, ["speaker"])
    rows = []
    for group, runs in experiments.by_group("speaker"):
        speakers = sorted({int(run.settings["leave_out_speaker"]) for run in runs})
        base = sorted({condition_without(run) for run in runs})
        found.pictures.append(_picture(group, runs, speakers, len(found.pictures)))
        found.notes.append(group_note(group, runs))
        for neuron in WITHOUT_RESET:
            own = {int(r.settings["leave_out_speaker"]): r for r in runs if r.neuron == neuron}
            means = {s: mean for s, run in own.items() if (mean := accuracy(run))}
            heard = only([r for c in base for r in experiments.of(group, c, neuron)])
            rows.append(
                [
                    neuron,
                    str(group),
                    with_interval(mean_of([mean.value for mean in means.values()]), 100, " %"),
                    ", ".join(f"{s}: {100 * m.value:.1f} %" for s, m in means.items()),
                    with_interval(accuracy(heard), 100, " %"),
                ]
            )
    columns = [
        "neuron", "data set, scale, machine", "mean over speakers (n: speakers)", "each speaker",
        "official split, speakers heard",
    ]  # fmt: skip
    rows = rows or [[neuron, "–", NOT_RUN, "–", "–"] for neuron in WITHOUT_RESET]
    found.tables.append(Table("Accuracy on a speaker who was left out", columns, rows))
    return found


def _picture(group: Group, runs: list[TrainingRun], speakers: list[int], number: int) -> Picture:
    with canvas("speakers") as drawn:
        (ax,) = drawn.axes
        for run in runs:
            mean = accuracy(run)
            if mean is not None:
                shift = -0.1 if run.neuron == SB else 0.1
                position = speakers.index(int(run.settings["leave_out_speaker"]))
                point(ax, position + shift, mean.scaled(100), run.neuron)
        for neuron in WITHOUT_RESET:
            ax.plot([], [], marker(neuron), color=colour(neuron), label=neuron)
        ax.set_xticks(range(len(speakers)), [str(speaker) for speaker in speakers])
        ax.set(xlabel="speaker left out", ylabel="test accuracy [%]", ylim=(0, 100))
        legend(ax)
        caption = (
            "Accuracy on all recordings of the speaker who was left out of the training; bars, "
            "where there are several repeats: 95 % interval of their mean."
        )
        return drawn.picture(f"speakers-{number + 1}", f"a speaker left out: {group}", caption)
