"""Convert a file of `python -m benchmarks portable` into asv's results."""

import tempfile
from datetime import datetime
from pathlib import Path

from ..cases.profiles import PROFILES
from ..drive.checkout import commit_date, extract, package_digest, resolve
from ..drive.error import DriverError
from ..measure.record import Record, combine
from .bench.save import Origin, save
from .file import read


def _demand_the_commit(commit: str, package: str) -> None:
    """Refuse a commit whose spsn_ref is not the one that was measured."""
    with tempfile.TemporaryDirectory() as folder:
        extract(commit, Path(folder), ["spsn_ref"])
        if package_digest(Path(folder)) != package:
            raise DriverError(
                f"spsn_ref of commit {commit[:8]} is not the one that was measured; "
                "name the commit that was, by --commit"
            )


def _only_run(record: Record) -> Record:
    return record | {"run": [1 for _ in record["round"]]}


def take(path: Path, results: Path, commit: str) -> Path:
    """Save a file's cases as results of `commit`; return the file that asv would have written.

    Cases of the same commit, machine and environment that are there already and not in `path` stay.

    Raises:
        DriverError: the file cannot be used, or `commit` is not what was measured.
    """
    header, _, rounds = read(path)
    whole = resolve(commit)
    _demand_the_commit(whole, header["package"])
    budget = PROFILES[header["profile"]].budget
    origin = Origin(
        facts=header["machine"],
        commit=whole,
        date=commit_date(whole),
        python=header["python"],
        torch=header["torch"],
        begun=datetime.fromisoformat(header["begun"]),
    )
    records = {case: _only_run(combine(found, budget)) for case, found in rounds.items()}
    return save(results, origin, records)
