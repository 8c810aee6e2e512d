"""All parts, and the page that holds them."""

from __future__ import annotations

import pandas as pd

from ..pages.template import fill
from ..text import printable
from . import (
    figure_1c,
    figure_2,
    figure_3,
    figure_4,
    figure_5,
    figure_6,
    speakers,
    table_1,
    table_2,
)
from .parts import Part
from .runs import Records


def parts(records: Records, measurements: pd.DataFrame, ratios: pd.DataFrame) -> list[Part]:
    """Return every part in the order of the paper, also those that nothing was run for.

    Args:
        records: of the training runs.
        measurements: asv's rows of all commits; may be empty, as its speed-ups.
        ratios: all speed-ups.
    """
    return [
        figure_1c.part(records),
        table_1.part(records),
        figure_2.part(records),
        figure_3.part(records, measurements, ratios),
        table_2.part(records),
        figure_4.part(records),
        figure_5.part(measurements, ratios),
        figure_6.part(records),
        speakers.part(records),
    ]


def render(records: Records, found: list[Part]) -> str:
    """Return the page as one self-contained HTML text."""
    return fill(
        "figures.html.j2",
        parts=found,
        groups=[
            [
                str(group),
                str(sum(run.group == group for run in records.runs)),
                _hardware(records, group),
            ]
            for group in records.groups()
        ],
        problems=[
            [
                printable(problem.file.relative_to(records.root).as_posix()),
                printable(problem.what),
                problem.remedy,
            ]
            for problem in records.problems
        ],
    )


def _hardware(records: Records, group: object) -> str:
    told = {
        f"{env.get('device_name')} ({env.get('device')}), threads: {env.get('threads')}, "
        f"torch {env.get('torch')}"
        for env in (run.environment for run in records.runs if run.group == group)
    }
    return "; ".join(sorted(told))
