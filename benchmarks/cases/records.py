"""Where a sweep keeps what it has finished: the files of its folder of records."""

from pathlib import Path

from .case import Case


def record_file(folder: Path, case: Case) -> Path:
    """Return the file of a case that is done."""
    return folder / f"{case.slug}.json"


def rounds_file(folder: Path, case: Case) -> Path:
    """Return the file of the rounds of a case that is not done; only a whole record is JSON."""
    return folder / f"{case.slug}.rounds"


def start_up_file(folder: Path, compiled: Case) -> Path:
    """Return the file of the seconds that a method compiles."""
    return folder / "start_up" / f"{compiled.slug}.json"


def gate_file(folder: Path, compared: Case) -> Path:
    """Return the file that says whether a method that passed the gate is inexact as documented."""
    return folder / "gate" / f"{compared.slug}.json"


def comparison_file(folder: Path, compared: Case) -> Path:
    """Return the file of how another library's method that passed compares with ours."""
    return folder / "comparison" / f"{compared.slug}.json"


def references_folder(folder: Path) -> Path:
    """Return the folder of what was measured before each group; it begins with the first."""
    return folder / "references"
