"""Records become results in asv's form, without asv having measured them."""

import json
import math
import tempfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ...cases.case import Case
from ...cases.custom import is_custom
from ...drive.error import DriverError
from ...instruments.files import read_json, write_json, write_whole
from ...measure.record import Record
from .described import FILE_VERSION, described, places, quantity_of


@dataclass(frozen=True)
class Origin:
    """Of what, where and when records were measured.

    Attributes:
        facts: the fingerprint of the machine.
        commit: the hash that names the results.
        date: of the commit, seconds since 1970.
        python: version, such as "3.12".
        torch: version, such as "2.11.0".
        begun: when measuring began.
    """

    facts: Mapping[str, str]
    commit: str
    date: int
    python: str
    torch: str
    begun: datetime

    @property
    def environment(self) -> str:
        """The name of the environment, which holds no path."""
        return f"existing-py{self.python}-torch{self.torch}"


def result_file(results: Path, origin: Origin) -> Path:
    """Return the file that asv would write.

    Raises:
        DriverError: asv is not installed.
    """
    try:
        from asv.results import get_filename
    except ImportError as error:
        raise DriverError(f"{error}; pip install '.[bench]'") from None
    name: str = get_filename(origin.facts["machine"], origin.commit, origin.environment)
    return results / name


def _there(results: Path) -> dict[str, Any]:
    """Return what benchmarks.json says; nothing where there is none."""
    path = results / "benchmarks.json"
    return dict(read_json(path)) if path.exists() else {}


def _mine(there: Mapping[str, Any], suites: Collection[str], more: Iterable[str]) -> dict[str, Any]:
    """Describe the benchmarks of some suites.

    Args:
        there: what benchmarks.json says. A neuron that it lists stays listed: results refer to it.
        suites: their names.
        more: what cases call neurons that are not in the grid.
    """
    found = {}
    for name, benchmark in described(more).items():
        if name.partition(".")[0] in suites:
            first, *axes = benchmark["params"]
            listed = there.get(name, {}).get("params", [[]])[0]
            first = [*first, *(value for value in listed if value not in first)]
            found[name] = benchmark | {"params": [first, *axes]}
    return found


def write_described(results: Path, found: Mapping[str, Any]) -> None:
    """Write benchmarks.json."""
    content = dict(sorted(found.items())) | {"version": FILE_VERSION}
    write_json(results / "benchmarks.json", content)


def _value(quantity: str, record: Record | None) -> tuple[Any, list[float] | None]:
    """Return what asv stores of a case: (value, samples)."""
    found = None if record is None else record.get(quantity)
    if found is None or found == []:
        return math.nan, None
    return (1.0, list(found)) if isinstance(found, list) else (float(found), None)


Samples = list[list[float] | None]


def samples_of(saved: Any, name: str, params: list[list[str]]) -> Samples:
    """Return the samples that asv's results have of a benchmark, case by case."""
    known = name in saved.get_all_result_keys()
    found = saved.get_result_samples(name, params) if known else None
    return found or [None] * math.prod(map(len, params))


def runs_of(saved: Any, name: str, params: list[list[str]]) -> Samples:
    """Return the run of each of them."""
    return samples_of(saved, f"{name.rpartition('.')[0]}.track_run", params)


def _earlier(saved: Any, name: str, params: list[list[str]], run: int) -> Samples:
    """Return the samples that results have of a benchmark, case by case, without those of a run."""
    pairs = zip(samples_of(saved, name, params), runs_of(saved, name, params), strict=True)
    return [
        [second for second, its in zip(one or [], of or [], strict=False) if its != run] or None
        for one, of in pairs
    ]


def save(results: Path, origin: Origin, records: Mapping[Case, Record], run: int = 1) -> Path:
    """Save records as results of a commit; return the file that asv would have written.

    What is there of other cases stays, and of these cases what other runs measured.

    Args:
        results: the tree.
        origin: of the records.
        records: of each case, with the run of each sample.
        run: the number of the run that is saved; saved twice, it is there once.

    Raises:
        DriverError: asv, whose format this is, is not installed.
    """
    target = result_file(results, origin)
    from asv.machine import Machine
    from asv.results import Results
    from asv.runner import BenchmarkResult

    suites = {case.suite for case in records}
    names = [case.neuron_method for case in records if is_custom(case.neuron_method)]
    there = _there(results)
    mine = _mine(there, suites, names)
    folder = target.parent
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".") as name:
        parameters = dict(origin.facts) | {"python": origin.python, "torch": origin.torch}
        requirements = {"torch": origin.torch}
        saved = Results(
            *(parameters, requirements, origin.commit, origin.date * 1000),
            *(origin.python, origin.environment, {}),
        )
        if target.exists():
            saved = Results.load(str(target), machine_name=origin.facts["machine"])
        found = {(case.suite, *map(repr, case.values)): record for case, record in records.items()}
        # Before any is changed: the runs of all samples are one of them.
        earlier = {key: _earlier(saved, key, one["params"], run) for key, one in mine.items()}
        begun = origin.begun.astimezone(timezone.utc)
        for key, benchmark in mine.items():
            cases = places(benchmark)
            values, samples = [], []
            for case, before in zip(cases, earlier[key], strict=True):
                value, new = _value(quantity_of(key), found.get(case))
                values.append(value)
                samples.append([*(before or []), *new] if new else None)
            numbers = [None if sample is None else 1 for sample in samples]
            chosen = {index for index, case in enumerate(cases) if case in found}
            result = BenchmarkResult(values, samples, numbers, 0, "", None)
            saved.add_result(
                benchmark, result, begun, None, record_samples=True, selected_idx=chosen
            )
        saved.save(name)
        text = (Path(name) / origin.facts["machine"] / target.name).read_text(encoding="utf-8")
        json.loads(text)
    write_described(results, there | mine)
    write_json(folder / "machine.json", dict(origin.facts) | {"version": Machine.api_version})
    write_whole(target, text)
    return target
