"""Convert a file of `python -m benchmarks portable` into asv's results."""

import tempfile
from datetime import datetime, timezone
from itertools import product
from math import nan
from pathlib import Path
from typing import Any

from ..cases.profiles import PROFILES
from ..drive.checkout import ROOT, commit_date, extract, package_digest, resolve
from ..drive.error import DriverError
from ..instruments.files import write_json
from ..measure.record import Record, combine
from .file import read

# Quantities that are lists of seconds, or of the round and the run of each.
_SAMPLED = ("forward", "backward", "forward_backward", "round", "run")


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


def _value(quantity: str, record: Record | None) -> tuple[Any, list[float] | None]:
    """Return what asv stores of a case: (value, samples)."""
    found = None if record is None else record.get(quantity)
    if found is None or found == []:
        return nan, None
    return (1.0, list(found)) if quantity in _SAMPLED else (float(found), None)


def take(path: Path, results: Path, commit: str) -> Path:
    """Save a file's cases as results of `commit`; return the file that asv would have written.

    Cases of the same commit, machine and environment that are there already and not in `path` stay.

    Raises:
        DriverError: the file cannot be used, or `commit` is not what was measured.
    """
    from asv.benchmarks import Benchmarks
    from asv.config import Config
    from asv.machine import Machine
    from asv.results import Results, get_filename
    from asv.runner import BenchmarkResult

    header, _, rounds = read(path)
    whole = resolve(commit)
    _demand_the_commit(whole, header["package"])
    budget = PROFILES[header["profile"]].budget
    records = {
        # asv names a parameter's value by its repr.
        (case.suite, *map(repr, case.values)): _only_run(combine(found, budget))
        for case, found in rounds.items()
    }
    facts = dict(header["machine"])
    name = f"existing-py{header['python']}-torch{header['torch']}"
    configuration = Config.from_json(
        {"repo": str(ROOT), "project": "spsn-ref", "branches": ["HEAD"]}
    )
    configuration.results_dir = str(results)
    suites = {case.suite for case in rounds}
    described = Benchmarks.load(configuration)
    mine = {n: b for n, b in described.items() if n.partition(".")[0] in suites}
    if not mine:
        raise DriverError(
            f"{results}/benchmarks.json describes none of {', '.join(sorted(suites))}; copy there "
            "the one of this repository's results/"
        )
    parameters = facts | {"python": header["python"], "torch": header["torch"]}
    target: Path = results / get_filename(facts["machine"], whole, name)
    if target.exists():
        saved = Results.load(str(target), machine_name=facts["machine"])
    else:
        date = commit_date(whole) * 1000
        requirements = {"torch": header["torch"]}
        saved = Results(parameters, requirements, whole, date, header["python"], name, {})
    begun = datetime.fromisoformat(header["begun"]).astimezone(timezone.utc)
    for key, benchmark in mine.items():
        suite, _, track = key.partition(".")
        quantity = track.rpartition(".")[2].removeprefix("track_")
        values, samples, chosen = [], [], set()
        for index, strings in enumerate(product(*benchmark["params"])):
            record = records.get((suite, *strings))
            value, sample = _value(quantity, record)
            values.append(value)
            samples.append(sample)
            if record is not None:
                chosen.add(index)
        numbers = [None if sample is None else 1 for sample in samples]
        result = BenchmarkResult(values, samples, numbers, 0, "", None)
        saved.add_result(benchmark, result, begun, None, record_samples=True, selected_idx=chosen)
    folder = results / facts["machine"]
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "machine.json", facts | {"version": Machine.api_version})
    saved.save(str(results))
    return target
