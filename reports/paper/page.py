"""All parts, and the page that holds them."""

from __future__ import annotations

import pandas as pd

from ..pages.template import fill, left_out
from ..text import digits
from . import (
    figure_1c,
    figure_2,
    figure_3,
    figure_4,
    figure_5,
    figure_6,
    rates,
    speakers,
    table_1,
    table_2,
)
from .parts import Part
from .runs import Experiments, Group


def parts(experiments: Experiments, measurements: pd.DataFrame, ratios: pd.DataFrame) -> list[Part]:
    """Return every part in the order of the paper, also where nothing was run.

    Args:
        experiments: of the training runs.
        measurements: asv's rows of all commits; may be empty, as its speed-ups.
        ratios: all speed-ups.
    """
    return [
        figure_1c.part(experiments),
        table_1.part(experiments),
        rates.part(experiments),
        figure_2.part(experiments),
        figure_3.part(experiments, measurements, ratios),
        table_2.part(experiments),
        figure_4.part(experiments),
        figure_5.part(measurements, ratios),
        figure_6.part(experiments),
        speakers.part(experiments),
    ]


def render(experiments: Experiments, found: list[Part], measured: str | None) -> str:
    """Return the page as one self-contained HTML text.

    Args:
        experiments: What was read.
        found: Its parts.
        measured: Where the page of what was measured is, relative to this one; None: nowhere.
    """
    return fill(
        "figures.html.j2",
        measured=measured,
        parts=found,
        groups=[_about(experiments, group) for group in experiments.groups()],
        omissions=left_out(experiments.omissions, experiments.root),
    )


def _about(experiments: Experiments, group: Group) -> list[str]:
    """Return a group's row: its runs, the hours that they took, and on which hardware."""
    runs = [run for run in experiments.runs if run.group == group]
    hardware = {
        f"{env.get('device_name')} ({env.get('device')}), threads: {env.get('threads')}, "
        f"torch {env.get('torch')}"
        for env in (run.environment for run in runs)
    }
    hours = digits(sum(run.hours for run in runs))
    return [str(group), str(len(runs)), hours, "; ".join(sorted(hardware))]
