"""Runs that are not alike: a run on a machine twice as fast is shown as another machine's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from statistics import median

from .asv_files import Case, Cell
from .tree import Results, Run

# Two runs are joined where the medians of each reference are within this factor.
ALIKE = 2.0

# Of a run: reference -> median of its seconds.
Speeds = Mapping[str, float]


def speeds(results: Results) -> dict[tuple[str, str, str, int], Speeds]:
    """Return how fast the references were: by machine, commit, suite and number of the run."""
    seconds: dict[tuple[str, str, str, int], dict[str, list[float]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for journal in results.journals:
        told = journal.told
        for suite in told.suites:
            of_run = seconds[journal.machine, told.commit, suite, told.run]
            for line in told.references:
                for name, value in line.seconds.items():
                    of_run[name].append(value)
    return {
        key: {name: median(values) for name, values in of_run.items()}
        for key, of_run in seconds.items()
    }


def are_alike(first: Speeds, second: Speeds) -> bool:
    """Return whether all references that both have agree within `ALIKE`."""
    return all(
        1 / ALIKE <= first[name] / second[name] <= ALIKE for name in first.keys() & second.keys()
    )


def clusters(found: Mapping[int, Speeds]) -> list[list[int]]:
    """Put the numbers of alike runs together, each by the first of its cluster."""
    together: list[list[int]] = []
    for run in sorted(found):
        for cluster in together:
            if are_alike(found[cluster[0]], found[run]):
                cluster.append(run)
                break
        else:
            together.append([run])
    return together


def tell_runs_apart(results: Results) -> None:
    """Move the samples of runs that are not like the first one to a machine "NAME (run 2)"."""
    known = speeds(results)
    apart: list[Run] = []
    for run in results.runs:
        for suite, quantities in run.suites.items():
            numbers = _numbers(quantities.get("run", {}).values())
            of_runs = {n: known.get((run.machine, run.commit, suite, n), {}) for n in numbers}
            first, *others = clusters(of_runs) or [[]]
            if not others:
                continue
            run.suites[suite] = _of_runs(quantities, first, True)
            for cluster in others:
                word = "run" if len(cluster) == 1 else "runs"
                name = f"{run.machine} ({word} {', '.join(map(str, cluster))})"
                own = next((one for one in apart if _is(one, run, name)), None)
                if own is None:
                    own = replace(run, machine=name, suites={})
                    apart.append(own)
                own.suites[suite] = _of_runs(quantities, cluster, False)
    results.runs += apart


def _is(one: Run, run: Run, name: str) -> bool:
    return (one.machine, one.commit, one.env) == (name, run.commit, run.env)


def _numbers(cells: Iterable[Cell]) -> set[int]:
    return {int(number) for cell in cells for number in cell.samples or ()}


def _of_runs(
    quantities: Mapping[str, Mapping[Case, Cell]], numbers: list[int], with_others: bool
) -> dict[str, dict[Case, Cell]]:
    """Return the samples of some runs; cases without one only `with_others`."""
    runs = {case: cell.samples or () for case, cell in quantities["run"].items()}
    kept: dict[str, dict[Case, Cell]] = {}
    for quantity, cells in quantities.items():
        kept[quantity] = {}
        for case, cell in cells.items():
            of_case = runs.get(case, ())
            mask = [number in numbers for number in of_case]
            if not any(mask) and (of_case or not with_others):
                continue
            if cell.samples is not None and len(cell.samples) == len(mask):
                samples = tuple(s for s, keep in zip(cell.samples, mask, strict=True) if keep)
                cell = cell._replace(samples=samples)
            kept[quantity][case] = cell
    return kept
