"""The table of faults, into a file: SPSN_FAULTS=faults.md pytest tests/benchmarks/faults."""

import os
from pathlib import Path

import pytest

HEADING = """# Faults of a sweep

What the tests in `tests/benchmarks/faults/` brought about and saw, in the words of the run that
wrote this (`SPSN_FAULTS=FILE pytest` and that folder; on a GPU with `-m ""`).

| fault | what happened | what was kept |
| --- | --- | --- |
"""


@pytest.fixture(scope="session")
def note_fault():
    """Collect (fault, what happened, what was kept) for the table."""
    rows = []
    yield lambda *row: rows.append(row)
    if path := os.environ.get("SPSN_FAULTS"):
        Path(path).write_text(HEADING + "".join(f"| {' | '.join(row)} |\n" for row in sorted(rows)))
