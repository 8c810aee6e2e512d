"""Measuring groups of cases one after the other into a folder, which a rerun goes on with."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from ...cases.case import Case
from ...cases.records import record_file
from ...cases.request import Request
from ...cases.selection import groups
from ...drive.printed import Progress
from ...instruments.files import read_json_lines
from ...measure.recall import recall
from ...measure.record import Record


def measure(
    cases: Sequence[Case], request: Request, start_method: str | None = None
) -> Iterator[str]:
    """Measure each group in turns; yield what is to be printed.

    Args:
        cases: all of them.
        request: whose folder of records is gone on with.
        start_method: see `run_bounded`.
    """
    folder, told = Path(request.records), Path(request.progress)
    kept = [case for case in cases if record_file(folder, case).exists()]
    progress = Progress(cases, kept)
    for group in groups(cases):
        told.unlink(missing_ok=True)
        for case in group:
            recall(case, request.budget, folder, start_method, group=group, progress=told)
        if told.exists():
            for line in read_json_lines(told):
                yield from progress.lines(line)
    if (summary := progress.summary()) is not None:
        yield summary


def records_of(cases: Sequence[Case], request: Request) -> dict[Case, Record]:
    """Return the record of each measured case, with the run of each sample."""
    folder = Path(request.records)
    found = {case: recall(case, request.budget, folder) for case in cases}
    return {
        case: record | {"run": [request.run for _ in record["round"]]}
        for case, record in found.items()
    }
