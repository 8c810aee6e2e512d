"""Record three cases of the sweep that the environment names, the last too large for the disk.

python record_without_room.py LIMIT: the most bytes of a file, 0 for no limit.
"""

import resource
import sys
from pathlib import Path

from benchmarks.cases.budget import Budget
from benchmarks.cases.case import Case
from benchmarks.cases.request import current_request
from benchmarks.instruments.bounded import Ending
from benchmarks.measure import interleave, recall


def as_many_calls_as_steps(work, task, *_):
    """Stand in for `run_bounded`."""
    yield {"rows": [[0.001, 0.002]] * task.case.time_steps, "warm": True, "flags": 0}
    yield Ending(stopped=False, exitcode=0)


if __name__ == "__main__":
    if limit := int(sys.argv[1]):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    interleave.run_bounded = as_many_calls_as_steps
    recall.preload = lambda compiles: None  # no process is forked
    request = current_request()
    for time_steps in (5, 10, 10_000):
        case = Case("depth", "ReLU/eager", "cpu", time_steps, 2, 8, 1, "float32")
        budget, folder = Budget(1, 60, rounds=1), Path(request.records)
        recall.recall(case, budget, folder, progress=Path(request.progress))
