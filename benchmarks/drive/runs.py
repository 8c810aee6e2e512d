"""Runs of one commit: each whole sweep has a number, which stands beside every sample of it.

asv appends the samples of a further sweep to those in its file; nothing else tells them apart.
"""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from ..instruments.files import read_json, write_json
from .error import DriverError

Content = dict[str, Any]
# By position in asv's row of a benchmark: the samples of each case, None where there are none.
Samples = list[list[float] | None]


def _rows(content: Content, suite: str) -> Iterator[tuple[str, list[Any], Samples]]:
    """Yield the quantities of a suite that have samples: name, row, samples."""
    place = content["result_columns"].index("samples")
    for name, row in content["results"].items():
        if name.partition(".")[0] == suite and len(row) > place and row[place] is not None:
            yield name.rpartition(".track_")[2], row, row[place]


def _numbers(content: Content, suite: str) -> Samples | None:
    """Return the run of every sample of a suite; None where it has no samples.

    Raises:
        DriverError: it has samples, and not the run of each.
    """
    found = {quantity: samples for quantity, _, samples in _rows(content, suite)}
    if found and "run" not in found:
        raise DriverError(
            f"suite {suite} of commit {content['commit_hash'][:8]} was measured before runs were "
            "numbered, so no run can be added to it; --replace measures it anew"
        )
    return found.get("run")


def next_run(paths: Sequence[Path], suites: Collection[str]) -> int:
    """Return the number of the next run of these suites, given asv's files of their commit.

    Raises:
        DriverError: a file has samples whose run is not known.
    """
    last = 0
    for path in paths:
        content = read_json(path)
        for suite in suites:
            for numbers in _numbers(content, suite) or []:
                last = max(last, *map(int, numbers or [0]))
    return last + 1


def forget(path: Path, suites: Collection[str], run: int) -> None:
    """Take a run out of asv's file, so that the same run can be appended without being there twice.

    What asv makes of the samples (medians, quartiles) stays, for appending makes it anew.
    """
    content = read_json(path)
    for suite in suites:
        numbers = _numbers(content, suite)
        if numbers is None:
            continue
        kept = [[number != run for number in one or []] for one in numbers]
        for _, row, samples in _rows(content, suite):
            row[content["result_columns"].index("samples")] = [
                None if one is None else _where(one, mask) or None
                for one, mask in zip(samples, kept, strict=True)
            ]
    write_json(path, content)


def _where(samples: list[float], mask: list[bool]) -> list[float]:
    """Return the samples whose mask is set; all of a quantity that has one number a case."""
    if len(samples) != len(mask):
        return samples
    return [sample for sample, keep in zip(samples, mask, strict=True) if keep]
